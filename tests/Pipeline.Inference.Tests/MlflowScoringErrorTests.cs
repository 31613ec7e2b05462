using System.Net;
using System.Text;

namespace Pipeline.Inference.Tests;

public sealed class MlflowScoringErrorTests(SharedService shared) : IClassFixture<SharedService>
{
    private const string Json = "application/json";
    private const string Csv = "text/csv";
    private const string Row = """{"inputs":{"hour":7,"origin":"ATL"}}""";

    private readonly RunningService _service = shared.Running;

    [Theory]
    [InlineData("", "expected a JSON object with exactly one of dataframe_split, dataframe_records, instances, inputs, got an empty body.")]
    [InlineData("7", "expected a JSON object with exactly one of dataframe_split, dataframe_records, instances, inputs, got a number.")]
    [InlineData("""[{"hour":7}]""", "expected a JSON object with exactly one of dataframe_split, dataframe_records, instances, inputs, got an array.")]
    [InlineData("""{"columns":["hour"],"data":[[7]]}""", "expected a JSON object with exactly one of dataframe_split, dataframe_records, instances, inputs, got an object with none of them.")]
    [InlineData("""{"inputs":{"hour":7,"origin":"ATL"},"instances":[]}""", "expected a JSON object with exactly one of dataframe_split, dataframe_records, instances, inputs, got an object with several.")]
    [InlineData("""{"inputs":{"hour":7,"origin":"ATL"},"inputs":{}}""", "expected a JSON object with exactly one of dataframe_split, dataframe_records, instances, inputs, got an object with several.")]
    [InlineData("""{"inputs":{"hour":7,"origin":"ATL"}} x""", "expected valid JSON, got broken JSON at line 1, byte 37: 'x' is invalid after a single JSON value. Expect….")]
    [InlineData("""{"inputs":{"hour":Infinity,"origin":"ATL"}}""", "expected valid JSON, got broken JSON at line 1, byte 18: 'I' is an invalid start of a value.")]
    [InlineData("""{"dataframe_split":[]}""", "dataframe_split: expected an object with columns and data, got an array.")]
    [InlineData("""{"dataframe_split":{"data":[[7,"ATL"]]}}""", "dataframe_split: expected columns, an array of their names, got none.")]
    [InlineData("""{"dataframe_split":{"columns":["hour","origin"]}}""", "dataframe_split: expected data, an array of rows, got none.")]
    [InlineData("""{"dataframe_split":{"columns":["hour","origin"],"data":[[7,"ATL"]],"dtypes":[]}}""", "dataframe_split: expected columns, data and perhaps index, each once, got another property.")]
    [InlineData("""{"dataframe_split":{"columns":"hour","data":[[7,"ATL"]]}}""", "columns: expected an array of names, got a string.")]
    [InlineData("""{"dataframe_split":{"columns":["hour","origin"],"data":{}}}""", "data: expected an array of rows, got an object.")]
    [InlineData("""{"dataframe_split":{"columns":["hour","origin"],"data":[]}}""", "dataframe_split: expected at least one row, got none.")]
    [InlineData("""{"dataframe_split":{"columns":["hour","origin"],"data":[{"hour":7}]}}""", "row 0: expected a row as an array, got an object.")]
    [InlineData("""{"dataframe_split":{"columns":["hour","origin","hour"],"data":[[7,"ATL",7]]}}""", "hour: expected the column once, got the column again.")]
    [InlineData("""{"dataframe_split":{"columns":["Hour","origin"],"data":[[7,"ATL"]]}}""", "hour: expected the column, got none of that name.")]
    [InlineData("""{"dataframe_split":{"columns":[0,1],"data":[[7,"ATL"]]}}""", "hour: expected the column, got none of that name; origin: expected the column, got none of that name.")]
    [InlineData("""{"dataframe_split":{"columns":["hour","origin"],"data":[[7,"ATL"],[7],[7,"ATL",0]]}}""", "row 1: expected 2 values, one a column, got 1; row 2: expected 2 values, one a column, got 3.")]
    [InlineData("""{"dataframe_split":{"index":[0],"columns":["hour","origin"],"data":[[7,"ATL"],[7,"ATL"]]}}""", "index: expected 2 values, one a row, got 1.")]
    [InlineData("""{"dataframe_split":{"index":{},"columns":["hour","origin"],"data":[[7,"ATL"],[7,"ATL"]]}}""", "index: expected an array, got an object.")]
    [InlineData("""{"dataframe_split":{"data":[["7","ATL"],[true,3],[NaN,null]],"columns":["hour","origin"]}}""", "row 0, hour: expected a number, got a string; row 1, hour: expected a number, got a boolean; row 1, origin: expected a string, got a number; row 2, hour: expected a number, got null; row 2, origin: expected a string, got null.")]
    [InlineData("""{"dataframe_records":{"hour":[7],"origin":["ATL"]}}""", "dataframe_records: expected an array of rows, got an object.")]
    [InlineData("""{"dataframe_records":[]}""", "dataframe_records: expected at least one row, got none.")]
    [InlineData("""{"dataframe_records":[{"hour":7,"origin":"ATL"},{"hour":7,"hour":8},7]}""", "row 1, hour: expected the column once, got the column again; row 1, origin: expected a string, got nothing; row 2: expected a row as an object of column names and values, got a number.")]
    [InlineData("""{"instances":{"hour":[7],"origin":["ATL"]}}""", "instances: expected an array of rows, got an object.")]
    [InlineData("""{"instances":[[7,"ATL",500,"LAX"]]}""", "row 0: expected a row as an object of column names and values, got an array.")]
    [InlineData("""{"inputs":[[7,"ATL",500,"LAX"],[1,"ORD",500,"LAX"]]}""", "row 0: expected a row as an object of column names and values, got an array; row 1: expected a row as an object of column names and values, got an array.")]
    [InlineData("""{"inputs":null}""", "inputs: expected an object of columns or an array of rows, got null.")]
    [InlineData("""{"inputs":{"hour":[],"origin":[],"distance":[]}}""", "inputs: expected at least one row, got none.")]
    [InlineData("""{"inputs":{"hour":[7,8],"origin":["ATL"],"distance":[1,2,3]}}""", "origin: expected 2 values, as many as hour has, got 1; distance: expected 2 values, as many as hour has, got 3.")]
    [InlineData("""{"inputs":{"hour":[[7],[8]],"origin":["ATL","ATL"]}}""", "row 0, hour: expected a number, got an array; row 1, hour: expected a number, got an array.")]
    [InlineData("""{"inputs":{"hour":[7],"hour":[7],"distance":[7]}}""", "hour: expected the column once, got the column again; origin: expected the column, got none of that name.")]
    [InlineData("""{"inputs":{"\ud800":1,"hour":1e39,"origin":"\ud800"}}""", "row 0, hour: expected a number within ±3.4e38, got 1e39; row 0, origin: expected a string, got a string that is no valid Unicode text.")]
    public async Task A_fault_of_a_JSON_body_is_a_bad_request_that_says_where(string body, string message)
    {
        using var response = await InvokeAsync(body, Json);

        await ShouldBeAsync(response, HttpStatusCode.BadRequest, "BAD_REQUEST", message);
        await ShouldStillServeAsync();
    }

