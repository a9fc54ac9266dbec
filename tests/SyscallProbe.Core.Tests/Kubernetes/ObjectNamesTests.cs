using SyscallProbe.Kubernetes;

namespace SyscallProbe.Core.Tests.Kubernetes;

public sealed class ObjectNamesTests
{
    [Theory]
    [InlineData("runsc", true)]
    [InlineData("kata-qemu-runtime-rs", true)]
    [InlineData("0", true)]
    [InlineData("", false)]
    [InlineData("io.containerd.runsc.v1", false)]
    [InlineData("kata_qemu", false)]
    [InlineData("Runsc", false)]
    [InlineData("-runsc", false)]
    [InlineData("runsc-", false)]
    [InlineData("rünsc", false)]
    public void A_handler_is_a_DNS_label(string text, bool isLabel) => ObjectNames.IsLabel(text).Should().Be(isLabel);

    [Fact]
    public void A_label_has_at_most_63_characters()
    {
        ObjectNames.IsLabel(new string('a', 63)).Should().BeTrue();
        ObjectNames.IsLabel(new string('a', 64)).Should().BeFalse();
    }

    [Theory]
    [InlineData("gvisor.v1", true)]
    [InlineData("gvisor..v1", false)]
    [InlineData(".gvisor", false)]
    [InlineData("$(rm -rf)", false)]
    public void The_name_of_a_class_may_have_dots(string text, bool isSubdomain) => ObjectNames.IsSubdomain(text).Should().Be(isSubdomain);

    [Fact]
    public void A_handler_that_no_class_can_name_is_refused_with_the_reason()
    {
        var asking = () => ObjectNames.RequireHandler("runsc.kvm", "--handler");

        asking.Should().Throw<FailureException>().Which.Failure.Should().Be(new Failure(FailureCode.Usage, "expected a handler of 1 to 63 letters a-z, digits and '-', found 'runsc.kvm'", "--handler",
            "a handler with other characters can be configured on a node and never be named by a RuntimeClass"));
    }
}
