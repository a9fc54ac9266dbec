using SyscallProbe.Policies;

namespace SyscallProbe.Cli.Output;

/// <summary>Finds and reads the policy of a run.</summary>
static class PolicyFile
{
    /// <summary>Read where it is in the working directory and no other is named.</summary>
    public const string DefaultName = ".syscallprobe.yaml";

    /// <param name="given">What <c>--policy</c> or its variable says; null where neither does.</param>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="FailureException">It cannot be read or says something that is not understood.</exception>
    public static Policy? Read(string? given, CliHost host)
    {
        // A folder or what may not be read is found too, and fails below: a policy that cannot be read is not none.
        if (given is null && !Path.Exists(Path.Combine(host.WorkingDirectory, DefaultName))) return null;
        var path = given ?? DefaultName;
        return PolicyReader.Read(InputFile.Read(path, host), InputFile.NameOf(path));
    }
}
