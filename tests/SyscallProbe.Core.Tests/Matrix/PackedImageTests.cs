using System.Text;
using CsCheck;
using SyscallProbe.Matrix;

namespace SyscallProbe.Core.Tests.Matrix;

public sealed class PackedImageTests
{
    static byte[] Sample()
    {
        var packer = new Packer();
        packer.AddCsv("b", new MemoryStream(Encoding.UTF8.GetBytes("key,value\n1,\"a, quoted\"\n2,é\n")));
        packer.AddRows("a", ["only"], []);
        packer.AddBlob("raw", [1, 2, 3]);
        return packer.Pack();
    }

    [Fact]
    public void Cells_come_back_as_packed()
    {
        var image = PackedImage.Open(Sample());

        var table = image.Table("b");
        table.RowCount.Should().Be(2);
        table.Text(0, table.Column("value")).Should().Be("a, quoted");
        table.Text(1, table.Column("value")).Should().Be("é");
        image.Table("a").RowCount.Should().Be(0);
        image.Blob("raw").Span.ToArray().Should().Equal(1, 2, 3);
        image.TableNames.Should().Equal("a", "b", "raw");
    }

    [Fact]
    public void Rows_that_do_not_fit_the_header_are_all_named()
    {
        var packing = () => new Packer().AddCsv("x", new MemoryStream(Encoding.UTF8.GetBytes("a,b\n1\n1,2\n1,2,3\n")));

        packing.Should().Throw<FailureException>().Which.Failure.Where.Should()
            .Be("data/x.csv:2: expected 2 columns, found 1\n      data/x.csv:4: expected 2 columns, found 3");
    }

    [Fact]
    public void Random_cells_survive_packing() =>
        Gen.String.Array[1, 4].Array[1, 20].Sample(rows =>
        {
            var header = rows[0].Select((_, i) => $"c{i}").ToArray();
            var fitted = rows.Select(row => header.Select((_, i) => Valid(row[i % row.Length])).ToArray()).ToArray();
            var packer = new Packer();
            packer.AddRows("t", header, fitted);
            var table = PackedImage.Open(packer.Pack()).Table("t");
            return Enumerable.Range(0, fitted.Length).All(r => Enumerable.Range(0, header.Length).All(c => table.Text(r, c) == fitted[r][c]));
        });

    [Fact]
    public void A_damaged_image_is_refused_or_read_within_its_bounds() =>
        Gen.Select(Gen.Int[0, Sample().Length - 1], Gen.Byte, Gen.Int[0, Sample().Length]).Sample((at, value, length) =>
        {
            var bytes = Sample();
            bytes[at] = value;
            ReadEverything(bytes.AsSpan(0, length).ToArray());
            bytes = Sample();
            bytes[at] ^= value;
            ReadEverything(bytes);
        });

    [Fact]
    public void Random_bytes_are_refused() => Gen.Byte.Array[0, 200].Sample(ReadEverything);

    static void ReadEverything(byte[] bytes)
    {
        try
        {
            var image = PackedImage.Open(bytes);
            foreach (var name in image.TableNames.ToArray())
            {
                try
                {
                    var table = image.Table(name);
                    for (var r = 0; r < table.RowCount; r++)
                        for (var c = 0; c < table.ColumnCount; c++) _ = table.Text(r, c);
                }
                catch (FailureException)
                {
                    if (image.Has(name)) _ = image.Blob(name).Length;
                }
            }
        }
        catch (FailureException)
        {
        }
    }

    // Lone surrogates are no text: UTF-8 cannot hold them.
    static string Valid(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
