using System.Collections.Immutable;

namespace SyscallProbe.Recommend;

/// <summary>What an artefact is for, in the order in which they are applied.</summary>
public enum ArtefactPart
{
    /// <summary>What a node must have.</summary>
    Needs,

    /// <summary>Commands that bring the runtime onto a node.</summary>
    Install,

    /// <summary>runsc's own configuration.</summary>
    Runsc,

    /// <summary>The handler in the engine's configuration.</summary>
    Config,

    /// <summary>Commands after the configuration is written.</summary>
    Start,

    /// <summary>Commands that mark the prepared nodes.</summary>
    Label,

    /// <summary>The RuntimeClass.</summary>
    RuntimeClass,

    /// <summary>The change of the pod, as a strategic merge patch.</summary>
    Patch,

    /// <summary>The same change as commands.</summary>
    Kubectl,

    /// <summary>Commands that show whether it works.</summary>
    Verify,
}

/// <summary>A text to apply.</summary>
/// <param name="Title">A heading.</param>
/// <param name="Path">The file on the node that it is for; null for commands and objects of the cluster.</param>
/// <param name="Text">The text itself, with a line end; comments in it say why.</param>
/// <param name="Notes">What is to be known before it is applied, a sentence each.</param>
public sealed record Artefact(ArtefactPart Part, string Title, string? Path, string Text, ImmutableArray<string> Notes)
{
    /// <summary>As <c>--part</c> names it.</summary>
    public string Word => Part.ToString().ToLowerInvariant();
}
