using System.Reflection;
using SyscallProbe.Cli.Options;
using SyscallProbe.Cli.Output;

namespace SyscallProbe.Cli;

/// <summary>The whole program between its arguments and its exit code.</summary>
static class App
{
    /// <summary>As in <c>Directory.Build.props</c>.</summary>
    public static string Version { get; } =
        typeof(App).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Runs in this process. Throws nothing.</summary>
    public static ExitCode Start(IReadOnlyList<string> args)
    {
        CliHost host;
        try
        {
            host = CliHost.OfProcess();
        }
        // The one thing of a process that can be missing: its working directory may be deleted.
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            Console.Error.Write($"syscallprobe: error: {new Failure(FailureCode.Usage, "the working directory is gone or may not be entered", null, "change to a folder that exists")}\n");
            return ExitCode.Failed;
        }
        return Run(args, host);
    }

    /// <summary>Arguments to settings to verb. Throws nothing: every exception becomes text on the error stream and a code.</summary>
    public static ExitCode Run(IReadOnlyList<string> args, CliHost host)
    {
        var code = Guarded(args, host, () => Dispatch(args, host));
        var flushed = Guarded(args, host, () =>
        {
            host.Out.Flush();
            return code;
        });
        return ExitCodes.Worst([code, flushed]);
    }

    static ExitCode Dispatch(IReadOnlyList<string> args, CliHost host)
    {
        var raw = RawArgs.Parse(args);
        if (raw.Request != Request.Run)
        {
            host.Out.Write(raw.Request == Request.Version ? $"syscallprobe {Version}\n" : HelpText.For(raw));
            return ExitCode.Compatible;
        }
        var settings = Settings.Resolve(raw, host.Environment, given => PolicyFile.Read(given, host));
        var quiet = host with { IsQuiet = settings.IsQuiet };
        foreach (var warning in settings.Warnings) quiet.Warning(warning);
        if (settings.Policy is { } policy) quiet.Note($"the policy is {policy.File}");
        if (settings.IsDebug) Explain(settings, host);
        return settings.Verb.Run(settings, quiet);
    }

    static void Explain(Settings settings, CliHost host)
    {
        foreach (var (row, values, origin) in settings.Given) host.Debug($"{row.Long} = {string.Join(" | ", values)} (from {origin})");
    }

    static ExitCode Guarded(IReadOnlyList<string> args, CliHost host, Func<ExitCode> work)
    {
        try
        {
            return work();
        }
        catch (FailureException known)
        {
            host.Failed(known.Failure.ToString());
            if (IsDebug(args, host)) host.Debug(known.ToString());
            return ExitCodes.Of(known.Failure);
        }
        // A disk that is full, a folder that may not be written: the user's to mend, not a bug.
        catch (Exception io) when (io is IOException or UnauthorizedAccessException)
        {
            host.Failed(io.Message);
            if (IsDebug(args, host)) host.Debug(io.ToString());
            return ExitCode.Failed;
        }
        catch (Exception bug)
        {
            host.Failed(Failures.Bug(bug, Version, args));
            if (IsDebug(args, host)) host.Debug(bug.ToString());
            return ExitCode.Failed;
        }
    }

    // Before the settings are known, or when they are what failed.
    static bool IsDebug(IReadOnlyList<string> args, CliHost host) =>
        args.TakeWhile(arg => arg != "--").Contains(OptionTable.Debug.Long)
        || host.Environment.GetValueOrDefault(OptionTable.Debug.EnvironmentName) is "1" or "true" or "yes";
}
