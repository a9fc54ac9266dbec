using System.Diagnostics;
using System.Net.Sockets;
using Grpc.Net.Client;
using SyscallProbe.Cli.Tests.Runtime.Cri;
using SyscallProbe.Recording.Tests.Workloads;

namespace SyscallProbe.Cli.Tests.Runtime;

/// <summary>Debian's containerd with a configuration, state and socket of its own, in which the runtime syscallprobe-record is ours.</summary>
sealed class ContainerdServer : IDisposable
{
    readonly Process _server;
    readonly GrpcChannel _channel;

    public ContainerdServer(RuntimeLink link)
    {
        Folder = Directory.CreateDirectory(link.Folder + "/containerd").FullName;
        Directory.CreateDirectory(Folder + "/cni");
        File.WriteAllText(Folder + "/config.toml", Configuration(link.Path));
        File.WriteAllText(Folder + "/cni/10-test.conflist", $$$"""
            {"cniVersion":"0.4.0","name":"syscallprobe-test","plugins":[{"type":"ptp","ipMasq":false,"ipam":{"type":"host-local","subnet":"10.213.7.0/24","dataDir":"{{{Folder}}}/ipam"}}]}
            """);
        _server = Process.Start(new ProcessStartInfo("sh", ["-c", "exec containerd --config \"$0\" > \"$1\" 2>&1", Folder + "/config.toml", Folder + "/log"]))!;
        _channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions { HttpHandler = new SocketsHttpHandler { ConnectCallback = async (_, cancellation) => await Connect(cancellation) } });
        Runtime = new RuntimeService.RuntimeServiceClient(_channel);
        SpinWait.SpinUntil(() => Ctr("version").Exit == 0, TimeSpan.FromSeconds(60)).Should().BeTrue(File.ReadAllText(Folder + "/log"));
        foreach (var (name, programs) in (ReadOnlySpan<(string, string[])>)[("workload", ["loops", "hold", "late"]), ("pause", ["pause"])])
        {
            ImageArchive.Write($"{Folder}/{name}.tar", $"localhost/{name}:latest", [.. programs.Select(Workload.Build)]);
            Ctr("images", "import", $"{Folder}/{name}.tar").Exit.Should().Be(0);
        }
    }

    public string Folder { get; }

    /// <summary>The socket's Container Runtime Interface.</summary>
    public RuntimeService.RuntimeServiceClient Runtime { get; }

    /// <summary>Runs ctr in the namespace of the CRI.</summary>
    public (int Exit, string Output, string Error) Ctr(params string[] arguments) => RuntimeLink.Run("ctr", ["--address", Socket, "--namespace", "k8s.io", .. arguments]);

    public void Dispose()
    {
        _channel.Dispose();
        RuntimeLink.Run("kill", [$"{_server.Id}"]);
        _server.WaitForExit();
        _server.Dispose();
    }

    public string Socket => Folder + "/c.sock";

    async Task<Stream> Connect(CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), cancellation);
        return new NetworkStream(socket, ownsSocket: true);
    }

    string Configuration(string binary) => $"""
        version = 2
        root = "{Folder}/root"
        state = "{Folder}/state"
        disabled_plugins = ["io.containerd.internal.v1.opt"]
        [grpc]
          address = "{Socket}"
        [plugins."io.containerd.grpc.v1.cri"]
          sandbox_image = "localhost/pause:latest"
          # What a test's host may lack.
          restrict_oom_score_adj = true
          disable_apparmor = true
          tolerate_missing_hugetlb_controller = true
          stream_server_address = "127.0.0.1"
          stream_server_port = "0"
          [plugins."io.containerd.grpc.v1.cri".cni]
            bin_dir = "/usr/lib/cni"
            conf_dir = "{Folder}/cni"
          [plugins."io.containerd.grpc.v1.cri".containerd]
            default_runtime_name = "syscallprobe-record"
            [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.syscallprobe-record]
              runtime_type = "io.containerd.runc.v2"
              [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.syscallprobe-record.options]
                BinaryName = "{binary}"
        """;
}
