using System.Text.RegularExpressions;

namespace SyscallProbe.Doctor.Cluster;

/// <summary>Takes the text of <c>kubectl describe</c> line by line. A line alone, such as a message that somebody pasted, is taken as well.</summary>
sealed partial class DescribedPods
{
    readonly List<(int Object, ClusterMessage Message)> _messages = [];
    readonly Dictionary<int, string> _classes = [];
    string? _name, _namespace;
    int _object;
    bool _inEvents;

    /// <summary>Whether it is the text of an object and not anything else.</summary>
    public bool IsDescription { get; private set; }

    /// <summary>What was said, each with the class of its pod where the text had it.</summary>
    public IEnumerable<ClusterMessage> Messages => _messages.Select(one => one.Message with { Class = _classes.GetValueOrDefault(one.Object) });

    /// <summary>Takes the next line.</summary>
    /// <param name="place">As messages name it.</param>
    public void Add(string line, string place)
    {
        if (Field().Match(line) is { Success: true } field)
        {
            var value = field.Groups[2].Value.Trim();
            switch (field.Groups[1].Value)
            {
                case "Name": (_object, _name, _namespace, _inEvents) = (_object + 1, value, null, false); break;
                case "Namespace": _namespace = value; break;
                case "Runtime Class Name": _classes[_object] = value; break;
                case "Events": (_inEvents, IsDescription) = (true, _name is not null); break;
                default: break;
            }
        }
        var text = line.Trim();
        var reason = "";
        // Type, reason, age, from, message, with at least two spaces between.
        if (_inEvents && Event().Match(line) is { Success: true } parts) (reason, text) = (parts.Groups[1].Value, parts.Groups[2].Value);
        else if (_name is not null && text.StartsWith("Message:", StringComparison.Ordinal)) text = text["Message:".Length..].Trim();
        var message = new ClusterMessage(_name is null ? place : $"pod/{(_namespace is null ? "" : _namespace + "/")}{_name}", reason, text, null);
        if (reason.Length > 0 || PodEvent.Of(message, "") is not null) _messages.Add((_object, message));
    }

    [GeneratedRegex(@"^([A-Z][A-Za-z ]*):\s*(.*)$")]
    private static partial Regex Field();

    [GeneratedRegex(@"^\s+(?:Warning|Normal)\s+(\S+)\s+(?:<\w+>|\S+(?: \(x\d+ over \S+\))?)\s{2,}\S+\s{2,}(.*)$")]
    private static partial Regex Event();
}
