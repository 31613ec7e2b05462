using Pipeline.Delivery.Data;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.DriftChecks.Files;

/// <summary>Opens files as the table <c>source</c> and finds out what their columns are: the model's features, or what its query makes them from.</summary>
internal sealed class RowColumnsFinder(DuckDatabase database, ComparedModel model, FileRows rows, IReadOnlyList<DataFile> files, string scratch)
{
    private readonly IReadOnlyList<Feature> _features = model.Schema.Features;
    private readonly List<DataFile> _leftOut = [];

    /// <param name="notes">Takes sentences for a reader.</param>
    /// <param name="cancellationToken">Interrupts a statement.</param>
    /// <exception cref="PipelineException">The files hold neither, or a column cannot be used; or a file is damaged.</exception>
    public RowColumns Find(List<string> notes, CancellationToken cancellationToken)
    {
        var lacking = Lacking(files, cancellationToken);
        if (lacking.Count < files.Count && lacking.Count > 0)
        {
            LeaveOutLogsOfOthers(lacking, notes, cancellationToken);
        }

        if (lacking.Count == 0)
        {
            var used = files.Except(_leftOut).ToList();
            Open(used, [.. model.Schema.Categorical.Select(feature => feature.Name)], cancellationToken);
            return new FeatureColumns(database, model, rows, used).Find(notes, cancellationToken);
        }

        Open(files, textColumns: [], cancellationToken);
        return OfQuery(lacking, notes, cancellationToken);
    }

    // By file: the features that it has no column of, and the columns that it has.
    private Dictionary<DataFile, (List<string> Missing, IReadOnlyList<string> Columns)> Lacking(IEnumerable<DataFile> candidates, CancellationToken cancellationToken)
    {
        var lacking = new Dictionary<DataFile, (List<string>, IReadOnlyList<string>)>();
        foreach (var file in candidates)
        {
            var columns = SourceTable.ColumnsOf(database, file, cancellationToken);
            var missing = _features.Select(feature => feature.Name).Except(columns, StringComparer.Ordinal).ToList();
            if (missing.Count > 0 && file.Format == DataFileFormat.Json)
            {
                columns = SourceTable.ColumnsOf(database, file, cancellationToken, isWhole: true);
                missing = [.. missing.Except(columns, StringComparer.Ordinal)];
            }

            if (missing.Count > 0)
            {
                lacking.Add(file, (missing, columns));
            }
        }

        return lacking;
    }

    // A log's files of another version may have other columns.
    private void LeaveOutLogsOfOthers(Dictionary<DataFile, (List<string> Missing, IReadOnlyList<string> Columns)> lacking, List<string> notes, CancellationToken cancellationToken)
    {
        foreach (var (file, (_, columns)) in lacking.ToList())
        {
            if (LogColumns.FindAny(columns) is not { } log)
            {
                continue;
            }

            var (ofModel, all) = (0L, 0L);
            database.Read(
                $"SELECT count(*) FILTER ({IsOfModel(log)}), count(*) FROM {SourceTable.RowsOf(file)}",
                row => (ofModel, all) = (row.GetInt64(0), row.GetInt64(1)),
                cancellationToken);
            if (ofModel == 0)
            {
                lacking.Remove(file);
                _leftOut.Add(file);
                notes.Add(FormattableString.Invariant($"{file.Name} has other columns, and none of its {all:N0} rows is of {model.Package}: it is left out."));
            }
        }
    }

    private string IsOfModel(LogColumns log) => FeatureColumns.IsOfModel(log, model.Package);

    private void Open(IReadOnlyList<DataFile> used, IReadOnlyCollection<string> textColumns, CancellationToken cancellationToken)
    {
        SourceTable.Create(database, used, textColumns, cancellationToken);
        database.CloseToTheOutside(files.Select(file => file.Path), scratch);
    }

    private RowColumns OfQuery(Dictionary<DataFile, (List<string> Missing, IReadOnlyList<string> Columns)> lacking, List<string> notes, CancellationToken cancellationToken)
    {
        // What the model does not see is not compared, and need not be there.
        var definition = model.Definition with { Data = model.Definition.Data with { Attributes = [] } };
        ExampleQuery query;
        try
        {
            query = ExampleQuery.Check(database, definition, cancellationToken);
        }
        catch (PipelineException e) when (e.ExitCode == ExitCode.Usage)
        {
            throw Neither(lacking, e.Message, e);
        }

        var given = query.Features.Select(feature => (feature.Name, feature.Kind)).ToHashSet();
        if (_features.Where(feature => !given.Contains((feature.Name, feature.Kind))).Select(feature => feature.Name).ToList() is { Count: > 0 } missing)
        {
            throw Neither(lacking, $"data.query of model {model.Definition.Name} does not give the package's columns {string.Join(", ", missing)}", inner: null);
        }

        var settings = query.Settings;
        if (Ignored() is { Count: > 0 } ignored)
        {
            throw Neither(lacking, $"the columns that were named for {string.Join(" and ", ignored)} are for rows of its features; time and label of raw rows are those of model.yaml", inner: null);
        }

        notes.Add("The files hold raw rows; the features, times and labels are those that data.query of model.yaml makes from them.");
        return new RowColumns($"query({DuckDatabase.Literal(settings.Query)})", RowSql.Numbers(model.Schema, _ => "FLOAT"), RowSql.Texts(model.Schema, _ => "VARCHAR"))
        {
            // Whatever its type of time is: all of them can be cast.
            Time = settings.Time is { } time ? RowSql.Time(time, "TIMESTAMP") : null,
            Label = RowSql.Label(model.Package.Manifest.Outputs, settings.Label, query.Label.IsBoolean),
        };
    }

    private List<string> Ignored()
    {
        var named = new List<string>();
        foreach (var (role, column, own) in new (string, string?, string?)[] { ("the time", rows.Time, model.Definition.Data.Time), ("the label", rows.Label, model.Definition.Data.Label), ($"the {model.Package.Manifest.Outputs.Tensor}", rows.Answer, null) })
        {
            if (column is not null && column != own)
            {
                named.Add(role);
            }
        }

        return named;
    }

    private PipelineException Neither(Dictionary<DataFile, (List<string> Missing, IReadOnlyList<string> Columns)> lacking, string reason, Exception? inner) => new(
        ExitCode.Usage,
        $"The rows cannot be compared with {model.Package}, neither as rows of its features:\n  "
            + string.Join("\n  ", lacking.Select(pair => $"{pair.Key.Name} lacks the columns {string.Join(", ", pair.Value.Missing)}; it has {string.Join(", ", pair.Value.Columns)}"))
            + $"\nnor as raw rows for model.yaml:\n  {reason}\nName files that have every feature as a column, or files as data.files of model.yaml.",
        inner);
}
