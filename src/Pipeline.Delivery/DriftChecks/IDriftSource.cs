namespace Pipeline.Delivery.DriftChecks;

/// <summary>Where the current side of a drift check comes from: rows of files, counters in Prometheus, or the counters of the services themselves.</summary>
public interface IDriftSource
{
    /// <summary>For people: what is read, such as <c>prometheus http://prometheus:9090</c>.</summary>
    string Description { get; }

    /// <summary>Reads the windows.</summary>
    /// <returns>Oldest first; at least one. A source whose rows have no time gives one window without bounds.</returns>
    /// <exception cref="Pipeline.Engine.PipelineException">What failed, on what, and what to do; exit code 1, or 64 if what was asked for is wrong.</exception>
    Task<IReadOnlyList<SourceWindow>> ReadAsync(WindowPlan plan, CancellationToken cancellationToken);

    /// <summary>To be called when the report of what was read is written: a source that gives each row once only then lets go of it, so that a check that fails on its way loses nothing.</summary>
    void Acknowledge()
    {
    }
}
