using SyscallProbe.Recording.Bundle;

namespace SyscallProbe.Recording.Tests.Bundle;

public sealed class UserLookupTests
{
    const string Passwd = "root:x:0:0:root:/root:/bin/sh\n# a comment\nbroken line\nredis:x:999:998::/var/lib/redis:/bin/false\nbad:x:many:0::/:/bin/sh\n";
    const string Group = "root:x:0:\nadm:x:4:redis,other\nredis:x:998:\nwww:x:33:redis,root\nbroken:x:none:redis\n";

    [Theory]
    [InlineData(null, 0, 0, "33")] // root's further groups too, as Docker gives them
    [InlineData("redis", 999, 998, "4,33")]
    [InlineData("999", 999, 998, "4,33")]
    [InlineData("redis:www", 999, 33, "")]
    [InlineData("redis:5", 999, 5, "")]
    [InlineData("1000", 1000, 0, "")] // a number that nobody has
    [InlineData("1000:1000", 1000, 1000, "")]
    public void User_is_found_as_Docker_finds_it(string? user, uint uid, uint gid, string others)
    {
        var found = UserLookup.Find(user, Passwd, Group);

        (found.Uid, found.Gid, string.Join(',', found.AdditionalGids ?? [])).Should().Be((uid, gid, others));
    }

    [Theory]
    [InlineData("nobody", "unknown user 'nobody': no user 'nobody'")]
    [InlineData("redis:nogroup", "unknown user 'redis:nogroup': no group 'nogroup'")]
    [InlineData("redis:", "unknown user 'redis:': expected USER or USER:GROUP")]
    [InlineData(":0", "unknown user ':0': expected USER or USER:GROUP")]
    [InlineData("4294967295", "unknown user '4294967295': no user '4294967295'")] // (uid_t)-1 is nobody's
    [InlineData("bad", "unknown user 'bad': its line in /etc/passwd has no number")]
    public void Unknown_name_is_refused(string user, string what)
    {
        var failure = new Action(() => UserLookup.Find(user, Passwd, Group)).Should().Throw<FailureException>().Which.Failure;

        (failure.Code, failure.What, failure.Where).Should().Be((FailureCode.Usage, what, "--user"));
    }

    [Fact]
    public void Numbers_need_no_files() => UserLookup.Find("5:6", "", "").Should().BeEquivalentTo(new OciUser(5, 6));
}
