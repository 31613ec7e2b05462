using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Inference.Scoring;
using Pipeline.ModelPackage.Tests;

namespace Pipeline.Inference.Tests;

public sealed class HeavyWorkTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_turn_is_taken_on_a_thread_of_its_own()
    {
        using var work = new HeavyWork(TimeProvider.System);

        await work.TurnAsync();
        var (name, isOfPool) = (Thread.CurrentThread.Name, Thread.CurrentThread.IsThreadPoolThread);
        await Task.Yield();

        name.Should().StartWith("heavy work ");
        isOfPool.Should().BeFalse();
    }

    [Fact]
    public void A_place_is_refused_only_if_the_wait_would_be_too_long()
    {
        using var work = new HeavyWork(TimeProvider.System);
        var always = (4 * Environment.ProcessorCount) + 1;

        for (var place = 0; place < 1_000; place++)
        {
            work.TryEnter(TimeSpan.Zero).Should().BeTrue("nothing is known to take long");
        }

        for (var place = 0; place < 1_000; place++)
        {
            work.Leave();
        }

        Enumerable.Range(0, always).Should().OnlyContain(_ => work.TryEnter(TimeSpan.Zero));
    }

    [Fact]
    public async Task The_line_is_as_long_as_it_takes_and_a_fifth_once_there_have_been_refusals_for_a_second()
    {
        var clock = new SteppedClock();
        using var work = new HeavyWork(clock);
        for (var request = 0; request < 20; request++)
        {
            await work.TurnAsync();
            clock.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Yield();
        }

        // A request of 10 ms, a second of patience: a hundred for each processor.
        var full = await PlacesAsync();
        full.Should().BeCloseTo(100 * Environment.ProcessorCount, (uint)(20 * Environment.ProcessorCount));

        clock.Advance(Second / 2);
        (await PlacesAsync()).Should().Be(full, "a burst may fill the line");
        clock.Advance(Second * 0.6);
        (await PlacesAsync()).Should().BeCloseTo(full / 5, (uint)Environment.ProcessorCount + 1, "that is no burst any more");
        clock.Advance(Second * 1.1);
        (await PlacesAsync()).Should().Be(full, "nobody was refused for a second");

        // Takes places until one is refused, and gives all back.
        async Task<int> PlacesAsync()
        {
            // The last work's time is noted after it has ended.
            await Task.Delay(20, TestContext.Current.CancellationToken);
            var places = 0;
            while (work.TryEnter(Second))
            {
                places++;
            }

            for (var place = 0; place < places; place++)
            {
                work.Leave();
            }

            return places;
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Large_requests_beyond_the_longest_wait_are_429_and_small_ones_are_answered_meanwhile()
    {
        await using var service = await RunningService.StartAsync(options => options with { MaxWait = TimeSpan.FromMilliseconds(1) }, onnx: TestModel.Onnx(slowSteps: 20));
        const string Row = """{"hour":7,"origin":"ATL","distance":500,"destination":"LAX"}""";
        var large = $"{{\"rows\":[{string.Join(',', Enumerable.Repeat(Row, 40))}]}}";
        using (var first = await service.PredictAsync(large))
        {
            first.StatusCode.Should().Be(HttpStatusCode.OK, "the first large request tells how long one takes");
        }

        var welcome = (4 * Environment.ProcessorCount) + 1;
        const int Refused = 20;
        var asked = new List<Task<HttpResponseMessage>>();
        using (await HeldThreads.HoldAsync(service.App.Services.GetRequiredService<HeavyWork>()))
        {
            asked.AddRange(Enumerable.Range(0, welcome + Refused).Select(_ => service.PredictAsync(large)));
            using var small = await service.PredictAsync(Row);
            small.StatusCode.Should().Be(HttpStatusCode.OK);
            await foreach (var answer in Task.WhenEach(asked).Take(Refused))
            {
                (await answer).StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
                (await answer).Headers.RetryAfter!.Delta.Should().Be(Second);
            }
        }

        (await Task.WhenAll(asked)).Count(answer => answer.StatusCode == HttpStatusCode.OK).Should().Be(welcome);
        using var metrics = await service.GetAsync("/metrics");
        (await metrics.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain("\ninference_in_flight 0\n")
            .And.Contain("\ninference_queue_depth 0\n")
            .And.Contain(string.Create(CultureInfo.InvariantCulture, $"\ninference_rejected_total{{reason=\"wait\"}} {Refused}\n"));
    }

    /// <summary>Nothing that is large gets on until this is disposed of: what waits, and what is refused, is then no matter of the machine's speed.</summary>
    private sealed class HeldThreads : IDisposable
    {
        private readonly ManualResetEventSlim _release = new();
        private Task _held = Task.CompletedTask;

        public static async Task<HeldThreads> HoldAsync(HeavyWork work)
        {
            var threads = new HeldThreads();
            var starts = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).ToList();
            threads._held = Task.WhenAll(starts.Select(start => threads.HoldAsync(work, start)));
            await Task.WhenAll(starts.Select(start => start.Task));
            return threads;
        }

        public void Dispose()
        {
            _release.Set();
            _held.Wait();
            _release.Dispose();
        }

        private async Task HoldAsync(HeavyWork work, TaskCompletionSource start)
        {
            await work.TurnAsync();
            start.SetResult();
            _release.Wait();
        }
    }
}
