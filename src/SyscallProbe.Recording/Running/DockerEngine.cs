namespace SyscallProbe.Recording.Running;

/// <summary>Docker, and Podman, which has its command line.</summary>
sealed class DockerEngine(string program) : ContainerEngine(program)
{
    public override IReadOnlyList<ListedContainer> List(string text) =>
        [.. Lines(Ask("ps", "--all", "--no-trunc", "--format", "{{.ID}}\t{{.Names}}")).Select(line => line.Split('\t')).Select(fields => new ListedContainer(this, fields[0], fields.Length > 1 ? fields[1].Split(',') : []))];

    protected override FoundContainer? Inspect(ListedContainer listed)
    {
        var fields = Ask("inspect", "--type", "container", "--format", "{{.State.Pid}}\t{{.State.Status}}\t{{.Config.Image}}", listed.Id).Trim().Split('\t');
        return fields.Length < 3 ? null : new FoundContainer(Program, listed.Id, listed.Names.FirstOrDefault(), Number(fields[0]), fields[1], fields[2].Length == 0 ? null : fields[2]);
    }
}
