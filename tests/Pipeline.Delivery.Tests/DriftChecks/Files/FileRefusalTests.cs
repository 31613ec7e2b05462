using Pipeline.Engine;

namespace Pipeline.Delivery.Tests.DriftChecks.Files;

public sealed class FileRefusalTests : IDisposable
{
    private const string Good = "departure,hour,distance,airport,weekend,nothing,score,late\n2024-05-01,1,100,001,true,,0.5,true\n";

    private readonly RowFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("*.parquet", "*the rows' '[*].parquet' matches no file (relative to *")]
    [InlineData("logs", "*the rows' 'logs' is a folder; write 'logs/[*].parquet' or alike*")]
    [InlineData("logs/*", "*the rows' 'logs/[*]' matches nothing but unfinished files*")]
    [InlineData("notes.txt", "*notes.txt: files of this suffix cannot be read; known: .csv, *")]
    public async Task Files_that_are_not_there_or_of_no_known_kind(string pattern, string message)
    {
        _folder.Write("notes.txt", "hello");
        _folder.Write("logs/a.jsonl.tmp", "{}");

        await RefusesAsync(ExitCode.Usage, message.Replace("[*]", "*", StringComparison.Ordinal), pattern);
    }

    [Theory]
    [InlineData("a.csv", "", "*a.csv is empty")]
    [InlineData("a.parquet", Good, "*a.parquet is not a Parquet file")]
    [InlineData("a.jsonl", Good, "*a.jsonl is not a JSON file of objects")]
    [InlineData("a.csv", Good + "2024-05-01,1,100\n", "a.csv, line 3: the row has 3 values, the header has 8: 2024-05-01,1,100")]
    [InlineData("a.jsonl", "{\"hour\": 1}\n{\"hour\": fal", "a.jsonl cannot be read: Malformed JSON in file \"a.jsonl\"*")]
    public async Task Files_that_are_not_what_they_say(string name, string content, string message)
    {
        _folder.Write(name, content);

        await RefusesAsync(ExitCode.ToolError, message, name);
    }

    [Fact]
    public async Task Rows_that_are_neither_of_features_nor_raw_name_the_file_the_columns_and_both_ways()
    {
        _folder.Write("good.csv", Good);
        _folder.Write("other.csv", "Hour,plane\n1,N1\n");

        await RefusesAsync(
            ExitCode.Usage,
            "The rows cannot be compared with delay:* neither as rows of its features:\n  other.csv lacks the columns hour, airport, distance, weekend, nothing; it has Hour, plane\nnor as raw rows for model.yaml:\n  data.query of model flights fails*plane_size*",
            "*.csv",
            "SELECT plane_size AS hour FROM source");
    }

    [Fact]
    public async Task Raw_rows_of_which_the_query_makes_other_columns()
    {
        _folder.Write("raw.csv", "day,plane\n2024-05-01,N1\n");

        await RefusesAsync(
            ExitCode.Usage,
            "*raw.csv lacks the columns hour, airport, distance, weekend, nothing; it has day, plane*data.query of model flights does not give the package's columns airport, distance, weekend, nothing*",
            "raw.csv",
            "SELECT day AS departure, true AS late, 1 AS hour, plane FROM source");
    }

    [Fact]
    public async Task A_column_of_texts_where_the_model_takes_numbers_names_file_column_and_value()
    {
        _folder.Write("a.csv", Good);
        _folder.Write("b.csv", Good.Replace(",100,", ",far away,", StringComparison.Ordinal));

        await RefusesAsync(ExitCode.Usage, "*\n  b.csv: the column 'distance' is VARCHAR, such as 'far away'; the model takes numbers there", "*.csv");
    }

    [Fact]
    public async Task Every_column_that_cannot_be_used_is_told()
    {
        _folder.WriteParquet("a.parquet", "SELECT 5 AS departure, true AS hour, DATE '2024-01-01' AS distance, ['x'] AS airport, false AS weekend, 1 AS nothing, 'high' AS score, 0.5 AS late");

        var refusal = await RefusesAsync(ExitCode.Usage, "*", "a.parquet");

        refusal.Split("\n  ")[1..].Should().Equal(
            "a.parquet: the column 'hour' is BOOLEAN, such as 'true'; the model takes numbers there",
            "a.parquet: the column 'airport' is VARCHAR[]; the model takes texts there",
            "a.parquet: the column 'distance' is DATE, such as '2024-01-01'; the model takes numbers there",
            "a.parquet: the column 'departure' is INTEGER, such as '5'; a time is a DATE, a TIMESTAMP or a text such as 2001-02-03T04:05:06Z",
            "a.parquet: the column 'score' is VARCHAR; a probability is a number");
    }

    [Theory]
    [InlineData("depature", null, null, "*there is no column 'depature', which was named for the time; did you mean 'departure'?*")]
    [InlineData("airport", null, null, "*the column 'airport' is VARCHAR, such as '001'; a time is a DATE, *")]
    [InlineData(null, "lat", null, "*there is no column 'lat', which was named for the label; did you mean 'late'?*")]
    [InlineData(null, "score", null, "*the column 'score' is DOUBLE; a label is BOOLEAN, 0 and 1, or the name of a label*")]
    [InlineData(null, null, "probability", "*there is no column 'probability', which was named for the probability*")]
    public async Task Columns_that_were_named_wrong(string? time, string? label, string? probability, string message)
    {
        _folder.Write("a.csv", Good);
        var rows = _folder.Rows("a.csv") with { Time = time, Label = label, Answer = probability ?? "score" };

        var act = () => _folder.ReadAsync(rows);

        (await act.Should().ThrowAsync<PipelineException>()).WithMessage(message).Which.ExitCode.Should().Be(ExitCode.Usage);
    }

    [Fact]
    public async Task A_damaged_Parquet_file()
    {
        _folder.Write("whole.parquet", MixedModel.Rows(500, 1, isFinite: true));
        var bytes = await File.ReadAllBytesAsync(Path.Combine(_folder.Path, "whole.parquet"), TestContext.Current.CancellationToken);
        bytes.AsSpan(40, bytes.Length / 2).Fill(0xAA);
        await File.WriteAllBytesAsync(Path.Combine(_folder.Path, "harmed.parquet"), bytes, TestContext.Current.CancellationToken);

        await RefusesAsync(ExitCode.ToolError, "harmed.parquet cannot be read; it is damaged (*). Copy it anew.", "harmed.parquet");
    }

    [Fact]
    public async Task A_cancelled_check_ends_in_the_middle_of_a_statement()
    {
        _folder.Write("raw.csv", "day\n2024-05-01\n");
        var endless = MixedModel.Compared(_folder.Path, "SELECT departure, late, hour, 'x' AS airport, distance, true AS weekend, 1 AS nothing FROM (SELECT TIMESTAMP '2024-05-01' AS departure, true AS late, 1 AS hour, i AS distance FROM source, range(1000000000000) r(i) WHERE i % 7 = 9)");
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        cancellation.CancelAfter(300);

        var act = () => _folder.ReadAsync(_folder.Rows("raw.csv") with { Answer = null }, endless, cancellationToken: cancellation.Token);

        await act.Should().ThrowAsync<OperationCanceledException>();
    }

    private async Task<string> RefusesAsync(ExitCode exitCode, string message, string pattern, string query = "SELECT * FROM source")
    {
        var act = () => _folder.ReadAsync(_folder.Rows(pattern), MixedModel.Compared(_folder.Path, query));

        var refusal = (await act.Should().ThrowAsync<PipelineException>()).WithMessage(message).Which;
        refusal.ExitCode.Should().Be(exitCode, refusal.Message);
        return refusal.Message;
    }
}
