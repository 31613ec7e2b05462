using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.Tests;

public sealed class RefusalPaceTests : IAsyncDisposable
{
    private static readonly TimeSpan Held = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Later = TimeSpan.FromMilliseconds(5);

    private readonly SteppedClock _clock = new();
    private readonly List<DefaultConnectionContext> _connections = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
        {
            await connection.DisposeAsync();
        }
    }

    [Fact]
    public void A_connection_that_asks_again_at_once_is_held_back_and_another_is_not()
    {
        var pace = new RefusalPace(_clock);
        var (hasty, other) = (Connection(), Connection());

        pace.DelayOf(hasty).Should().Be(TimeSpan.Zero, "it is the first refusal");
        _clock.Advance(AtOnce);
        pace.DelayOf(hasty).Should().Be(Held);
        pace.DelayOf(other).Should().Be(TimeSpan.Zero);

        _clock.Advance(Held + AtOnce);
        pace.DelayOf(hasty).Should().Be(Held, "time counts from when the refusal was sent");
    }

    [Fact]
    public void A_connection_that_waits_a_little_is_not_held_back()
    {
        var pace = new RefusalPace(_clock);
        var connection = Connection();
        for (var request = 0; request < 3; request++)
        {
            pace.DelayOf(connection).Should().Be(TimeSpan.Zero);
            _clock.Advance(Later);
        }
    }

    private DefaultHttpContext Connection()
    {
        var context = new DefaultHttpContext();
        var connection = new DefaultConnectionContext();
        _connections.Add(connection);
        context.Features.Set<IConnectionItemsFeature>(connection);
        return context;
    }
}
