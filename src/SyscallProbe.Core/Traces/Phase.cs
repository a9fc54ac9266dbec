namespace SyscallProbe.Traces;

/// <summary>When in the workload's life a call was made. Values are part of the recorder's map keys: append only.</summary>
public enum Phase : byte
{
    /// <summary>The runtime's own calls before the application's first execve; never counted in <see cref="Evidence.Events"/>.</summary>
    Init = 0,

    /// <summary>From the first execve until healthy, or the whole run where no health check was given.</summary>
    Startup = 1,

    /// <summary>Healthy, until it is told to stop.</summary>
    Serving = 2,

    /// <summary>After we told it to stop.</summary>
    Shutdown = 3,
}
