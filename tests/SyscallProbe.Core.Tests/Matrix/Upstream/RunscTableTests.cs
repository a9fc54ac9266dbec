using System.Text;
using CsCheck;
using SyscallProbe.Matrix.Upstream;

namespace SyscallProbe.Core.Tests.Matrix.Upstream;

public sealed class RunscTableTests
{
    const string Csv = """
        a warning that comes first
        OS,Arch,Num,Name,Support,Note
        linux,amd64,0,read,Full Support,Fully Supported.
        linux,amd64,9,mmap,Partial Support,"Some, ""not all"".
        See: example.org/1"
        linux,amd64,15,rt_sigreturn,Unimplemented,"Not here.; Returns ""no such device"".
        See: example.org/2"
        linux,amd64,153,vhangup,Unimplemented,"Returns ""operation not permitted"" if the process does not have CAP_SYS_TTY_CONFIG; ""function not implemented"" otherwise."
        linux,amd64,999,own_call,Full Support,Fully Supported.
        OS,Arch,Num,Name,Support,Note
        linux,arm64,63,read,Full Support,Fully Supported.
        linux,riscv64,63,read,Full Support,Fully Supported.
        """;

    const string Json = """
        {"linux": {"amd64": {"syscalls": {
          "0": {"name": "read", "support": "Full Support", "note": "Fully Supported."},
          "9": {"name": "mmap", "support": "Partial Support", "note": "Some, \"not all\".", "urls": ["example.org/1"]},
          "15": {"name": "rt_sigreturn", "support": "Unimplemented", "note": "Not here.; Returns \"no such device\".", "urls": ["example.org/2"]},
          "153": {"name": "vhangup", "support": "Unimplemented", "note": "Returns \"operation not permitted\" if the process does not have CAP_SYS_TTY_CONFIG; \"function not implemented\" otherwise."},
          "999": {"name": "own_call", "support": "Full Support"}}},
         "arm64": {"syscalls": {"63": {"name": "read", "support": "Full Support", "note": "Fully Supported."}}}}}
        """;

    static readonly Dictionary<string, string> s_errnos = new() { ["no such device"] = "ENODEV", ["operation not permitted"] = "EPERM" };

    [Theory]
    [InlineData(Csv)]
    [InlineData(Json)]
    public void Both_forms_give_the_rows_of_a_target(string output)
    {
        var rows = RunscTable.ToRows(RunscTable.Parse(Encoding.UTF8.GetBytes(output)), s_errnos).ToString().Split('\n');

        rows.Should().Contain("arch,nr,name,level,errno,capability,note");
        rows.Should().Contain("amd64,0,read,full,,,");
        rows.Should().Contain("amd64,1,write,undefined,ENOSYS,,");
        rows.Should().Contain("amd64,9,mmap,partial,,,\"Some, \"\"not all\"\". See: example.org/1\"");
        rows.Should().Contain("amd64,15,rt_sigreturn,error,ENODEV,,Not here. See: example.org/2");
        rows.Should().Contain("amd64,153,vhangup,capgate,EPERM,CAP_SYS_TTY_CONFIG,");
        rows.Should().Contain("amd64,999,own_call,full,,,");
        rows.Should().Contain("arm64,63,read,full,,,");
        rows.Should().NotContain(row => row.StartsWith("riscv64"));
    }

    [Theory]
    [InlineData("OS,Arch,Num,Name,Support,Note\nlinux,amd64,5,fstat,Unimplemented,\"Returns \"\"odd\"\".\"", "'odd' is no known error text")]
    [InlineData("OS,Arch,Num,Name,Support,Note\nlinux,amd64,5,fstat,Undocumented,", "the support 'Undocumented' with the note '' is not understood")]
    public void An_entry_that_is_not_understood_is_named(string output, string what)
    {
        var importing = () => RunscTable.ToRows(RunscTable.Parse(Encoding.UTF8.GetBytes(output)), s_errnos);

        importing.Should().Throw<FailureException>().Which.Failure.Should().Be(new Failure(FailureCode.BadInput, what, "runsc help syscalls: amd64 5 fstat"));
    }

    [Theory]
    [InlineData("Usage: runsc <flags> <subcommand>")]
    [InlineData("{\"linux\": []}")]
    [InlineData("{")]
    [InlineData("OS,Arch,Num,Name,Support,Note\nlinux,amd64,five,fstat,Full Support,")]
    public void Other_output_is_refused(string output)
    {
        var parsing = () => RunscTable.Parse(Encoding.UTF8.GetBytes(output));

        parsing.Should().Throw<FailureException>().Which.Failure.Code.Should().Be(FailureCode.BadInput);
    }

    [Fact]
    public void Damaged_output_is_read_or_refused() =>
        Gen.Select(Gen.Bool.Select(json => json ? Json : Csv), Gen.Int[0, 2000], Gen.Byte).Sample((text, at, value) =>
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            bytes[at % bytes.Length] = value;
            try
            {
                RunscTable.ToRows(RunscTable.Parse(bytes), s_errnos);
            }
            catch (FailureException)
            {
            }
        });
}
