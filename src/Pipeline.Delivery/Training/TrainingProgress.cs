using Pipeline.Engine;

namespace Pipeline.Delivery.Training;

/// <summary>
/// Shows how far training is. ML.NET's trainers do not tell, so a trainer's share is its expected cost (trees × leaves), and within a running trainer the share is
/// judged by the pace so far; it never claims a running trainer done.
/// </summary>
internal sealed class TrainingProgress : IAsyncDisposable
{
    private const double SecondsPerMillionCostUnits = 0.006;
    private const double MostOfARunningTrainer = 0.95;

    private readonly ProgressLine _line;
    private readonly TimeProvider _clock;
    private readonly double _expectedSecondsPerUnit;
    private readonly double _totalCost;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private double _doneCost;
    private double _doneSeconds;
    private string _current = string.Empty;
    private double _currentCost;
    private long _currentStart;

    /// <param name="log">Where to show.</param>
    /// <param name="totalCost">Sum of all trainers' costs, in <see cref="Begin"/>'s unit.</param>
    /// <param name="rows">Training rows.</param>
    public TrainingProgress(RunLog log, double totalCost, int rows)
    {
        _line = log.StartProgress("Train");
        _clock = log.Clock;
        _totalCost = totalCost;
        _expectedSecondsPerUnit = rows / 1e6 * SecondsPerMillionCostUnits;
        _timer = _clock.CreateTimer(_ => Show(), null, TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(200));
    }

    public void Begin(string trainer, double cost)
    {
        lock (_gate)
        {
            (_current, _currentCost, _currentStart) = (trainer, cost, _clock.GetTimestamp());
        }
    }

    public void End()
    {
        lock (_gate)
        {
            _doneCost += _currentCost;
            _doneSeconds += _clock.GetElapsedTime(_currentStart).TotalSeconds;
            _currentCost = 0;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        _line.Dispose();
    }

    private void Show()
    {
        lock (_gate)
        {
            if (_currentCost > 0)
            {
                var pace = _doneCost > 0 ? _doneSeconds / _doneCost : _expectedSecondsPerUnit;
                var within = Math.Min(MostOfARunningTrainer, _clock.GetElapsedTime(_currentStart).TotalSeconds / Math.Max(pace * _currentCost, 0.1));
                _line.Report((_doneCost + (within * _currentCost)) / _totalCost, _current);
            }
        }
    }
}
