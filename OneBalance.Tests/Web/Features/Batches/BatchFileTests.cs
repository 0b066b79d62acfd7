using System.Text;
using OneBalance.Web.Features.Batches;

namespace OneBalance.Tests.Web.Features.Batches;

public sealed class BatchFileTests
{
    private static readonly Encoding Windows1252 = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    [Theory]
    [InlineData("Nom;Ville\nMusée;Québec\n")]
    [InlineData("Nom,Ville\r\nMusée,Québec\r\n")]
    [InlineData("Nom\tVille\nMusée\tQuébec")]
    [InlineData("\"Nom\";\"Ville\"\n\"Musée\";\"Québec\"\n")]
    public void Separators_and_encodings_are_told(string text)
    {
        foreach (byte[] content in new[] { Encoding.UTF8.GetBytes(text), [.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(text)], Windows1252.GetBytes(text) })
        {
            var table = BatchFile.Read(content).Table!;

            Assert.Equal(["Nom", "Ville"], table.Headers);
            Assert.Equal(["Musée", "Québec"], Assert.Single(table.Lines));
        }
    }

    [Fact]
    public void Quoted_values_keep_separators_quotes_and_line_breaks_as_spaces()
    {
        var table = BatchFile.Read("name,note\n\"Smith, \"\"Ann\"\"\",\"two\nlines\"\n"u8.ToArray()).Table!;

        Assert.Equal(["Smith, \"Ann\"", "two lines"], Assert.Single(table.Lines));
    }

    [Fact]
    public void Short_lines_are_filled_and_blank_ones_passed_over()
    {
        var table = BatchFile.Read("a,b,c\n1\n\n,,\n1,2,3,4\n"u8.ToArray()).Table!;

        Assert.Equal([["1", "", ""], ["1", "2", "3"]], table.Lines);
    }

    [Fact]
    public void The_500th_line_is_taken_and_the_501st_is_not()
    {
        Assert.Equal(500, BatchFile.Read(Lines(500)).Table!.Lines.Count);
        Assert.Equal(BatchFileProblem.TooManyLines, BatchFile.Read(Lines(501)).Problem);

        static byte[] Lines(int count) => Encoding.UTF8.GetBytes("name\n" + string.Concat(Enumerable.Repeat("x\n", count)));
    }

    [Fact]
    public void What_is_no_such_file_is_said()
    {
        Assert.Equal(BatchFileProblem.Empty, BatchFile.Read([]).Problem);
        Assert.Equal(BatchFileProblem.Empty, BatchFile.Read(" \n "u8.ToArray()).Problem);
        Assert.Equal(BatchFileProblem.NoLines, BatchFile.Read("name,city\n"u8.ToArray()).Problem);
        Assert.Equal(BatchFileProblem.NotText, BatchFile.Read([0x50, 0x4B, 0x03, 0x04, 0x00, 0x00]).Problem);
        Assert.Equal(BatchFileProblem.TooLarge, BatchFile.Read(new byte[BatchFile.MostBytes + 1]).Problem);
        Assert.Equal(BatchFileProblem.TooManyColumns, BatchFile.Read(Encoding.UTF8.GetBytes(new string(',', 120) + "\n1\n")).Problem);
    }
}
