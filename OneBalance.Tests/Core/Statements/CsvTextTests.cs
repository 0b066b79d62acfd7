using OneBalance.Core;
using OneBalance.Core.Statements;

namespace OneBalance.Tests.Core.Statements;

public sealed class CsvTextTests
{
    [Theory]
    [InlineData("=HYPERLINK(1)", "'=HYPERLINK(1)")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("\r=1", "'\r=1")]
    [InlineData("\n=1", "'\n=1")]
    [InlineData("\tplain", "'\tplain")]
    [InlineData(" =1", "' =1")]
    [InlineData("   @SUM(A1)", "'   @SUM(A1)")]
    [InlineData(" \t\r+1", "' \t\r+1")]
    [InlineData("\u00A0\u202F-1", "'\u00A0\u202F-1")]
    [InlineData("\uFEFF=1", "'\uFEFF=1")]
    [InlineData("\uFF1D1", "'\uFF1D1")]
    [InlineData("plain", "plain")]
    [InlineData("  plain = text", "  plain = text")]
    [InlineData("   ", "   ")]
    [InlineData("a=b", "a=b")]
    [InlineData("", "")]
    [InlineData("'", "'")]
    public void Text_that_a_spreadsheet_would_run_is_neutralised(string text, string cell) => Assert.Equal(cell, CsvText.Neutral(text));

    [Fact]
    public void Numbers_are_left_to_be_numbers() =>
        Assert.Equal("-12.30,7,2026-11-23\r\n", new CsvText(Language.English).Amount(new Money(-12_30)).Number(7).Date(new DateOnly(2026, 11, 23)).EndLine().ToString());

    [Fact]
    public void French_has_semicolons_and_decimal_commas() =>
        Assert.Equal("-1234,50;a,b;\"c;d\"\r\n", new CsvText(Language.French).Amount(new Money(-1234_50)).Text("a,b").Text("c;d").EndLine().ToString());

    [Fact]
    public void Separators_quotes_and_breaks_are_quoted_also_where_neutralised() =>
        Assert.Equal(
            "\"a,b\",\"say \"\"hi\"\"\",\"two\r\nlines\",\"'=1,2\",\r\n",
            new CsvText(Language.English).Text("a,b").Text("say \"hi\"").Text("two\r\nlines").Text("=1,2").Empty().EndLine().ToString());
}