    [Theory]
    [InlineData("", "expected CSV with a line of column names, got an empty body.")]
    [InlineData("\n\n", "expected CSV with a line of column names, got an empty body.")]
    [InlineData("hour,origin\n", "expected at least one row, got none.")]
    [InlineData("7,ATL\n8,ATL", "hour: expected the column, got none of that name; origin: expected the column, got none of that name.")]
    [InlineData("hour,origin,hour\n7,ATL,8", "hour: expected the column once, got the column again.")]
    [InlineData("hour,origin\n7,ATL\n7\n7,ATL,\n", "row 1: expected 2 fields, one a column, got 1; row 2: expected 2 fields, one a column, got 3.")]
    [InlineData("hour,origin,distance\nseven,ATL,x\n,,\n1e39,ATL,-Infinity", "row 0, hour: expected a number, got a text; row 0, distance: expected a number or null, got a text; row 1, hour: expected a number, got nothing; row 1, origin: expected a string, got nothing; row 2, hour: expected a number within ±3.4e38, got one beyond; row 2, distance: expected a number within ±3.4e38, got one beyond.")]
    [InlineData("hour,origin\nNA,ATL", "row 0, hour: expected a number, got nothing.")]
    [InlineData("hour,origin\n0x7,ATL\n\"1,000\",ATL\ntrue,ATL", "row 0, hour: expected a number, got a text; row 1, hour: expected a number, got a text; row 2, hour: expected a number, got a text.")]
    [InlineData("hour,origin\n7,\uFFFF", "row 0, origin: expected a string, got U+FFFF, which stands for a missing value.")]
    [InlineData("hour,origin\n7,ATL\n7,\"ATL\n7,ATL\n", "row 1: expected a closing quote, got the end of the text.")]
    [InlineData("hour,origin\n7,ATL\n\"7\n", "row 1: expected a closing quote, got the end of the text.")]
    [InlineData("hour,origin\n7,\"ATL\"x\n", "row 0: expected a comma or the line's end after a closing quote, got something else.")]
    [InlineData("hour,\"origin\n7,ATL", "the line of column names: expected a closing quote, got the end of the text.")]
    [InlineData("\"hour,origin\n7,ATL", "the line of column names: expected a closing quote, got the end of the text.")]
    public async Task A_fault_of_a_CSV_body_is_a_bad_request_that_says_where(string body, string message)
    {
        using var response = await InvokeAsync(body, Csv);

        await ShouldBeAsync(response, HttpStatusCode.BadRequest, "BAD_REQUEST", message);
        await ShouldStillServeAsync();
    }

    [Theory]
    [InlineData(Json, "JSON")]
    [InlineData(Csv, "CSV")]
    public async Task Bytes_that_are_no_UTF_8_are_a_bad_request(string contentType, string name)
    {
        using var response = await _service.PostAsync("/invocations", [.. Encoding.UTF8.GetBytes(Row), 0xC3, 0x28], contentType);

        await ShouldBeAsync(response, HttpStatusCode.BadRequest, "BAD_REQUEST", $"expected {name} in UTF-8, got bytes that are no UTF-8.");
    }

