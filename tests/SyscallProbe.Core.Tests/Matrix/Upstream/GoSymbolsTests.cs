using System.Text;
using SyscallProbe.Matrix.Upstream;

namespace SyscallProbe.Core.Tests.Matrix.Upstream;

public sealed class GoSymbolsTests
{
    [Fact]
    public void Every_top_level_declaration_is_listed()
    {
        const string source = """
            // Package x has one of each.
            package x

            import (
            	"fmt"
            )

            const single = 1

            const (
            	first = iota + (1 <<
            		2)
            	second
            	a, b = 1, 2 // two
            	_
            )

            var table = map[int]string{
            	1: "one",
            }

            var (
            	one int
            	two = func() int {
            		inner := 3
            		return inner
            	}
            )

            type (
            	Pair struct {
            		Left, Right int
            	}
            	Other interface{ Do() }
            )

            type Set[T any] struct{ items []T }

            func Free(x int) (int, error) {
            	const local = 1
            	if x > 0 {
            		type alsoLocal struct{}
            	}
            	return x, nil
            }

            func (p *Pair) Swap() { p.Left, p.Right = p.Right, p.Left }

            func (Pair) Zero() {}

            func (s *Set[T]) Add(t T) { s.items = append(s.items, t) }
            """;

        GoSymbols.Of(new GoFile("release-20200101.0", "x.go", Encoding.UTF8.GetBytes(source))).Should().Equal(
            "Free", "Other", "Pair", "Pair.Swap", "Pair.Zero", "Set", "Set.Add", "a", "b", "first", "one", "second", "single", "table", "two");
    }
}
