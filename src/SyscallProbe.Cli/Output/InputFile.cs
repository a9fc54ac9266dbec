using SyscallProbe.Report;

namespace SyscallProbe.Cli.Output;

/// <summary>Reads the files that the command line names.</summary>
static class InputFile
{
    /// <summary>The whole content of a file; <c>-</c> is standard input.</summary>
    /// <exception cref="FailureException">It cannot be read.</exception>
    public static byte[] Read(string path, CliHost host)
    {
        try
        {
            if (path != "-") return File.ReadAllBytes(Path.GetFullPath(path, host.WorkingDirectory));
            using var content = new MemoryStream();
            using var input = host.OpenInput();
            input.CopyTo(content);
            return content.ToArray();
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            var why = wrong is FileNotFoundException or DirectoryNotFoundException ? "no such file" : wrong.Message.TrimEnd('.');
            throw new FailureException(new Failure(FailureCode.BadInput, $"cannot read {Failures.Quoted(path)}: {why}", null, "name a file that exists and may be read, or - for standard input"), wrong);
        }
    }

    /// <summary>As messages name it.</summary>
    public static string NameOf(string path) => path == "-" ? ManifestWorkload.StandardInput : path;
}
