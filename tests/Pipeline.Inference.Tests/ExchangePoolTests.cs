using Microsoft.Extensions.DependencyInjection;
using Pipeline.Inference.ModelLoading;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.Tests;

public sealed class ExchangePoolTests
{
    [Fact]
    public async Task What_a_burst_of_large_requests_took_is_mostly_given_back()
    {
        await using var service = await RunningService.StartAsync();
        var model = service.App.Services.GetRequiredService<ModelSlot>().Current!;
        var pool = new ExchangePool();
        var burst = Enumerable.Range(0, 256).Select(_ => pool.Rent(model)).ToList();

        foreach (var exchange in burst)
        {
            exchange.Rows.AddRows(10_000);
            pool.Return(exchange);
        }

        var kept = Enumerable.Range(0, 256).Select(_ => pool.Rent(model)).Intersect(burst).ToList();
        kept.Should().NotBeEmpty();
        kept.Sum(exchange => exchange.Rows.Footprint).Should().BeLessThanOrEqualTo(ExchangePool.MaxBytesKept);
    }

    [Fact]
    public async Task Many_small_requests_at_once_are_all_kept_and_come_back_empty()
    {
        await using var service = await RunningService.StartAsync();
        var model = service.App.Services.GetRequiredService<ModelSlot>().Current!;
        var pool = new ExchangePool();
        var burst = Enumerable.Range(0, 1_000).Select(_ => pool.Rent(model)).ToList();

        foreach (var exchange in burst)
        {
            exchange.Rows.AddRow();
            exchange.Faults.Add(0, "hour", "a number", "a string");
            exchange.Refuse(400);
            exchange.State = this;
            pool.Return(exchange);
        }

        var again = Enumerable.Range(0, 1_000).Select(_ => pool.Rent(model)).ToList();
        again.Should().OnlyContain(exchange => burst.Contains(exchange));
        again.Should().OnlyContain(exchange => exchange.Rows.Count == 0 && !exchange.IsRefused && exchange.State == null);
    }
}
