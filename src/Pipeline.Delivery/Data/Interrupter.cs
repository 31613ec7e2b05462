using DuckDB.NET.Data;

namespace Pipeline.Delivery.Data;

/// <summary>Interrupts a statement, while it runs, once a token is cancelled.</summary>
internal sealed class Interrupter : IDisposable
{
    // An interrupt that comes before the statement has begun is lost, so that one is not enough.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private readonly DuckDBCommand _command;
    private readonly Timer _timer;
    private readonly CancellationTokenRegistration _registration;
    private bool _ended;

    public Interrupter(DuckDBCommand command, CancellationToken cancellationToken)
    {
        _command = command;
        _timer = new Timer(static state => ((Interrupter)state!).Interrupt(), this, Timeout.Infinite, Timeout.Infinite);
        _registration = cancellationToken.Register(() => _timer.Change(TimeSpan.Zero, Interval));
    }

    public void Dispose()
    {
        _registration.Dispose();
        _timer.Dispose();
        lock (_gate)
        {
            _ended = true;
        }
    }

    private void Interrupt()
    {
        lock (_gate)
        {
            if (!_ended)
            {
                _command.Cancel();
            }
        }
    }
}
