using System.Net;
using System.Text;

namespace Pipeline.Inference.Tests;

public sealed class MlflowScoringHostileInputTests(SharedService shared) : IClassFixture<SharedService>
{
    private const string Json = "application/json";
    private const string Csv = "text/csv";

    private readonly RunningService _service = shared.Running;

    public static TheoryData<string, byte[], string> Bodies => new()
    {
        { "20,000 arrays deep", Text(new string('[', 20_000)), Json },
        { "a value 20,000 arrays deep", Text("{\"inputs\":{\"hour\":" + new string('[', 20_000) + new string(']', 20_000) + "}}"), Json },
        { "a format that is not taken 20,000 objects deep", Text(string.Concat(Enumerable.Repeat("{\"params\":", 20_000))), Json },
        { "data before columns 20,000 arrays deep", Text("{\"dataframe_split\":{\"data\":" + new string('[', 20_000)), Json },
        { "a million columns", Text("{\"dataframe_split\":{\"columns\":[" + Repeat("0", ",", 1_000_000) + "],\"data\":[]}}"), Json },
        { "one column 9,000 times", Text("{\"dataframe_split\":{\"columns\":[" + Repeat("\"hour\"", ",", 9_000) + "],\"data\":[]}}"), Json },
        { "one column 100,000 times in inputs", Text("{\"inputs\":{" + Repeat("\"hour\":[]", ",", 100_000) + "}}"), Json },
        { "200,000 names with half a character", Text("{\"inputs\":{" + Repeat("\"\\udc00\":0", ",", 200_000) + "}}"), Json },
        { "a million empty rows", Text("{\"dataframe_split\":{\"columns\":[],\"data\":[" + Repeat("[]", ",", 1_000_000) + "]}}"), Json },
        { "a row of a million values", Text("{\"dataframe_split\":{\"columns\":[\"hour\",\"origin\"],\"data\":[[" + Repeat("1", ",", 1_000_000) + "]]}}"), Json },
        { "an index of a million values", Text("{\"dataframe_split\":{\"index\":[" + Repeat("1", ",", 1_000_000) + "],\"columns\":[\"hour\",\"origin\"],\"data\":[[7,\"ATL\"]]}}"), Json },
        { "a million times NaN", Text("{\"inputs\":{\"hour\":[" + Repeat("NaN", ",", 1_000_000) + "]}}"), Json },
        { "a million times N", Text("{\"inputs\":{\"hour\":[NaN" + new string('N', 1_000_000) + "]}}"), Json },
        { "a million backslashes after NaN", Text("{\"inputs\":NaN,\"" + new string('\\', 1_000_001)), Json },
        { "a million quotes after NaN", Text("{\"inputs\":NaN," + new string('"', 1_000_001)), Json },
        { "NaN at the end", Text("{\"inputs\":NaN"), Json },
        { "NaN within a name", Text("{\"inputs\":{NaN:7}}"), Json },
        { "a number of a million digits", Text("{\"inputs\":{\"hour\":" + new string('9', 1_000_000) + ",\"origin\":\"ATL\"}}"), Json },
        { "a field of 20 MB", Text("hour,origin\n" + new string('7', 20_000_000) + ",ATL"), Csv },
        { "a quoted field of ten million doubled quotes that never ends", Text("hour,origin\n7,\"" + new string('"', 20_000_000)), Csv },
        { "a million empty fields in a row", Text("hour,origin\n7,ATL" + new string(',', 1_000_000)), Csv },
        { "a million names", Text("hour,origin" + new string(',', 1_000_000) + "\n7,ATL"), Csv },
        { "a million empty lines", Text(new string('\n', 1_000_000)), Csv },
        { "a million lines of one field", Text("hour,origin\n" + Repeat("7", "\r\n", 1_000_000)), Csv },
        { "a quote at the end", Text("hour,origin\n7,\""), Csv },
        { "bytes of nothing", new byte[100_000], Csv },
        { "UTF-16", Encoding.Unicode.GetBytes("hour,origin\n7,ATL"), Csv },
        { "JSON", Text("{\"inputs\":{\"hour\":7,\"origin\":\"ATL\"}}"), Csv },
    };

    [Theory]
    [MemberData(nameof(Bodies), DisableDiscoveryEnumeration = true)]
    public async Task A_hostile_body_is_a_4xx_and_the_service_lives_on(string what, byte[] body, string contentType)
    {
        using var response = await _service.PostAsync("/invocations", body, contentType);

        ((int)response.StatusCode).Should().BeInRange(400, 499, what);
        response.Content.Headers.ContentLength.Should().BeLessThan(5_000);
        await ShouldServeAsync();
    }

    [Fact]
    public async Task A_long_category_is_one_that_training_never_saw()
    {
        using var quoted = await _service.PostAsync("/invocations", Text("hour,origin\n7,\"" + new string('"', 1_000_000) + "\""), Csv);
        using var escaped = await _service.PostAsync("/invocations", Text("{\"inputs\":{\"hour\":7,\"origin\":\"" + string.Concat(Enumerable.Repeat("\\u0041", 200_000)) + "\"}}"), Json);

        quoted.StatusCode.Should().Be(HttpStatusCode.OK);
        escaped.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("""{"dataframe_split":{"index":[0,1],"columns":["hour","origin","distance"],"data":[[7,"ATL",NaN],[8,"Z\u00fcrich",1e3]]}}""", Json)]
    [InlineData("""{"dataframe_split":{"data":[[7,"ATL",NaN],[8,"Z\u00fcrich",1e3]],"columns":["hour","origin","distance"]}}""", Json)]
    [InlineData("""{"dataframe_records":[{"hour":7,"origin":"ATL"},{"hour":8,"origin":"ORD","distance":null}],"params":{}}""", Json)]
    [InlineData("""{"inputs":{"hour":[7,8],"origin":["ATL","ORD"],"distance":[null,5]}}""", Json)]
    [InlineData("hour,origin,distance\r\n7,ATL,\r\n8,\"Zürich \"\"Ost\"\"\",1e3\r\n", Csv)]
    public async Task Random_damage_never_gives_a_5xx(string body, string contentType)
    {
        var random = new Random(20010501);
        var whole = Text(body);

        for (var i = 0; i < 1_000; i++)
        {
            var damaged = whole[..(random.Next(4) == 0 ? random.Next(whole.Length + 1) : whole.Length)];
            for (var damage = damaged.Length == 0 ? 0 : random.Next(0, 4); damage > 0; damage--)
            {
                damaged[random.Next(damaged.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : whole[random.Next(whole.Length)];
            }

            using var response = await _service.PostAsync("/invocations", damaged, contentType);
            ((int)response.StatusCode).Should().BeOneOf([200, 400, 413], "the body was {0}", Convert.ToHexString(damaged));
        }

        await ShouldServeAsync();
    }

    private async Task ShouldServeAsync()
    {
        using var response = await _service.PostAsync("/invocations", "hour,origin\n7,ATL"u8.ToArray(), Csv);
        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static string Repeat(string text, string separator, int count) => string.Join(separator, Enumerable.Repeat(text, count));
}
