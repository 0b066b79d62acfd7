using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using OneBalance.Web.Features.Merchants;

// Each type here breaks one rule of the house on purpose, to prove that the rule's test sees it. Nothing uses them.

namespace OneBalance.Tests.Architecture.Offenders.Data
{
    internal sealed class Row
    {
        public long Cents { get; set; }
    }

    internal sealed class CallsFeature
    {
        public static object Call() => new Features.Right.UsesStripe();
    }
}

namespace OneBalance.Tests.Architecture.Offenders.Components
{
    /// <summary>Touches the data room where it is hardest to see: inside a lambda of an async method.</summary>
    internal sealed class TouchesData : ComponentBase
    {
        public static async Task<long> ReadAsync()
        {
            await Task.Yield();
            Func<long> read = () => new Data.Row().Cents;
            return read();
        }
    }

    /// <summary>Shows words that no translator has seen: as text, as markup, as a label for assistive technology and as a parameter.</summary>
    internal sealed class SpeaksEnglishOnly : ComponentBase
    {
        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            builder.AddMarkupContent(0, "<p aria-label=\"Spoken words\">Marked up words</p>");
            builder.OpenElement(1, "button");
            builder.AddAttribute(2, "title", "Hovering words");
            builder.AddContent(3, "Plain words");
            builder.CloseElement();
            builder.OpenComponent<SpeaksEnglishOnly>(4);
            builder.AddComponentParameter(5, "Label", "Labelling words");
            builder.CloseComponent();
            builder.AddAttribute(6, "class", "not-for-reading");
            builder.AddContent(7, "OneBalance");
        }
    }
}

namespace OneBalance.Tests.Architecture.Offenders.Integrations.Post
{
    internal sealed class Client;
}

namespace OneBalance.Tests.Architecture.Offenders.Emulators.Bank
{
    internal sealed class UsesFeature
    {
        public Features.Left.CallsClient? Held { get; set; }
    }
}

namespace OneBalance.Tests.Architecture.Offenders.Features.Left
{
    internal sealed class CallsClient
    {
        public static object Call() => new Integrations.Post.Client();
    }

    internal sealed class CallsEmulator
    {
        public static object Call() => new Emulators.Bank.UsesFeature();
    }

    internal sealed class ThingManager
    {
        public Right.UsesStripe? Other { get; set; }
    }
}

namespace OneBalance.Tests.Architecture.Offenders.Features.Right
{
    internal sealed class UsesStripe
    {
        public Stripe.PaymentIntent? Payment { get; set; }

        public Left.ThingManager? Other { get; set; }
    }
}

namespace OneBalance.Tests.Architecture.Offenders.Impure
{
    /// <summary>Reads a clock, makes an id, rolls a die, awaits.</summary>
    internal static class Rule
    {
        public static async Task<string> DecideAsync()
        {
            await Task.Yield();
            return $"{DateTimeOffset.UtcNow} {Guid.NewGuid()} {Random.Shared.Next()}";
        }
    }
}

namespace OneBalance.Tests.Architecture.Offenders.Ledger
{
    /// <summary>Writes a ledger row without the ledger's writer.</summary>
    internal static class WritesLedger
    {
        public static void Write(global::OneBalance.Web.Data.Model.LedgerBookRow book) => book.Available = 1;
    }
}

namespace OneBalance.Tests.Architecture.Offenders.Features.Rights
{
    /// <summary>A page that asks for a right, so that the next page of the same use case can forget to.</summary>
    internal sealed class AsksItself : ComponentBase
    {
        public static async Task AskAsync(MerchantAccess access) => await access.DemandAsync(OneBalance.Core.Team.MerchantRight.Export, CancellationToken.None);
    }

    /// <summary>Takes access and looks at nothing.</summary>
    internal sealed class NeverAsks
    {
        public static string Run(MerchantAccess access, string label) => $"{access.Rights}{label}";
    }

    /// <summary>Maps an endpoint that names the merchant by its id.</summary>
    internal static class PassesAnId
    {
        public static object Map(Microsoft.AspNetCore.Builder.WebApplication app) => Acts.For(new OneBalance.Core.MerchantId(1), app);
    }

    internal static class Acts
    {
        public static object For(OneBalance.Core.MerchantId merchant, object with) => (merchant, with);
    }
}
