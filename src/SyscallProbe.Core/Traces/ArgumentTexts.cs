using System.Collections.Immutable;
using SyscallProbe.Rules;

namespace SyscallProbe.Traces;

/// <summary>Key arguments as text: decimal numbers, symbols, or symbols joined with <c>|</c>; the pseudo-argument <c>fd</c> as the kinds of file.</summary>
public static class ArgumentTexts
{
    /// <summary>The arguments of an observation in their order.</summary>
    public static ImmutableArray<KeyValuePair<string, string>> Of(Observation observation) =>
        [.. observation.Arguments.Select(argument => KeyValuePair.Create(argument.Name,
            argument.Name == FdKinds.ArgumentName
                ? ((FdKind)argument.Value).Name()
                : KeyArguments.Format(observation.Abi, observation.Nr, observation.Arguments, argument)))];

    /// <summary>Reads what <see cref="Of"/> gives.</summary>
    /// <param name="wrong">What is wrong, with the argument that was not understood.</param>
    public static bool TryParse(
        Abi abi, Nr nr, ImmutableArray<KeyValuePair<string, string>> texts, out ImmutableArray<Argument> arguments, out string wrong)
    {
        arguments = [];
        wrong = "";
        foreach (var (name, text) in texts)
        {
            ulong value;
            if (name == FdKinds.ArgumentName && FdKinds.TryParse(text, out var kinds)) value = (ulong)kinds;
            else if (name == FdKinds.ArgumentName || !KeyArguments.TryParse(abi, nr, arguments, name, text, out value))
            {
                wrong = $"'{text}' is no value of the argument '{name}'";
                return false;
            }
            arguments = arguments.Add(new Argument(name, value));
        }
        return true;
    }
}
