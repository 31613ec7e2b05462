using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Engine;

namespace Pipeline.Delivery.Tests.Data;

public sealed class PrepareDataRefusalTests : IDisposable
{
    private readonly StageFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("data/*.csv", "*data.files[0] 'data/*.csv' matches no file (relative to *")]
    [InlineData("data", "*data.files[0] 'data' is a folder; write 'data/[*].parquet' or alike*")]
    [InlineData("data/*.txt", "*data/notes.txt: files of this suffix cannot be read; known: .csv, *")]
    public async Task Files_that_are_not_there_or_of_no_known_kind(string pattern, string message)
    {
        var settings = DataFolder.AllFiles with { Files = [pattern] };

        await RefusesAsync(ExitCode.Usage, message.Replace("[*]", "*", StringComparison.Ordinal), settings, ("data/notes.txt", "hello"));
    }

    [Theory]
    [InlineData("a.csv", "", "*data/a.csv is empty")]
    [InlineData("a.parquet", "", "*data/a.parquet is empty")]
    [InlineData("a.parquet", "late,departure\n", "*data/a.parquet is not a Parquet file")]
    [InlineData("a.csv", "PAR1 and so on PAR1", "*data/a.csv is a Parquet file; rename it to end in .parquet")]
    [InlineData("a.csv", "a,b\0\n", "*data/a.csv is not a text file in UTF-8")]
    [InlineData("a.csv.gz", "a,b\n", "*data/a.csv.gz is not compressed with gzip; take .gz off its name")]
    [InlineData("a.json", "late,departure\n", "*data/a.json is not a JSON file of objects")]
    [InlineData("a.json", "{\"late\": true}\n{\"late\": fal", "data/a.json cannot be read: Malformed JSON in file \"data/a.json\"*")]
    [InlineData("a.csv", "departure,late\n2001-01-01,true\n2001-01-02,true,7\n2001-01-03,false\n", "data/a.csv, line 3: the row has 3 values, the header has 2: 2001-01-02,true,7")]
    [InlineData("a.csv", "departure;late\n2001-01-01;true\n2001-01-02\n", "data/a.csv, line 3: the row has 1 values, the header has 2: 2001-01-02")]
    public async Task Damaged_files(string name, string content, string message) =>
        await RefusesAsync(ExitCode.ToolError, message, DataFolder.AllFiles, ("data/" + name, content));

    [Fact]
    public async Task A_ragged_row_far_down_in_the_second_file()
    {
        var lines = FlightRows.Lines.SelectMany(line => Enumerable.Repeat(line, 100)).ToList();
        lines[70_000] = "2001-05-05 00:00:00,true\n";

        await RefusesAsync(ExitCode.ToolError, "data/b.csv, line 70002: the row has 2 values, the header has 4: 2001-05-05 00:00:00,true", DataFolder.AllFiles, ("data/a.csv", FlightRows.Csv), ("data/b.csv", FlightRows.CsvOf(lines)));
    }

    [Fact]
    public async Task Truncated_and_harmed_Parquet()
    {
        var whole = await File.ReadAllBytesAsync(Path.Combine(Repository.Models, "flight-delay", "data", "2001-01.parquet"), TestContext.Current.CancellationToken);

        await RefusesAsync(ExitCode.ToolError, "*data/a.parquet is a Parquet file that is cut off; copy it anew", DataFolder.AllFiles, ("data/a.parquet", whole[..100_000]));

        // A good beginning and end with bytes missing between them.
        byte[] harmed = [.. whole[..50_000], .. whole[60_000..]];
        var settings = DataFolder.AllFiles with { Query = "SELECT date AS departure, delay > 15 AS late, origin FROM source" };
        await RefusesAsync(ExitCode.ToolError, "data/a.parquet cannot be read; it is damaged (*). Copy it anew.", settings, ("data/a.parquet", harmed));
    }

    [Fact]
    public async Task A_CSV_that_is_not_UTF_8() =>
        await RefusesAsync(ExitCode.ToolError, "data/a.csv cannot be read: *", DataFolder.AllFiles, ("data/a.csv", (byte[])[.. "departure,late\n2001-01-01,M"u8, 0xFC, .. "nchen\n"u8]));

    [Theory]
    [InlineData("SELEC 1", "data.query of model flights fails, line 1, column 1: syntax error at or near \"SELEC\"")]
    [InlineData("SELECT *\nFROM source\nWHERE hours > 3", "data.query of model flights fails, line 3, column 7: Referenced column \"hours\" not found*hour*")]
    [InlineData("SELECT * FROM sauce", "data.query of model flights fails*sauce does not exist*")]
    [InlineData("SELECT * FROM source; SELECT 1", "data.query of model flights fails: it holds 2 statements; keep one SELECT")]
    [InlineData("-- nothing", "data.query of model flights fails: it holds no statement; write a SELECT from 'source'")]
    [InlineData("DROP VIEW source", "data.query of model flights fails: it must be a SELECT from 'source'; other statements are not run")]
    [InlineData("COPY (SELECT 1) TO 'x.csv'", "*it must be a SELECT*")]
    [InlineData("SET memory_limit = '1TB'", "*it must be a SELECT*")]
    [InlineData("SELECT * REPLACE (CAST(origin AS INTEGER) AS origin) FROM source", "data.query of model flights fails: Could not convert string 'AX' to INT32*")]
    [InlineData("SELECT departure, hour FROM source", "*  data.label 'late' is not among them; known: departure, hour")]
    [InlineData("SELECT late, hour FROM source", "*  data.time 'departure' is not among them; known: late, hour")]
    [InlineData("SELECT * REPLACE (origin AS late) FROM source", "*data.label 'late' has type VARCHAR; it must be BOOLEAN or whole numbers 0 and 1*")]
    [InlineData("SELECT * REPLACE (hour AS departure) FROM source", "*data.time 'departure' has type BIGINT; it must be a DATE or TIMESTAMP*")]
    [InlineData("SELECT *, departure::DATE AS day FROM source", "*the column 'day' has type DATE, which cannot be a feature*")]
    [InlineData("SELECT *, [hour] AS hours FROM source", "*the column 'hours' has type BIGINT*, which cannot be a feature*")]
    [InlineData("SELECT *, hour AS numeric_features FROM source", "*the column name 'numeric_features' is taken*")]
    [InlineData("SELECT *, hour AS HOUR FROM source", "*the column 'hour' is there twice*")]
    [InlineData("SELECT departure, late FROM source", "*there is no feature: *")]
    [InlineData("SELECT * REPLACE (if(hour = 6, NULL, late) AS late) FROM source", "*data.label 'late' is missing in 90 of 360 rows of splits.train*")]
    [InlineData("SELECT * REPLACE (hour AS late) FROM source", "*data.label 'late' is neither 0 nor 1 in 270 rows of splits.train*")]
    [InlineData("SELECT * REPLACE (if(hour = 6, NULL, departure) AS departure) FROM source", "*data.time 'departure' is missing in 181 rows*")]
    [InlineData("SELECT *, if(hour = 6, 'inf'::DOUBLE, 1) AS x FROM source", "*the column 'x' is infinite or beyond a 32-bit float in 181 rows, first at departure 2001-01-01 06:00:00;*")]
    [InlineData("SELECT *, if(hour = 6, 1e300, 1) AS x FROM source", "*the column 'x' is infinite or beyond a 32-bit float in 181 rows*")]
    [InlineData("SELECT *, if(hour = 12, 'nan'::FLOAT, 1) AS x FROM source", "*the column 'x' is NaN in 181 rows, first at departure 2001-01-01 12:00:00; missing values are NULL*")]
    [InlineData("SELECT *, chr(65535) AS x FROM source", "*the column 'x' is the character U+FFFF*")]
    [InlineData("SELECT *, NULL::DOUBLE AS x FROM source", "*the column 'x' has no value in any row of splits.train; leave it out")]
    public async Task Queries_that_give_no_examples(string query, string message) =>
        await RefusesAsync(ExitCode.Usage, message, DataFolder.AllFiles with { Query = query }, ("data/a.csv", FlightRows.Csv));

    [Theory]
    [InlineData("SELECT * FROM source WHERE month(departure) <> 4", "*splits.validation (2001-04-01 to 2001-04-30) has no rows; the rows run from 2001-01-01 00:00:00 to 2001-06-30 18:00:00")]
    [InlineData("SELECT * FROM source WHERE false", "*there are none")]
    [InlineData("SELECT * FROM source WHERE month(departure) > 3 OR day(departure) < 5", "*splits.train has 48 rows; it needs at least 50")]
    [InlineData("SELECT * REPLACE (late AND month(departure) <> 5 AS late) FROM source", "*data.label 'late' is false in all 124 rows of splits.test; each split needs both classes")]
    public async Task Too_few_rows_are_told_as_such(string query, string message) =>
        await RefusesAsync(ExitCode.NotEnoughData, message, DataFolder.AllFiles with { Query = query }, ("data/a.csv", FlightRows.Csv));

    [Fact]
    public async Task Faults_of_several_columns_are_told_at_once()
    {
        var settings = DataFolder.AllFiles with { Query = "SELECT *, 'inf'::DOUBLE AS x, NULL::VARCHAR AS y FROM source" };

        await RefusesAsync(ExitCode.Usage, "*'x' is infinite*\n*'y' has no value**", settings, ("data/a.csv", FlightRows.Csv));
    }

    [Theory]
    [InlineData("Could not write file \\\"/a/test.parquet\\\": No space left on device")]
    [InlineData("Could not write all bytes to file \\\"/a/test.parquet\\\": wanted=1000 wrote=10")]
    public void A_full_disk_is_told_as_such(string text)
    {
        var error = DuckDatabase.Translate($$"""{"exception_type":"IO","exception_message":"{{text}}"}""", null);

        error.Should().BeOfType<PipelineException>().Which.Message.Should().StartWith("The disk is full or cannot be written: Could not write").And.Contain("\"/a/test.parquet\"");
    }

    private async Task RefusesAsync(ExitCode exitCode, string message, DataSettings settings, params (string Path, object Content)[] files)
    {
        DataFolder.Write(_fixture, files);

        var act = () => new PrepareDataStage(_fixture.Runner).RunAsync(DataFolder.Definition(_fixture, settings), "code", TestContext.Current.CancellationToken);

        var refusal = (await act.Should().ThrowAsync<PipelineException>()).WithMessage(message).Which;
        refusal.ExitCode.Should().Be(exitCode);
        _fixture.Stored.Should().BeEmpty("a refusal leaves the store as it was");
    }
}