    [Fact]
    public async Task The_first_ten_of_many_faults_are_told_and_all_counted()
    {
        using var response = await InvokeAsync($$$"""{"inputs":{"hour":[{{{string.Join(',', Enumerable.Repeat("\"secret\"", 1_000))}}}],"origin":[]}}""", Json);

        var message = (await RunningService.JsonOf(response))["message"]!.GetValue<string>();
        message.Should().StartWith("row 0, hour: expected a number, got a string; row 1, hour: ").And.EndWith("; row 9, hour: expected a number, got a string; 1001 faults in all.");
        message.Should().NotContain("secret");
    }

    [Theory]
    [InlineData("""{"dataframe_records":[ROWS]}""", """{"hour":7,"origin":"ATL"}""", Json, "dataframe_records")]
    [InlineData("""{"dataframe_split":{"columns":["hour","origin"],"data":[ROWS]}}""", """[7,"ATL"]""", Json, "data")]
    [InlineData("""{"dataframe_split":{"data":[ROWS],"columns":["hour","origin"]}}""", """[7,"ATL"]""", Json, "data")]
    [InlineData("""{"inputs":{"hour":[ROWS],"origin":["ATL"]}}""", "7", Json, "hour")]
    [InlineData("hour,origin\nROWS", "7,ATL", Csv, null)]
    public async Task Too_many_rows_are_413(string body, string row, string contentType, string? field)
    {
        using var response = await InvokeAsync(body.Replace("ROWS", string.Join(contentType == Csv ? "\n" : ",", Enumerable.Repeat(row, 10_001)), StringComparison.Ordinal), contentType);

        await ShouldBeAsync(response, HttpStatusCode.RequestEntityTooLarge, "BAD_REQUEST", $"{(field is null ? string.Empty : $"{field}: ")}expected at most 10000 rows, got more.");
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/json; charset=latin-1")]
    [InlineData("text/csv; charset=utf-16")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("nonsense")]
    [InlineData(null)]
    public async Task Another_content_type_is_415(string? contentType)
    {
        using var response = await _service.PostAsync("/invocations", Encoding.UTF8.GetBytes(Row), contentType);

        await ShouldBeAsync(response, HttpStatusCode.UnsupportedMediaType, "BAD_REQUEST", "The body must be application/json or text/csv in UTF-8.");
    }

    [Theory]
    [InlineData("application/json;")]
    [InlineData("application/json;charset=UTF-8")]
    [InlineData("Application/JSON; charset=\"utf-8\"")]
    public async Task Content_types_may_name_UTF_8(string contentType)
    {
        using var response = await InvokeAsync(Row, contentType);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("GET", "/invocations", 405, "BAD_REQUEST")]
    [InlineData("PUT", "/ping", 405, "BAD_REQUEST")]
    [InlineData("POST", "/version", 405, "BAD_REQUEST")]
    [InlineData("POST", "/invocations/delay", 404, "ENDPOINT_NOT_FOUND")]
    public async Task Wrong_paths_and_methods_get_MLflows_form(string method, string path, int status, string code)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await _service.Client.SendAsync(request, TestContext.Current.CancellationToken);

        ((int)response.StatusCode).Should().Be(status);
        (await RunningService.JsonOf(response))["error_code"]!.GetValue<string>().Should().Be(code);
    }

    [Fact]
    public async Task A_body_longer_than_allowed_is_413()
    {
        await using var service = await RunningService.StartAsync(options => options with { MaxBodyBytes = 2_000 });

        using var response = await service.PostAsync("/invocations", Encoding.UTF8.GetBytes(Row + new string(' ', 4_000)), Json);

        await ShouldBeAsync(response, HttpStatusCode.RequestEntityTooLarge, "BAD_REQUEST", "The body may have at most 2000 bytes.");
    }

    [Fact]
    public async Task Before_there_is_a_model_it_is_503()
    {
        await using var service = await RunningService.ListenAsync();

        using var response = await service.PostAsync("/invocations", Encoding.UTF8.GetBytes(Row), Json);

        await ShouldBeAsync(response, HttpStatusCode.ServiceUnavailable, "TEMPORARILY_UNAVAILABLE", "The model is not loaded yet.");
        response.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(1));
    }

    private static async Task ShouldBeAsync(HttpResponseMessage response, HttpStatusCode status, string code, string message)
    {
        var error = await RunningService.JsonOf(response);
        error["message"]!.GetValue<string>().Should().Be(message);
        error["error_code"]!.GetValue<string>().Should().Be(code);
        error.Should().HaveCount(2);
        response.StatusCode.Should().Be(status);
        response.Content.Headers.ContentType!.ToString().Should().Be(Json);
    }

    private async Task ShouldStillServeAsync()
    {
        using var response = await InvokeAsync(Row, Json);
        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    private Task<HttpResponseMessage> InvokeAsync(string body, string contentType) => _service.PostAsync("/invocations", Encoding.UTF8.GetBytes(body), contentType);
}
