using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Web.Features.Carriers;

namespace OneBalance.Tests.Web.Integrations.CanadaPost;

/// <summary>What the client says of a call that went wrong: exactly what is known, and no more.</summary>
public sealed class FaultTests
{
    private const Language En = Language.English;

    [Theory]
    [InlineData("DropAfterActing")]
    [InlineData("StatusAfterActing")]
    [InlineData("MalformedBody")]
    public async Task A_create_whose_answer_is_lost_is_unknown_and_found_by_its_reference(string kind)
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = bench.Get<ICarrier>();
        var order = Orders.To(Orders.Winnipeg);
        await bench.FaultAsync(new { kind, method = "POST", path = "/shipments" });

        var lost = await carrier.CreateShipmentAsync(order, En, default);
        var found = (await carrier.FindShipmentAsync(Orders.Search(order.Label), En, default)).Confirmed();

        Assert.IsType<CarrierReply<CarrierShipment>.Unknown>(lost);
        Assert.NotNull(found!.TrackingNumber);
    }

    [Fact]
    public async Task A_create_lost_before_the_carrier_acted_is_unknown_too_and_found_nowhere()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = bench.Get<ICarrier>();
        var order = Orders.To(Orders.Winnipeg);
        await bench.FaultAsync(new { kind = "DropBeforeActing", method = "POST", path = "/shipments" });

        var lost = await carrier.CreateShipmentAsync(order, En, default);

        Assert.IsType<CarrierReply<CarrierShipment>.Unknown>(lost);
        Assert.Null((await carrier.FindShipmentAsync(Orders.Search(order.Label), En, default)).Confirmed());
    }

    [Fact]
    public async Task A_create_that_takes_too_long_is_unknown()
    {
        await using var bench = await CarrierBench.StartAsync(configure: options => options.Timeout = TimeSpan.FromMilliseconds(300));
        await bench.FaultAsync(new { kind = "Latency", method = "POST", path = "/shipments", milliseconds = 5000 });

        Assert.Null(bench.Get<ICarrierHealth>().Read().LastTrouble);
        var reply = await bench.Get<ICarrier>().CreateShipmentAsync(Orders.To(Orders.Winnipeg), En, default);

        Assert.IsType<CarrierReply<CarrierShipment>.Unknown>(reply);
        Assert.Equal(CarrierTrouble.TimedOut, bench.Get<ICarrierHealth>().Read().LastTrouble);
    }

    [Fact]
    public async Task A_create_whose_answer_dribbles_in_too_slowly_is_unknown()
    {
        await using var bench = await CarrierBench.StartAsync(configure: options => options.Timeout = TimeSpan.FromMilliseconds(500));
        var carrier = bench.Get<ICarrier>();
        var order = Orders.To(Orders.Winnipeg);
        await bench.FaultAsync(new { kind = "SlowBody", method = "POST", path = "/shipments", milliseconds = 10_000 });

        Assert.IsType<CarrierReply<CarrierShipment>.Unknown>(await carrier.CreateShipmentAsync(order, En, default));
    }

    [Fact]
    public async Task A_shipment_charged_at_once_is_found_by_its_reference_though_the_search_does_not_show_it_yet()
    {
        await using var bench = await CarrierBench.StartAsync(configure: options =>
        {
            options.TransmitShipment = true;
            options.MethodOfPayment = "Account";
        });
        var carrier = bench.Get<ICarrier>();
        var order = Orders.To(Orders.Winnipeg);
        var bought = (await carrier.CreateShipmentAsync(order, En, default)).Confirmed();
        await bench.SwitchAsync(new { searchSkipsTransmitted = true });

        var found = (await carrier.FindShipmentAsync(Orders.Search(order.Label), En, default)).Confirmed();

        Assert.Equal(bought.ShipmentId, found!.ShipmentId);
        Assert.True(found.Transmitted);
    }

    [Fact]
    public async Task A_shipment_charged_at_once_is_found_behind_hundreds_of_newer_ones_days_later()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 3, 0, 0, TimeSpan.Zero));
        await using var bench = await CarrierBench.StartAsync(clock, options => options.TransmitShipment = true);
        var carrier = bench.Get<ICarrier>();
        await bench.SwitchAsync(new { searchSkipsTransmitted = true, throttling = false });
        var order = Orders.To(Orders.Winnipeg);
        var requestedAt = clock.GetUtcNow();
        var bought = (await carrier.CreateShipmentAsync(order, En, default)).Confirmed();
        clock.Advance(TimeSpan.FromDays(5));
        await Parallel.ForAsync(0, 201, async (_, _) => (await carrier.CreateShipmentAsync(Orders.To(Orders.Winnipeg), En, default)).Confirmed());

        var found = (await carrier.FindShipmentAsync(Orders.Search(order.Label, requestedAt), En, default)).Confirmed();

        Assert.Equal(bought.ShipmentId, found!.ShipmentId);
    }

    [Fact]
    public async Task A_list_that_could_not_be_read_to_its_end_does_not_say_that_a_shipment_is_absent()
    {
        await using var bench = await CarrierBench.StartAsync(configure: options => (options.TransmitShipment, options.ReadRetries) = (true, 0));
        var carrier = bench.Get<ICarrier>();
        (await carrier.CreateShipmentAsync(Orders.To(Orders.Winnipeg), En, default)).Confirmed();
        await bench.FaultAsync(new { kind = "Status", status = 500, path = "/shipments/", method = "GET" });

        var cut = await carrier.FindShipmentAsync(Orders.Search(new LabelId(Guid.NewGuid())), En, default);
        var read = await carrier.FindShipmentAsync(Orders.Search(new LabelId(Guid.NewGuid())), En, default);

        Assert.IsType<CarrierReply<CarrierShipment?>.Unreachable>(cut);
        Assert.Null(read.Confirmed());
    }

    [Fact]
    public async Task A_shipment_that_the_search_does_not_show_is_found_in_its_group_and_other_labels_shipments_are_not_read()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = bench.Get<ICarrier>();
        var order = Orders.To(Orders.Winnipeg);
        var bought = (await carrier.CreateShipmentAsync(order, En, default)).Confirmed();
        var other = (await carrier.CreateShipmentAsync(Orders.To(Orders.Winnipeg), En, default)).Confirmed();
        await bench.SwitchAsync(new { searchSkipsReferences = true });

        var absent = (await carrier.FindShipmentAsync(Orders.Search(new LabelId(Guid.NewGuid()), null, bought.ShipmentId, other.ShipmentId), En, default)).Confirmed();
        int before = bench.Wire.Turns.Count;
        var found = (await carrier.FindShipmentAsync(Orders.Search(order.Label, null, other.ShipmentId), En, default)).Confirmed();

        Assert.Null(absent);
        Assert.Equal(bought.ShipmentId, found!.ShipmentId);
        Assert.DoesNotContain(bench.Wire.Turns.Skip(before), turn => turn.Address.AbsolutePath.EndsWith(other.ShipmentId, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_shipment_whose_content_cannot_be_read_is_not_taken_for_ours_yet()
    {
        await using var bench = await CarrierBench.StartAsync(configure: options => options.ReadRetries = 0);
        var carrier = bench.Get<ICarrier>();
        var order = Orders.To(Orders.Winnipeg);
        var bought = (await carrier.CreateShipmentAsync(order, En, default)).Confirmed();
        await bench.FaultAsync(new { kind = "Status", status = 500, path = "/details", method = "GET" });

        Assert.IsType<CarrierReply<CarrierShipment>.Unknown>(await carrier.CreateShipmentAsync(order, En, default));
        Assert.Equal(bought.ShipmentId, (await carrier.CreateShipmentAsync(order, En, default)).Confirmed().ShipmentId);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.25)]
    [InlineData(-0.40)]
    public async Task What_the_card_was_charged_is_the_price_and_a_difference_has_a_line(double above)
    {
        await using var bench = await CarrierBench.StartAsync(configure: options => (options.TransmitShipment, options.MethodOfPayment) = (true, "CreditCard"));
        var carrier = bench.Get<ICarrier>();
        var order = Orders.To(Orders.Winnipeg);
        var usual = (await carrier.CreateShipmentAsync(Orders.To(Orders.Winnipeg), En, default)).Confirmed().Price!;
        await bench.SwitchAsync(new { chargedAbove = above });

        var bought = (await carrier.CreateShipmentAsync(order, En, default)).Confirmed();
        var found = (await carrier.FindShipmentAsync(Orders.Search(order.Label), En, default)).Confirmed();

        var difference = Money.RoundFromDollars((decimal)above);
        Assert.Equal(usual.Total + difference, bought.Price!.Total);
        Assert.True(bought.Price.AddsUp);
        Assert.Equal(above == 0 ? [] : [difference], bought.Price.Lines.Where(line => line.Code == "CHARGED").Select(line => line.Amount));
        Assert.Equal(bought.Price.Total, found!.Price!.Total);
    }

    [Fact]
    public async Task A_receipt_that_could_not_be_read_leaves_the_price_open()
    {
        await using var bench = await CarrierBench.StartAsync(configure: options => (options.TransmitShipment, options.MethodOfPayment, options.ReadRetries) = (true, "CreditCard", 0));
        var carrier = bench.Get<ICarrier>();
        var order = Orders.To(Orders.Winnipeg);
        await bench.SwitchAsync(new { chargedAbove = 1 });
        var bought = (await carrier.CreateShipmentAsync(order, En, default)).Confirmed();
        await bench.FaultAsync(new { kind = "Status", status = 500, path = "/receipt", method = "GET" });

        Assert.Null((await carrier.FindShipmentAsync(Orders.Search(order.Label), En, default)).Confirmed()!.Price);
        Assert.Equal(bought.Price!.Total, (await carrier.FindShipmentAsync(Orders.Search(order.Label), En, default)).Confirmed()!.Price!.Total);
    }

    [Fact]
    public async Task The_same_order_sent_twice_is_one_shipment()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = bench.Get<ICarrier>();
        var order = Orders.To(Orders.Winnipeg);

        var first = (await carrier.CreateShipmentAsync(order, En, default)).Confirmed();
        var second = (await carrier.CreateShipmentAsync(order, En, default)).Confirmed();

        Assert.Equal(first.ShipmentId, second.ShipmentId);
        Assert.Equal(first.Price!.Total, second.Price!.Total);
    }

    [Fact]
    public async Task The_same_reference_for_another_parcel_is_not_taken_for_ours()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = bench.Get<ICarrier>();
        var order = Orders.To(Orders.Winnipeg);
        (await carrier.CreateShipmentAsync(order, En, default)).Confirmed();

        var other = await carrier.CreateShipmentAsync(order with { ServiceCode = "DOM.PC" }, En, default);

        Assert.IsType<CarrierReply<CarrierShipment>.Unknown>(other);
    }

    [Fact]
    public async Task Many_creates_of_one_order_at_once_are_one_shipment()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = bench.Get<ICarrier>();
        var order = Orders.To(Orders.Winnipeg);

        var replies = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => carrier.CreateShipmentAsync(order, En, default)));

        Assert.Single(replies.Select(reply => reply.Confirmed().ShipmentId).Distinct());
    }

    [Fact]
    public async Task A_voided_shipment_keeps_its_reference_used_up()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = bench.Get<ICarrier>();
        var order = Orders.To(Orders.Winnipeg);
        var bought = (await carrier.CreateShipmentAsync(order, En, default)).Confirmed();
        (await carrier.VoidShipmentAsync(bought.ShipmentId, En, default)).Confirmed();

        Assert.IsType<CarrierReply<CarrierShipment>.Unknown>(await carrier.CreateShipmentAsync(order, En, default));
    }

    [Fact]
    public async Task A_carrier_that_is_not_there_was_certainly_not_reached()
    {
        await using var bench = await CarrierBench.StartAsync(configure: options => options.ReadRetries = 0);
        await bench.StopEmulatorAsync();

        var reply = await bench.Get<ICarrier>().CreateShipmentAsync(Orders.To(Orders.Winnipeg), En, default);

        Assert.IsType<CarrierReply<CarrierShipment>.Unreachable>(reply);
    }

    [Fact]
    public async Task A_refusal_carries_the_carriers_code_and_its_words_in_the_users_language()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = bench.Get<ICarrier>();

        var reply = await carrier.CreateShipmentAsync(Orders.To(Orders.Winnipeg with { City = "" }), Language.French, default);

        var error = Assert.Single(Assert.IsType<CarrierReply<CarrierShipment>.Refused>(reply).Errors);
        Assert.Equal("1157", error.Code);
        Assert.StartsWith("La ville du destinataire", error.Message);
    }

    [Theory]
    [InlineData(Language.English, "A parcel to the United States needs its duties prepaid")]
    [InlineData(Language.French, "Un colis à destination des États-Unis exige le prépaiement des droits")]
    public async Task A_parcel_to_the_United_States_without_prepaid_duties_is_refused_before_anything_is_sent(Language language, string words)
    {
        await using var bench = await CarrierBench.StartAsync(configure: options => options.ZonosKey = "");

        var reply = await bench.Get<ICarrier>().CreateShipmentAsync(Orders.To(Orders.NewYork, "USA.XP", Orders.Books()), language, default);

        var error = Assert.Single(Assert.IsType<CarrierReply<CarrierShipment>.Refused>(reply).Errors);
        Assert.Equal("US-DUTY", error.Code);
        Assert.StartsWith(words, error.Message);
        Assert.Empty(bench.Wire.Turns);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_throttled_call_says_how_long_to_wait_and_the_next_ones_are_not_sent_until_then(int status)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 15, 0, 0, TimeSpan.Zero));
        await using var bench = await CarrierBench.StartAsync(clock);
        var carrier = bench.Get<ICarrier>();
        await bench.SwitchAsync(new { throttleLimit = 1, throttleStatus = status });
        (await carrier.FindShipmentAsync(Orders.Ungrouped(), En, default)).Confirmed();

        var throttled = Assert.IsType<CarrierReply<CarrierShipment?>.Unreachable>(await carrier.FindShipmentAsync(Orders.Ungrouped(), En, default));
        int sent = bench.Wire.Turns.Count;
        clock.Advance(TimeSpan.FromSeconds(20));
        var held = Assert.IsType<CarrierReply<CarrierShipment?>.Unreachable>(await carrier.FindShipmentAsync(Orders.Ungrouped(), En, default));
        int sentWhileHeld = bench.Wire.Turns.Count;
        Assert.Equal(clock.GetUtcNow().AddSeconds(40), bench.Get<ICarrierHealth>().Read().ThrottledUntil);
        Assert.Equal(CarrierTrouble.Throttled, bench.Get<ICarrierHealth>().Read().LastTrouble);
        Assert.Equal(clock.GetUtcNow().AddSeconds(-20), bench.Get<ICarrierHealth>().Read().TroubleAt);
        clock.Advance(TimeSpan.FromSeconds(40));

        Assert.Equal(TimeSpan.FromSeconds(60), throttled.RetryAfter);
        Assert.Equal(TimeSpan.FromSeconds(40), held.RetryAfter);
        Assert.Equal(sent, sentWhileHeld);
        Assert.Null((await carrier.FindShipmentAsync(Orders.Ungrouped(), En, default)).Confirmed());
    }

    [Fact]
    public async Task A_throttled_create_bought_nothing()
    {
        await using var bench = await CarrierBench.StartAsync();
        await bench.FaultAsync(new { kind = "Status", status = 429, method = "POST", path = "/shipments" });

        Assert.IsType<CarrierReply<CarrierShipment>.Unreachable>(await bench.Get<ICarrier>().CreateShipmentAsync(Orders.To(Orders.Winnipeg), En, default));
    }

    /// <summary>The monitor's words say that nothing was done; the bare code may head any failure inside the carrier.</summary>
    [Theory]
    [InlineData("Rejected by SLM Monitor", false)]
    [InlineData("Internal error", true)]
    public async Task A_create_that_failed_inside_the_carrier_is_unknown_unless_the_monitor_turned_it_away(string message, bool unknown)
    {
        await using var bench = await CarrierBench.StartAsync();
        string json = $$"""{"errors":[{"errorCode":"Server","message":"{{message}}"}]}""";
        await bench.FaultAsync(new { kind = "StatusAfterActing", status = 500, method = "POST", path = "/shipments", json });

        var reply = await bench.Get<ICarrier>().CreateShipmentAsync(Orders.To(Orders.Winnipeg), En, default);

        Assert.Equal(unknown, reply is CarrierReply<CarrierShipment>.Unknown);
        Assert.Equal(!unknown, reply is CarrierReply<CarrierShipment>.Unreachable);
    }

    [Fact]
    public async Task Reads_are_repeated_after_a_failure_and_a_create_is_not()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = bench.Get<ICarrier>();
        await bench.FaultAsync(new { kind = "Status", status = 503, method = "POST", path = "/prices", times = 2 });
        await bench.FaultAsync(new { kind = "Status", status = 503, method = "POST", path = "/shipments", times = 2 });

        (await carrier.GetRatesAsync(new RateRequest("M5H2N2", "R3W1A1", "CA", Orders.Small, []), En, default)).Confirmed();
        await carrier.CreateShipmentAsync(Orders.To(Orders.Winnipeg), En, default);

        Assert.Equal(4, bench.Wire.Turns.Count(turn => turn.Address.AbsolutePath.EndsWith("/prices", StringComparison.Ordinal)));
        Assert.Equal(1, bench.Wire.Turns.Count(turn => turn.Address.AbsolutePath.EndsWith("/shipments", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task One_token_serves_many_calls_and_an_expired_one_is_replaced_once()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = bench.Get<ICarrier>();
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => carrier.FindShipmentAsync(Orders.Search(new LabelId(Guid.NewGuid())), En, default)));
        int before = Tokens(bench);
        await bench.Control.PostAsync("/_control/expire-tokens", null);

        (await carrier.CreateShipmentAsync(Orders.To(Orders.Winnipeg), En, default)).Confirmed();

        Assert.Equal(1, before);
        Assert.Equal(2, Tokens(bench));
    }

    [Fact]
    public async Task A_token_is_renewed_before_it_expires()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 15, 0, 0, TimeSpan.Zero));
        await using var bench = await CarrierBench.StartAsync(clock);
        var carrier = bench.Get<ICarrier>();
        await carrier.FindShipmentAsync(Orders.Search(new LabelId(Guid.NewGuid())), En, default);
        clock.Advance(TimeSpan.FromSeconds(3600 - 121));
        await carrier.FindShipmentAsync(Orders.Search(new LabelId(Guid.NewGuid())), En, default);
        int before = Tokens(bench);
        clock.Advance(TimeSpan.FromSeconds(2));

        (await carrier.FindShipmentAsync(Orders.Search(new LabelId(Guid.NewGuid())), En, default)).Confirmed();

        Assert.Equal(1, before);
        Assert.Equal(2, Tokens(bench));
        Assert.DoesNotContain(bench.Wire.Turns, turn => turn.Status == 401);
    }

    [Fact]
    public async Task Wrong_credentials_are_not_a_refusal_of_the_parcel()
    {
        await using var bench = await CarrierBench.StartAsync(configure: options => options.ClientSecret = "wrong");

        Assert.IsType<CarrierReply<CarrierShipment>.Unreachable>(await bench.Get<ICarrier>().CreateShipmentAsync(Orders.To(Orders.Winnipeg), En, default));
    }

    [Fact]
    public async Task The_circuit_opens_under_failures_and_says_so()
    {
        await using var bench = await CarrierBench.StartAsync(configure: options => options.ReadRetries = 0);
        var carrier = bench.Get<ICarrier>();
        await bench.FaultAsync(new { kind = "Status", status = 503, path = "/shipments", times = 0 });
        for (int call = 0; call < 25; call++)
        {
            await carrier.FindShipmentAsync(Orders.Search(new LabelId(Guid.NewGuid())), En, default);
        }

        int sent = bench.Wire.Turns.Count;
        var reply = await carrier.CreateShipmentAsync(Orders.To(Orders.Winnipeg), En, default);

        Assert.Equal(CircuitStatus.Open, bench.Get<ICarrierHealth>().Read().Circuit);
        Assert.Equal([CarrierProduct.Shipping], bench.Get<ICarrierHealth>().Read().Failing);
        Assert.IsType<CarrierReply<CarrierShipment>.Unreachable>(reply);
        Assert.Equal(sent, bench.Wire.Turns.Count);
    }

    /// <summary>One call at a time tries whether the carrier is back; until it is answered, or timed out, nothing else is sent.</summary>
    [Theory]
    [InlineData(1_500, CircuitStatus.Closed)]
    [InlineData(60_000, CircuitStatus.Open)]
    public async Task An_open_circuit_is_tried_by_a_single_call_that_closes_it_or_opens_it_again(int answersAfter, CircuitStatus then)
    {
        await using var bench = await CarrierBench.StartAsync(configure: options =>
            (options.ReadRetries, options.CircuitPause, options.Timeout) = (0, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4)));
        var carrier = bench.Get<ICarrier>();
        var health = bench.Get<ICarrierHealth>();
        await bench.FaultAsync(new { kind = "Status", status = 503, path = "/shipments", times = 0 });
        for (int call = 0; call < 25; call++)
        {
            await carrier.FindShipmentAsync(Orders.Ungrouped(), En, default);
        }

        Assert.Equal(CircuitStatus.Open, health.Read().Circuit);
        (await bench.Control.DeleteAsync("/_control/faults")).EnsureSuccessStatusCode();
        await bench.FaultAsync(new { kind = "Latency", milliseconds = answersAfter, path = "/shipments" });
        int sent = bench.Wire.Turns.Count;
        await Task.Delay(TimeSpan.FromSeconds(1.2));
        var trial = carrier.FindShipmentAsync(Orders.Ungrouped(), En, default);
        while (health.Read().Circuit == CircuitStatus.Open && !trial.IsCompleted)
        {
            await Task.Delay(10);
        }

        var during = health.Read();
        var meanwhile = await carrier.FindShipmentAsync(Orders.Ungrouped(), En, default);
        var tried = await trial;

        Assert.Equal(CircuitStatus.Trying, during.Circuit);
        Assert.Equal([CarrierProduct.Shipping], during.Failing);
        Assert.IsType<CarrierReply<CarrierShipment?>.Unreachable>(meanwhile);
        Assert.Equal(then == CircuitStatus.Closed, tried is CarrierReply<CarrierShipment?>.Confirmed);
        Assert.Equal(then, health.Read().Circuit);
        Assert.Equal(sent + 1, bench.Wire.Turns.Count);
    }

    [Fact]
    public async Task A_second_401_after_a_renewal_ends_the_call_with_nothing_bought_and_no_third_try()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = bench.Get<ICarrier>();
        var order = Orders.To(Orders.Winnipeg);
        await bench.FaultAsync(new { kind = "Status", status = 401, path = "/shipments", times = 2 });

        var refused = await carrier.CreateShipmentAsync(order, En, default);
        int sent = bench.Wire.Turns.Count(turn => turn.Address.AbsolutePath.EndsWith("/shipments", StringComparison.Ordinal));
        int tokens = Tokens(bench);
        (await carrier.CreateShipmentAsync(order, En, default)).Confirmed();

        Assert.IsType<CarrierReply<CarrierShipment>.Unreachable>(refused);
        Assert.Equal((2, 2), (sent, tokens));
        Assert.Equal(3, Tokens(bench));
        Assert.Equal(2, bench.Wire.Turns.Where(turn => turn.Status == 401).Select(turn => turn.Request.Headers.Authorization!.Parameter).Distinct().Count());
    }

    [Theory]
    [InlineData("/pins/", CarrierProduct.Tracking)]
    [InlineData("/prices", CarrierProduct.Rating)]
    public async Task A_product_that_fails_stops_no_purchase(string path, CarrierProduct product)
    {
        await using var bench = await CarrierBench.StartAsync(configure: options => options.ReadRetries = 0);
        var carrier = bench.Get<ICarrier>();
        await bench.FaultAsync(new { kind = "Status", status = 503, path, times = 0 });
        for (int call = 0; call < 25; call++)
        {
            await (product == CarrierProduct.Tracking
                ? carrier.GetTrackingAsync(new TrackingNumber("7023210000000000"), En, default)
                : (Task)carrier.GetRatesAsync(new RateRequest("M5H2N2", "R3W1A1", "CA", Orders.Small, []), En, default));
        }

        (await carrier.CreateShipmentAsync(Orders.To(Orders.Winnipeg), En, default)).Confirmed();

        Assert.Equal([product], bench.Get<ICarrierHealth>().Read().Failing);
        Assert.Equal(CircuitStatus.Open, bench.Get<ICarrierHealth>().Read().Circuit);
    }

    [Fact]
    public async Task A_question_about_a_parcel_is_not_repeated_at_once_because_few_are_allowed()
    {
        await using var bench = await CarrierBench.StartAsync();
        await bench.FaultAsync(new { kind = "Status", status = 500, path = "/pins/", times = 0 });

        await bench.Get<ICarrier>().GetTrackingAsync(new TrackingNumber("7023210000000000"), En, default);

        Assert.Single(bench.Wire.Turns, turn => turn.Address.AbsolutePath.Contains("/pins/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://evil.example/prod/devportal-portaildesdeveloppeurs/shipping/v1/artifacts/a/shipping/1/0")]
    [InlineData("{origin}/elsewhere/shipping/v1/artifacts/a/shipping/1/0")]
    [InlineData("{origin}/prod/devportal-portaildesdeveloppeurs/shipping/v1/../../../../_control/faults")]
    [InlineData("{origin}:1/prod/devportal-portaildesdeveloppeurs/shipping/v1/artifacts/a/shipping/1/0")]
    [InlineData("https://{authority}/prod/devportal-portaildesdeveloppeurs/shipping/v1/artifacts/a/shipping/1/0")]
    [InlineData("ftp://{authority}/prod/devportal-portaildesdeveloppeurs/shipping/v1/artifacts/a/shipping/1/0")]
    [InlineData("http://user@{authority}/prod/devportal-portaildesdeveloppeurs/shipping/v1/artifacts/a/shipping/1/0")]
    [InlineData("http://{authority}@evil.example/prod/devportal-portaildesdeveloppeurs/shipping/v1/artifacts/a/shipping/1/0")]
    [InlineData("//{authority}/prod/devportal-portaildesdeveloppeurs/shipping/v1/artifacts/a/shipping/1/0")]
    [InlineData("not an address")]
    public async Task A_link_that_leads_elsewhere_is_not_followed(string link)
    {
        await using var bench = await CarrierBench.StartAsync();
        string address = link.Replace("{origin}:1", $"http://{bench.Address.Host}:1").Replace("{origin}", bench.Address.ToString().TrimEnd('/')).Replace("{authority}", bench.Address.Authority);

        var reply = await bench.Get<ICarrier>().GetDocumentAsync(address, "application/pdf", default);

        Assert.IsType<CarrierReply<LabelFile>.Unreachable>(reply);
        Assert.Empty(bench.Wire.Turns);
    }

    [Fact]
    public async Task A_document_that_is_not_ready_is_asked_for_again()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = bench.Get<ICarrier>();
        await bench.SwitchAsync(new { documentNotReady = 3 });
        var bought = (await carrier.CreateShipmentAsync(Orders.To(Orders.Winnipeg), En, default)).Confirmed();

        (await carrier.GetDocumentAsync(bought.LabelLink, "application/pdf", default)).Confirmed();

        Assert.Equal(3, bench.Wire.Turns.Count(turn => turn.Status == 202));
    }

    [Fact]
    public async Task A_redirected_document_is_fetched_by_hand_without_our_token()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = bench.Get<ICarrier>();
        await bench.SwitchAsync(new { documentRedirect = true });
        var bought = (await carrier.CreateShipmentAsync(Orders.To(Orders.Winnipeg), En, default)).Confirmed();

        (await carrier.GetDocumentAsync(bought.LabelLink, "application/pdf", default)).Confirmed();

        Assert.Null(bench.Wire.Turns[^1].Request.Headers.Authorization);
        Assert.Equal(302, bench.Wire.Turns[^2].Status);
    }

    [Theory]
    [InlineData("http://localhost:1")]
    [InlineData("https://{authority}")]
    [InlineData("http://user@{authority}")]
    public async Task A_document_redirected_to_a_strange_host_is_not_fetched(string elsewhere)
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = bench.Get<ICarrier>();
        await bench.SwitchAsync(new { documentRedirect = true, documentRedirectTo = elsewhere.Replace("{authority}", bench.Address.Authority) });
        var bought = (await carrier.CreateShipmentAsync(Orders.To(Orders.Winnipeg), En, default)).Confirmed();

        Assert.IsType<CarrierReply<LabelFile>.Unreachable>(await carrier.GetDocumentAsync(bought.LabelLink, "application/pdf", default));
        Assert.Equal(302, bench.Wire.Turns[^1].Status);
    }

    [Fact]
    public async Task What_is_no_document_is_not_handed_on()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = bench.Get<ICarrier>();
        var bought = (await carrier.CreateShipmentAsync(Orders.To(Orders.Winnipeg), En, default)).Confirmed();
        await bench.FaultAsync(new { kind = "MalformedBody", path = "/artifacts/" });

        Assert.IsType<CarrierReply<LabelFile>.Unreachable>(await carrier.GetDocumentAsync(bought.LabelLink, "application/pdf", default));
    }

    [Fact]
    public async Task A_suspended_shipment_is_no_purchase_yet()
    {
        await using var bench = await CarrierBench.StartAsync();
        await bench.SwitchAsync(new { suspended = true });

        Assert.IsType<CarrierReply<CarrierShipment>.Unknown>(await bench.Get<ICarrier>().CreateShipmentAsync(Orders.To(Orders.Winnipeg), En, default));
    }

    [Fact]
    public async Task A_purchase_whose_price_could_not_be_read_is_still_a_purchase()
    {
        await using var bench = await CarrierBench.StartAsync(configure: options => options.ReadRetries = 0);
        await bench.FaultAsync(new { kind = "Status", status = 500, path = "/price", method = "GET" });

        var bought = (await bench.Get<ICarrier>().CreateShipmentAsync(Orders.To(Orders.Winnipeg), En, default)).Confirmed();

        Assert.Null(bought.Price);
    }

    [Fact]
    public async Task A_price_given_as_a_list_reads_like_one_given_alone()
    {
        await using var bench = await CarrierBench.StartAsync();
        await bench.SwitchAsync(new { priceAsList = true });

        var bought = (await bench.Get<ICarrier>().CreateShipmentAsync(Orders.To(Orders.Winnipeg), En, default)).Confirmed();

        Assert.True(bought.Price!.AddsUp);
    }

    [Fact]
    public async Task The_carrier_remembers_across_a_restart()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = bench.Get<ICarrier>();
        var order = Orders.To(Orders.Winnipeg);
        var bought = (await carrier.CreateShipmentAsync(order, En, default)).Confirmed();

        await bench.RestartEmulatorAsync();

        Assert.Equivalent(bought, (await carrier.FindShipmentAsync(Orders.Search(order.Label), En, default)).Confirmed());
        (await carrier.VoidShipmentAsync(bought.ShipmentId, En, default)).Confirmed();
    }

    [Fact]
    public async Task A_search_that_lags_finds_nothing_and_later_the_shipment()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 15, 0, 0, TimeSpan.Zero));
        await using var bench = await CarrierBench.StartAsync(clock);
        var carrier = bench.Get<ICarrier>();
        await bench.SwitchAsync(new { searchLagSeconds = 30 });
        var order = Orders.To(Orders.Winnipeg);
        (await carrier.CreateShipmentAsync(order, En, default)).Confirmed();

        var early = (await carrier.FindShipmentAsync(Orders.Search(order.Label), En, default)).Confirmed();
        clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Null(early);
        Assert.NotNull((await carrier.FindShipmentAsync(Orders.Search(order.Label), En, default)).Confirmed());
    }

    [Fact]
    public async Task A_caller_that_gives_up_is_not_kept_waiting()
    {
        await using var bench = await CarrierBench.StartAsync();
        await bench.FaultAsync(new { kind = "Latency", path = "/prices", times = 0, milliseconds = 10_000 });
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        long start = Stopwatch.GetTimestamp();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            bench.Get<ICarrier>().GetRatesAsync(new RateRequest("M5H2N2", "R3W1A1", "CA", Orders.Small, []), En, patience.Token));

        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(5));
    }

    private static int Tokens(CarrierBench bench) => bench.Wire.Turns.Count(turn => turn.Address.AbsolutePath.EndsWith("/token", StringComparison.Ordinal));
}
