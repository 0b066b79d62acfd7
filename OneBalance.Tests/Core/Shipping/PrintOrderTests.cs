using OneBalance.Core;
using OneBalance.Core.Shipping;

namespace OneBalance.Tests.Core.Shipping;

public sealed class PrintOrderTests
{
    [Fact]
    public void The_order_chosen_is_kept_each_label_once()
    {
        LabelId a = Id(1), b = Id(2), c = Id(3);

        Assert.Equal([b, a, c], PrintOrder.Of([b, a, b, c, a]));
    }

    [Fact]
    public void At_most_500_go_into_one_file()
    {
        var chosen = Enumerable.Range(0, 501).Select(Id).ToList();

        Assert.Equal(chosen.Take(500), PrintOrder.Of(chosen));
    }

    [Fact]
    public void A_merchant_chooses_the_order_of_the_pages()
    {
        LabelId newest = Id(1), middle = Id(2), oldest = Id(3);
        IReadOnlyList<LabelId> shown = [newest, middle, oldest];

        Assert.Equal(shown, PrintOrder.In(PrintSequence.NewestFirst, shown, [middle, oldest, newest]));
        Assert.Equal([oldest, middle, newest], PrintOrder.In(PrintSequence.OldestFirst, shown, [middle, oldest, newest]));
        Assert.Equal([middle, oldest, newest], PrintOrder.In(PrintSequence.AsTicked, shown, [middle, oldest, Id(4), newest]));
    }

    [Theory]
    [InlineData(LabelState.Purchased, LabelFormat.ThermalPdf, true, PrintShelf.Pdf)]
    [InlineData(LabelState.Purchased, LabelFormat.LetterPdf, true, PrintShelf.Pdf)]
    [InlineData(LabelState.Purchased, LabelFormat.ThermalZpl, true, PrintShelf.Zpl)]
    [InlineData(LabelState.Purchased, LabelFormat.ThermalZpl, false, PrintShelf.NotReady)]
    [InlineData(LabelState.Purchased, LabelFormat.ThermalPdf, false, PrintShelf.NotReady)]
    [InlineData(LabelState.Voided, LabelFormat.ThermalPdf, true, PrintShelf.NotPrinted)]
    [InlineData(LabelState.Declined, LabelFormat.ThermalPdf, false, PrintShelf.NotPrinted)]
    [InlineData(LabelState.Attempting, LabelFormat.ThermalPdf, false, PrintShelf.NotPrinted)]
    public void Which_file_a_label_goes_into(LabelState state, LabelFormat format, bool stored, PrintShelf expected) =>
        Assert.Equal(expected, PrintOrder.ShelfOf(state, format, stored));

    private static LabelId Id(int number) => new(new Guid(number, 0, 0, new byte[8]));
}
