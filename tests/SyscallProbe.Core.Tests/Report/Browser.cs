using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SyscallProbe.Core.Tests.Report;

/// <summary>A real Chromium without a window and one page in it, driven by its DevTools protocol.</summary>
sealed class Browser : IAsyncDisposable
{
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    readonly Process _process;
    readonly DirectoryInfo _profile;
    readonly ClientWebSocket _socket = new();
    int _lastId;

    Browser(Process process, DirectoryInfo profile) => (_process, _profile) = (process, profile);

    /// <summary>What the page wrote to the console as an error, threw, or tried against its policy.</summary>
    public List<string> Errors { get; } = [];

    public static async Task<Browser> StartAsync(CancellationToken stop)
    {
        var profile = Directory.CreateTempSubdirectory("chromium-");
        var start = new ProcessStartInfo("chromium") { RedirectStandardError = true };
        // Tests run as root, where its own sandbox refuses to work.
        foreach (var argument in (string[])["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-port=0", $"--user-data-dir={profile.FullName}", "about:blank"])
        {
            start.ArgumentList.Add(argument);
        }
        var browser = new Browser(Process.Start(start)!, profile);
        try
        {
            await browser.ConnectAsync(stop);
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    /// <summary>Loads a page and waits until it is whole.</summary>
    public async Task OpenAsync(string url, CancellationToken stop)
    {
        await SendAsync("Page.navigate", new JsonObject { ["url"] = url }, stop, until: "Page.loadEventFired");
    }

    /// <summary>The value of a JavaScript expression, as JSON.</summary>
    public async Task<JsonNode?> ValueAsync(string expression, CancellationToken stop)
    {
        var answer = await SendAsync("Runtime.evaluate", new JsonObject { ["expression"] = expression, ["returnByValue"] = true }, stop);
        return answer["exceptionDetails"] is { } wrong ? throw new InvalidOperationException(wrong.ToJsonString()) : answer["result"]!["value"];
    }

    /// <summary>Sends a command and waits for its answer and, where asked, for an event.</summary>
    public async Task<JsonNode> SendAsync(string method, JsonObject parameters, CancellationToken stop, string? until = null)
    {
        var id = ++_lastId;
        var command = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters };
        await _socket.SendAsync(Encoding.UTF8.GetBytes(command.ToJsonString()), WebSocketMessageType.Text, true, stop);
        JsonNode? answer = null;
        var seen = until is null;
        while (answer is null || !seen)
        {
            var message = await ReceiveAsync(stop);
            if (message["id"]?.GetValue<int>() == id) answer = message["error"] is { } wrong ? throw new InvalidOperationException(wrong.ToJsonString()) : message["result"]!;
            if (message["method"]?.GetValue<string>() is not { } name) continue;
            seen |= name == until;
            if (name == "Runtime.exceptionThrown" || (name == "Log.entryAdded" && message["params"]!["entry"]!["level"]!.GetValue<string>() == "error")
                || (name == "Runtime.consoleAPICalled" && message["params"]!["type"]!.GetValue<string>() == "error"))
            {
                Errors.Add(message["params"]!.ToJsonString());
            }
        }
        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _profile.Delete(recursive: true);
    }

    async Task ConnectAsync(CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(s_patience);
        const string announcement = "DevTools listening on ";
        string? line;
        do line = await _process.StandardError.ReadLineAsync(patience.Token) ?? throw new InvalidOperationException("chromium ended before it listened");
        while (!line.StartsWith(announcement, StringComparison.Ordinal));
        // Nobody reads what it complains of; a full pipe must not stop it.
        _ = _process.StandardError.ReadToEndAsync(CancellationToken.None);
        var address = new Uri(line[announcement.Length..]);
        using var http = new HttpClient();
        var pages = await http.GetFromJsonAsync<JsonArray>($"http://{address.Authority}/json/list", patience.Token);
        await _socket.ConnectAsync(new Uri(pages!.First(page => page!["type"]!.GetValue<string>() == "page")!["webSocketDebuggerUrl"]!.GetValue<string>()), patience.Token);
        foreach (var domain in (string[])["Page", "Runtime", "Log"]) await SendAsync($"{domain}.enable", [], patience.Token);
    }

    async Task<JsonNode> ReceiveAsync(CancellationToken stop)
    {
        var buffer = new byte[64 * 1024];
        using var message = new MemoryStream();
        WebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer, stop);
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return JsonNode.Parse(message.ToArray()) ?? throw new JsonException("an empty message");
    }
}
