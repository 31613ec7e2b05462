using Pipeline.Delivery.Data;
using Pipeline.Engine;

namespace Pipeline.Delivery.DriftChecks.Files;

/// <summary>Rows of a prepared dataset as the current side: those of the production split stand for what the model is asked later, so that a first drift check needs nothing but the model's folder.</summary>
/// <param name="model">What the rows are compared with.</param>
/// <param name="dataset">Has the rows.</param>
/// <param name="split">Which of them.</param>
public sealed class DatasetDriftSource(ComparedModel model, Dataset dataset, DataSplit split = DataSplit.Production) : IDriftSource
{
    public string Description => $"{Dataset.Name(split)} rows of dataset {dataset.Digest.Abbreviated}";

    public Task<IReadOnlyList<SourceWindow>> ReadAsync(WindowPlan plan, CancellationToken cancellationToken) => Task.Run(() => Read(plan, cancellationToken), cancellationToken);

    private IReadOnlyList<SourceWindow> Read(WindowPlan plan, CancellationToken cancellationToken)
    {
        if (dataset.Find(split) is null)
        {
            if (dataset.Summary.Time is null)
            {
                throw new PipelineException(ExitCode.Usage, $"The dataset has no {Dataset.Name(split)} rows to compare: its rows have no time that could tell them from the others. Name files of rows with --source file:GLOB, or the services' counters.");
            }

            throw new PipelineException(ExitCode.Usage, $"The dataset has no {Dataset.Name(split)} rows to compare; add splits.{Dataset.Name(split)} to model.yaml, or name files of rows.");
        }

        var known = dataset.Schema.Features.Select(feature => (feature.Name, feature.Kind)).ToHashSet();
        if (model.Schema.Features.Where(feature => !known.Contains((feature.Name, feature.Kind))).Select(feature => feature.Name).ToList() is { Count: > 0 } missing)
        {
            throw new PipelineException(
                ExitCode.Usage,
                $"The dataset {dataset.Digest.Abbreviated} has other columns than {model.Package} was trained on (not: {string.Join(", ", missing)}). Check the package that its own definition makes, or name files of rows.");
        }

        var columns = new RowColumns($"read_parquet({DuckDatabase.Literal(dataset.PathOf(split))})", RowSql.Numbers(model.Schema, _ => "FLOAT"), RowSql.Texts(model.Schema, _ => "VARCHAR"))
        {
            Time = dataset.Summary.Time is { } time ? RowSql.Time(time, "TIMESTAMP") : null,
            Label = RowSql.Label(model.Package.Manifest.Outputs, dataset.Summary.Label, isBoolean: true),
        };

        // Nothing spills: rows are only passed through.
        using var database = new DuckDatabase(spillDirectory: string.Empty);
        try
        {
            return new RowWindows(database, model, columns, plan).Read(cancellationToken);
        }
        catch (DatabaseException e)
        {
            throw new PipelineException(ExitCode.ToolError, $"{dataset.PathOf(split)} cannot be read: {e.Message}. Run ./build.sh PrepareData to make it anew.", e);
        }
    }
}
