namespace SyscallProbe.Cli.Tests.Upstream;

/// <summary>A bare git repository and two source trees made from <c>tests/upstream/kata/</c>, beside a data folder to import into. Gone after <see cref="Dispose"/>.</summary>
sealed class KataUpstream : IDisposable
{
    readonly UpstreamRepository _repository = new("kata", "*.*.*");

    public string Tree(string name)
    {
        var tree = Path.Combine(_repository.WorkingDirectory, name);
        if (!Directory.Exists(tree)) UpstreamRepository.Copy(Repo.PathOf("tests", "upstream", "kata", name), tree);
        return tree;
    }

    public (int Exit, string Out, string Error) Import() => Import("--linux-source", Tree("linux-6.1"), "--linux-source", Tree("linux-6.12"));

    public (int Exit, string Out, string Error) Import(params string[] options) =>
        TestHost.Run(["matrix", "import", "--kata-repo", _repository.GitDirectory, .. options], _repository.WorkingDirectory);

    public string Data(string name) => File.ReadAllText(PathOf("kata/" + name));

    public bool Has(string name) => File.Exists(PathOf("kata/" + name));

    public void Edit(string name, Func<string, string> edit) => File.WriteAllText(PathOf(name), edit(File.ReadAllText(PathOf(name))));

    public void Dispose() => _repository.Dispose();

    string PathOf(string name) => Path.Combine(_repository.WorkingDirectory, "data", name);
}
