using System.Text;
using SyscallProbe.Cli.Options;
using SyscallProbe.Cli.Output;
using SyscallProbe.Report;
using SyscallProbe.Rules;

namespace SyscallProbe.Cli.Verbs;

/// <summary><c>matrix lookup</c>: what a target does with a call, asked by its arguments.</summary>
sealed class MatrixLookupVerb : Verb
{
    public override string Name => "matrix lookup";

    public override string Summary => "what a target does with a call";

    public override string Details =>
        "Says what one target does with each call that is asked for, whatever Linux would do: works, fails with an errno, ignored (returns success and does nothing), differs, "
        + "conditional (hangs on the kind of file) or unknown (not studied at that release).\n\n"
        + "A query is SYSCALL[,ARG=VALUE]...: ARG is the name of a key argument as in the kernel or its manual page, or arg0 to arg5; VALUE is a number, a constant's name, or those "
        + "joined with |. Pseudo-arguments are fd=file|dir|socket|tty|pipe|device, path=PATH and cap=+NAME:-NAME, relative to Docker's default set. "
        + "With -f json each answer is one line; a query that is not understood gives its error and exit code 1.";

    public override IReadOnlyList<string> Examples =>
    [
        "matrix lookup io_uring_setup",
        "matrix lookup --target gvisor@20221219.0 ioctl,cmd=TCGETS,fd=tty",
        "matrix lookup -f json --input queries.txt",
    ];

    public override IReadOnlyList<OptionSpec> Options => [OptionTable.Target, OptionTable.Arch, OptionTable.Input, OptionTable.Format, OptionTable.Output];

    public override ArgumentSpec? Argument => new("QUERY", 0, int.MaxValue, "SYSCALL[,ARG=VALUE]...");

    public override ExitCode Run(Settings settings, CliHost host)
    {
        if (settings.TargetsOr("gvisor") is not [var target])
        {
            throw new FailureException(new Failure(FailureCode.Usage, "matrix lookup takes one target", "--target", "ask for each target on its own"));
        }
        var model = TargetModels.Of(target, settings.Arch);
        using var result = ResultFile.Open(settings, host);
        var code = ExitCode.Compatible;
        foreach (var query in settings.Arguments.Concat(Lines(settings, host)))
        {
            try
            {
                var parsed = CallQuery.Parse(query, settings.Arch);
                var outcome = model.Predict(parsed.Call).Single;
                result.Writer.Write(settings.Format == "json" ? Json(query, parsed, outcome) : Text(query, outcome));
            }
            catch (FailureException wrong) when (wrong.Failure.Code == FailureCode.Usage)
            {
                code = ExitCode.Failed;
                if (settings.Format == "json") result.Writer.Write(Json(query, wrong.Failure));
                else host.Failed(wrong.Failure.ToString());
            }
        }
        result.Complete();
        return code;
    }

    static IEnumerable<string> Lines(Settings settings, CliHost host)
    {
        if (!settings.TryGet(OptionTable.Input, out var path)) return [];
        var text = Encoding.UTF8.GetString(InputFile.Read(path, host));
        return [.. text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')];
    }

    static string Text(string query, Outcome outcome) =>
        $"{TerminalText.Escape(query)}: {outcome.Kind.Word()}{(outcome.Errno is { } errno ? $" {errno.Name}" : "")}"
        + (outcome.Condition is null ? "" : $" (otherwise with {outcome.Condition})")
        + (outcome.Effect is null ? "" : $"; {outcome.Effect}")
        + (outcome.Rule is null ? "" : $" [{outcome.Rule}]") + "\n";

    static string Json(string query, CallQuery.Parsed parsed, Outcome outcome) => JsonText.Line(json =>
    {
        json.WriteString("query", query);
        json.WriteString("syscall", parsed.Syscall);
        json.WriteStartObject("arguments");
        foreach (var (name, value) in parsed.Arguments) json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteString("outcome", outcome.Kind.Word());
        json.WriteString("errno", outcome.Errno?.Name);
        json.WriteString("condition", outcome.Condition);
        json.WriteString("rule", outcome.Rule);
        json.WriteString("source", outcome.Source);
        json.WriteString("effect", outcome.Effect);
    });

    static string Json(string query, Failure failure) => JsonText.Line(json =>
    {
        json.WriteString("query", query);
        json.WriteString("error", failure.What);
    });
}
