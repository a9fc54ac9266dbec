using System.ComponentModel;
using System.Globalization;
using SyscallProbe.Recording.Host;

namespace SyscallProbe.Recording.Running;

/// <summary>An engine, asked by its own command line: no socket's protocol, which differs by release.</summary>
/// <param name="program">Its client, looked for on PATH.</param>
abstract class ContainerEngine(string program)
{
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    /// <summary>The client; also what a person calls the engine in most cases.</summary>
    public string Program => program;

    /// <summary>Containers whose name or id the text may be, or whose id begins with it.</summary>
    /// <exception cref="EngineException">It cannot be asked.</exception>
    public abstract IReadOnlyList<ListedContainer> List(string text);

    /// <summary>Looks a container up.</summary>
    /// <returns>Null where it has gone meanwhile.</returns>
    public FoundContainer? TryInspect(ListedContainer listed)
    {
        try
        {
            return Inspect(listed);
        }
        catch (EngineException)
        {
            return null;
        }
    }

    /// <exception cref="EngineException">It cannot be asked, or has no such container.</exception>
    protected abstract FoundContainer? Inspect(ListedContainer listed);

    /// <summary>What the client prints.</summary>
    /// <exception cref="EngineException">It cannot be started, does not end, or says no.</exception>
    protected string Ask(params string[] arguments)
    {
        try
        {
            var run = ProgramRun.Of(program, arguments, s_patience) ?? throw new EngineException($"{program} gave no answer within {s_patience.TotalSeconds:0} s");
            return run.ExitCode == 0 ? run.OutputText : throw new EngineException($"{program}: {Failures.Cut(run.Errors)}");
        }
        catch (Win32Exception e)
        {
            throw new EngineException($"{program}: {e.Message}", e);
        }
    }

    protected static IEnumerable<string> Lines(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    protected static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}

/// <summary>A container as a list has it.</summary>
/// <param name="Place">What else the engine needs to find it: a namespace; empty for most.</param>
sealed record ListedContainer(ContainerEngine Engine, string Id, IReadOnlyList<string> Names, string Place = "")
{
    public bool IsExactly(string text) => Id == text || Names.Contains(text);

    public bool BeginsWith(string text) => Id.StartsWith(text, StringComparison.Ordinal);
}

/// <summary>Says why an engine cannot be asked.</summary>
sealed class EngineException(string message, Exception? inner = null) : Exception(message, inner);
