namespace SyscallProbe.Recording.Stacks;

/// <summary>Variables with which runtimes that compile as they run keep frame pointers and tell the names of their code.</summary>
static class RuntimeVariables
{
    // Node: doc/api/cli.md of nodejs/node (v18), options of V8 that NODE_OPTIONS may have. The interpreter's frames are otherwise those of one function.
    // JVM: src/hotspot/share/runtime/globals.hpp of openjdk/jdk (jdk-17). An older one does not know DumpPerfMapAtExit and would refuse to start.
    static readonly (string Name, string Value)[] s_variables =
    [
        ("NODE_OPTIONS", "--perf-basic-prof --interpreted-frames-native-stack"),
        ("JAVA_TOOL_OPTIONS", "-XX:+IgnoreUnrecognizedVMOptions -XX:+UnlockDiagnosticVMOptions -XX:+PreserveFramePointer -XX:+StartAttachListener -XX:+DumpPerfMapAtExit"),
    ];

    /// <summary>What is said of it.</summary>
    public const string Note = "Node and Java write the names of their code in /tmp, as --stacks gives them NODE_OPTIONS and JAVA_TOOL_OPTIONS: those calls are in the trace";

    /// <summary>Puts them behind what the workload gets anyway, which goes first.</summary>
    public static void AddTo(IDictionary<string, string> environment)
    {
        foreach (var (name, value) in s_variables)
        {
            environment[name] = environment.TryGetValue(name, out var given) && given.Length > 0 ? $"{given} {value}" : value;
        }
    }
}
