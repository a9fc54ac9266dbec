using SyscallProbe.Recording.Host;

namespace SyscallProbe.Recording.OciRuntime;

/// <summary>What the commands on one container and its recorder leave for each other.</summary>
/// <remarks>
/// <code>
/// /run/syscallprobe-runtime/%2Frun%2Frunc/ID/     from create until the trace is written
///   gate       locked by the recorder until it follows the container, or has given up
///   alive      locked by the recorder until it ends
///   stopped    there once the engine has sent the container a signal
///   executed   there once the engine has executed something in the container
/// </code>
/// Locks and not files say what is the case, as the kernel gives them back however the recorder ends.
/// </remarks>
sealed class ContainerFolder(string root, string id)
{
    public const string State = "/run/syscallprobe-runtime";

    readonly string _path = $"{State}/{Uri.EscapeDataString(root)}/{id}";

    /// <summary>Whether a word can be a container's id: then it is a file's name too. As runc has it: libcontainer/factory_linux.go, v1.1.</summary>
    public static bool IsId(string word) => word.Length > 0 && word is not ("." or "..") && word.All(c => char.IsAsciiLetterOrDigit(c) || "_+-.".Contains(c));

    bool Exists => Directory.Exists(_path);

    public bool IsStopped => File.Exists(_path + "/stopped");

    public bool HasExecuted => File.Exists(_path + "/executed");

    /// <summary>Makes the folder of a container that is about to be made, and takes both locks. Null when a recorder has it already.</summary>
    public (FolderLock Gate, FolderLock Alive)? Make()
    {
        const UnixFileMode onlyOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(_path, onlyOwner);
        foreach (var file in (string[])["/gate", "/alive"]) File.OpenHandle(_path + file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose();
        if (FolderLock.Try(_path + "/alive") is not { } alive) return null;
        File.Delete(_path + "/stopped");
        File.Delete(_path + "/executed");
        return FolderLock.Try(_path + "/gate") is { } gate ? (gate, alive) : null;
    }

    /// <summary>Waits until the recorder follows the container or has given up. Returns at once where there is none.</summary>
    public void AwaitGate(TimeSpan patience) => Await("/gate", patience);

    /// <summary>Waits until no recorder is at work on the container.</summary>
    public RecorderEnd AwaitEnd(TimeSpan patience) => Await("/alive", patience);

    public void NoteStop() => Note("/stopped");

    public void NoteExecution() => Note("/executed");

    public void Remove()
    {
        try
        {
            if (Exists) Directory.Delete(_path, recursive: true);
        }
        catch (IOException)
        {
            // A command leaves a note at this moment. What is left is taken over by the next container of that name.
        }
    }

    void Note(string file)
    {
        try
        {
            if (Exists) File.WriteAllBytes(_path + file, []);
        }
        catch (DirectoryNotFoundException)
        {
            // The recorder has ended in between.
        }
    }

    RecorderEnd Await(string file, TimeSpan patience)
    {
        var deadline = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (File.Exists(_path + file))
        {
            using var taken = FolderLock.Try(_path + file);
            if (taken is not null) return RecorderEnd.Abandoned;
            if (Environment.TickCount64 >= deadline) return RecorderEnd.None;
            Thread.Sleep(1);
        }
        return RecorderEnd.Clean;
    }
}

/// <summary>How a recorder has ended.</summary>
enum RecorderEnd
{
    /// <summary>Not yet.</summary>
    None,

    /// <summary>It has removed what it kept, or there was none.</summary>
    Clean,

    /// <summary>It was killed: what it kept is still there, and the lock is not.</summary>
    Abandoned,
}
