using System.Globalization;
using Pipeline.Delivery.DriftChecks;
using Pipeline.Delivery.DriftChecks.Files;
using Pipeline.Inference.PredictionLog;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.DriftChecks.Files;

public sealed class LoggedRowsTests : IDisposable
{
    private readonly RowFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Rows_of_the_package_in_question_are_counted_with_the_times_and_probabilities_of_the_log()
    {
        _folder.Write("log/predictions-a.jsonl", Line(MixedModel.Package.Digest.ToString(), 0.5f) + Line(MixedModel.Package.Digest.ToString(), 0.1f) + Line("sha256:another", 0.9f));
        _folder.Write("log/predictions-b.jsonl.tmp", Line(MixedModel.Package.Digest.ToString(), 0.5f));

        var window = await _folder.ReadOneAsync(new FileRows(_folder.Path, ["log/*"]));

        window.Profile.Rows.Should().Be(2);
        window.Profile.From.Should().Be(new DateTimeOffset(2024, 5, 1, 0, 0, 0, TimeSpan.Zero));
        window.Profile.Predictions!.Labels.Should().Equal(new Dictionary<string, long> { ["late"] = 1, ["on time"] = 1 });
        window.Scored.Should().Equal(new ScoredRow(0.5f, 0, null), new ScoredRow(0.1f, 1, null));
        window.Profile.Labels.Should().BeNull("the log's label is the model's answer");
        window.Notes.Should().Equal($"1 rows were answered by other packages than {MixedModel.Package} and are not counted.", "1 files that are still being written (.tmp) are not read.");
    }

    [Fact]
    public async Task A_log_as_Parquet_among_files_of_a_version_with_other_columns()
    {
        var own = $"SELECT TIMESTAMP '2024-05-01 10:00:00' AS time, 'r' AS request_id, NULL::VARCHAR AS trace_id, 'native' AS protocol, 'delay' AS model, 'v' AS version, '{MixedModel.Package.Digest}' AS digest, 'dev' AS stage, 0 AS row";
        _folder.WriteParquet("new.parquet", $"{own}, 3::FLOAT AS hour, '001' AS airport, 'inf'::FLOAT AS distance, 'true' AS weekend, NULL::FLOAT AS nothing, 0.5::FLOAT AS probability, 'late' AS label");
        _folder.WriteParquet("old.parquet", $"{own.Replace(MixedModel.Package.Digest.ToString(), "sha256:old", StringComparison.Ordinal)}, 3::FLOAT AS hour, 0.5::FLOAT AS probability, 'late' AS label");

        var window = await _folder.ReadOneAsync(new FileRows(_folder.Path, ["*.parquet"]));

        window.Profile.Rows.Should().Be(1);
        window.Profile.Features["distance"].NotFinite.Should().Be(1);
        window.Notes.Should().ContainSingle().Which.Should().Be($"old.parquet has other columns, and none of its 1 rows is of {MixedModel.Package}: it is left out.");
    }

    [Fact]
    public async Task A_log_without_a_row_of_the_package_gives_one_window_without_rows()
    {
        _folder.Write("a.jsonl", Line("sha256:another", 0.9f));

        var window = await _folder.ReadOneAsync(new FileRows(_folder.Path, ["a.jsonl"]));

        (window.Profile.Rows, window.Profile.From).Should().Be((0, null));
        window.Notes.Should().Contain($"1 rows were answered by other packages than {MixedModel.Package} and are not counted.");
    }

    [Theory]
    [InlineData]
    [InlineData("digest", "Label")]
    [InlineData("time", "_time", "PROBABILITY")]
    public void The_logs_columns_are_found_by_the_names_that_the_service_gives_them(params string[] features)
    {
        var schema = new FeatureSchema([.. features.Select(name => new Feature(name, FeatureKind.Numeric, AllowsMissing: true))]);
        string[] own = [RecordFields.Time, RecordFields.RequestId, RecordFields.TraceId, RecordFields.Protocol, RecordFields.Model, RecordFields.Version, RecordFields.Digest, RecordFields.Stage, RecordFields.Row, BinaryOutputs.TensorName, RecordFields.Label];
        string[] columns = [.. own.Select(name => RecordFields.NameOf(name, features)), .. features];

        var log = LogColumns.Find(columns, schema, MixedModel.Manifest.Outputs);

        log.Should().Be(new LogColumns(
            RecordFields.NameOf(RecordFields.Time, features), RecordFields.NameOf(RecordFields.Digest, features), RecordFields.NameOf(BinaryOutputs.TensorName, features), RecordFields.NameOf(RecordFields.Label, features)));
        LogColumns.Find(columns[1..], schema, MixedModel.Manifest.Outputs).Should().BeNull();
    }

    private static string Line(string digest, float probability) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"time":"2024-05-01T10:00:00.1234567Z","request_id":"r","trace_id":null,"protocol":"native","model":"delay","version":"v","digest":"{{digest}}","stage":null,"row":0,"hour":3,"airport":"001","distance":null,"weekend":"true","nothing":null,"probability":{{probability}},"label":"late"}""") + "\n";
}
