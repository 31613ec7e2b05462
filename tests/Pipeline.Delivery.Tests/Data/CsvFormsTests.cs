using System.IO.Compression;
using System.Text;
using Pipeline.Delivery.Data;
using Pipeline.Engine;

namespace Pipeline.Delivery.Tests.Data;

/// <summary>CSV as it comes: any delimiter, quotes, encodings, and several files that are not alike.</summary>
public sealed class CsvFormsTests : IDisposable
{
    private readonly StageFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(';')]
    [InlineData('\t')]
    [InlineData('|')]
    [InlineData(' ')]
    public async Task Any_delimiter(char delimiter)
    {
        // Days without hours, as a space and a colon stand in those.
        var csv = FlightRows.Csv.Replace(",", delimiter.ToString(), StringComparison.Ordinal);
        csv = delimiter == ' ' ? csv.Replace(" 00:00:00", "T00:00:00", StringComparison.Ordinal).Replace(" 06:00:00", "T06:00:00", StringComparison.Ordinal).Replace(" 12:00:00", "T12:00:00", StringComparison.Ordinal).Replace(" 18:00:00", "T18:00:00", StringComparison.Ordinal) : csv;

        (await PrepareAsync(("data/a.csv", csv))).Digest.Should().Be((await PrepareAsync(("data/b.csv", FlightRows.Csv))).Digest);
    }

    [Fact]
    public async Task A_colon_between_columns()
    {
        var lines = Enumerable.Range(0, 181).SelectMany(day => Enumerable.Range(0, 4).Select(part => $"{new DateOnly(2001, 1, 1).AddDays(day):yyyy-MM-dd}:{(day + part) % 5 == 0}:{part}\n".ToLowerInvariant()));

        var dataset = await PrepareAsync(("data/a.csv", "departure:late:hour\n" + string.Concat(lines)));

        dataset.Schema.Features.Select(feature => feature.Name).Should().Equal("hour");
    }

    [Fact]
    public async Task A_comma_in_a_name_does_not_make_commas_the_delimiter()
    {
        var csv = FlightRows.Csv.Replace(',', ';').Replace("departure;late;hour;origin", "departure;late;hour, local;origin, IATA, ICAO, or none", StringComparison.Ordinal);

        (await PrepareAsync(("data/a.csv", csv))).Schema.Features.Select(feature => feature.Name).Should().Equal("hour, local", "origin, IATA, ICAO, or none");
    }

    [Fact]
    public async Task Quotes_with_delimiters_line_ends_and_quotes_in_them()
    {
        var lines = FlightRows.Lines.Select((line, i) => line.TrimEnd() + (i % 2 == 0 ? ",\"a, \"\"b\"\"\nc\"\n" : ",d\n"));

        var dataset = await PrepareAsync(("data/a.csv", "departure,late,hour,origin,\"a\nnote\"\n" + string.Concat(lines)));

        dataset.Read(DataSplit.Train, TestContext.Current.CancellationToken).Features.Categories[1].Take(2).Should().Equal("a, \"b\"\nc", "d");
    }

    [Fact]
    public async Task A_byte_order_mark_carriage_returns_and_compression_change_nothing()
    {
        var plain = await PrepareAsync(("data/a.csv", FlightRows.Csv));
        var marked = await PrepareAsync(("data/a.csv", (byte[])[0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(FlightRows.Csv)]));
        var returns = await PrepareAsync(("data/a.csv", FlightRows.Csv.Replace("\n", "\r\n", StringComparison.Ordinal)));
        var compressed = await PrepareAsync(("data/a.csv.gz", Compress((byte[])[0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(FlightRows.Csv.Replace(",", ";", StringComparison.Ordinal))])));

        new[] { marked.Digest, returns.Digest, compressed.Digest }.Should().AllBeEquivalentTo(plain.Digest);
    }

    [Fact]
    public async Task Columns_of_several_files_are_matched_by_name_whatever_their_order()
    {
        var turned = "origin,hour,late,departure\n" + string.Concat(FlightRows.Lines.Skip(300).Select(line => string.Join(',', line.TrimEnd().Split(',').Reverse()) + "\n"));

        var both = await PrepareAsync(("data/a.csv", FlightRows.CsvOf(FlightRows.Lines.Take(300))), ("data/b.csv", turned));

        both.Digest.Should().Be((await PrepareAsync(("data/a.csv", FlightRows.Csv))).Digest);
        _fixture.Log.Should().NotContainMatch("*is not in*");
    }

    [Fact]
    public async Task A_file_that_lacks_a_column_is_told()
    {
        var lacking = "departure,late,origin\n" + string.Concat(FlightRows.Lines.Where((_, i) => i % 6 == 0).Select(line => string.Join(',', line.TrimEnd().Split(',').Where((_, i) => i != 2)) + "\n"));

        var dataset = await PrepareAsync(("data/a.csv", FlightRows.CsvOf(FlightRows.Lines.Where((_, i) => i % 6 != 0))), ("data/b.csv", lacking));

        _fixture.Log.Should().Contain("PrepareData: 'hour' is not in data/b.csv, of 2 files: its rows have no value of it");
        dataset.Summary.Columns[0].MissingInTraining.Should().Be(60);
    }

    [Fact]
    public async Task A_column_that_is_text_in_one_file_is_told()
    {
        var texts = FlightRows.CsvOf(FlightRows.Lines.Skip(300).Select(line => line.Replace(",6,", ",six,", StringComparison.Ordinal)));

        await PrepareAsync(("data/a.csv", FlightRows.CsvOf(FlightRows.Lines.Take(300))), ("data/b.csv", texts));

        _fixture.Log.Should().ContainMatch("PrepareData: 'hour' is BIGINT in data/a.csv and text in data/b.csv, so that it is text in all: mend that file, or write TRY_CAST(\"hour\" AS BIGINT) in data.query");
    }

    [Fact]
    public async Task A_file_of_a_header_alone_makes_no_column_text()
    {
        var dataset = await PrepareAsync(("data/a.csv", FlightRows.Csv), ("data/b.csv", FlightRows.Header));

        dataset.Summary.Columns.Select(column => column.DuckDbType).Should().Equal("BIGINT", "VARCHAR");
    }

    [Theory]
    [InlineData("departure,late\n")]
    [InlineData("departure,late")]
    [InlineData("departure,late\r\n\r\n")]
    public async Task A_header_alone_is_not_enough_data(string csv)
    {
        var refusal = (await Awaiting(("data/a.csv", csv)).Should().ThrowAsync<PipelineException>()).Which;

        refusal.Message.Should().Be("data/a.csv holds a header and no rows.");
        refusal.ExitCode.Should().Be(ExitCode.NotEnoughData);
    }

    [Fact]
    public async Task Other_encodings_are_told()
    {
        var utf16 = Awaiting(("data/a.csv", (byte[])[0xFF, 0xFE, .. Encoding.Unicode.GetBytes(FlightRows.Csv)]));
        var latin = Awaiting(("data/a.csv", Encoding.Latin1.GetBytes(FlightRows.Csv + "2001-01-01 00:00:00,true,0,München\n")));
        var name = Awaiting(("data/a.csv", Encoding.Latin1.GetBytes(FlightRows.Csv.Replace("origin", "Städte", StringComparison.Ordinal))));

        (await utf16.Should().ThrowAsync<PipelineException>()).WithMessage("*data/a.csv is in UTF-16; save it as UTF-8, for example with iconv -f UTF-16 -t UTF-8");
        (await latin.Should().ThrowAsync<PipelineException>()).WithMessage("data/a.csv cannot be read: line 726 is not UTF-8 (byte 0xFC). Save the file as UTF-8, for example with iconv -f WINDOWS-1252 -t UTF-8.");
        (await name.Should().ThrowAsync<PipelineException>()).WithMessage("data/a.csv cannot be read: line 1 is not UTF-8 (byte 0xE4)*");
    }

    [Fact]
    public async Task Json_lines_and_csv_fit_together()
    {
        var json = string.Concat(FlightRows.Lines.Skip(300).Select(line => line.TrimEnd().Split(',')).Select(cells => $$"""{"origin": "{{cells[3]}}", "hour": {{cells[2]}}, "late": {{cells[1]}}, "departure": "{{cells[0]}}"}""" + "\n"));

        var both = await PrepareAsync(("data/a.csv", FlightRows.CsvOf(FlightRows.Lines.Take(300))), ("data/b.jsonl", json));

        both.Digest.Should().Be((await PrepareAsync(("data/a.csv", FlightRows.Csv))).Digest);
    }

    private static byte[] Compress(byte[] bytes)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return memory.ToArray();
    }

    private Func<Task<Dataset>> Awaiting(params (string Path, object Content)[] files) => () => PrepareAsync(files);

    private Task<Dataset> PrepareAsync(params (string Path, object Content)[] files)
    {
        DataFolder.Write(_fixture, files);
        return new PrepareDataStage(_fixture.Runner).RunAsync(DataFolder.Definition(_fixture), "code", TestContext.Current.CancellationToken);
    }
}
