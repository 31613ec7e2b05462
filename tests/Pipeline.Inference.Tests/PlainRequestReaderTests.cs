using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Inference.ModelLoading;
using Pipeline.Inference.Predictions;
using Pipeline.Inference.Scoring;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.Tests;

public sealed class PlainRequestReaderTests(SharedService shared) : IClassFixture<SharedService>
{
    private const int MaxRows = 8;

    private static readonly string[] Numbers =
    [
        "0", "-0", "7", "-12", "0.5", "0.1", "-3.25", "123456", "16777217", "9999999", "0.0000001", "1234567.1234567", "12345678901234567890", "0.30000001192092896", "1e3", "1E-3", "2.5e+10",
        "3.4028235e38", "3.5e38", "1e400", "-1e-400", "00", "01", "-", "+1", ".5", "1.", "1.e3", "1e", "1e+", "0x1", "NaN", "Infinity", "null", "\"7\"", "true", "[]", "{}", "",
    ];

    private static readonly string[] Texts =
    [
        "\"ATL\"", "\"ORD\"", "\"Zürich \\\"Ost\\\"\"", "\"nowhere\"", "\"\"", "\"\\u0041TL\"", "\"日本\"", "\"\\ud800\"", "\"\uFFFF\"", "\"a\tb\"", "\"a\\tb\"", "null", "nul", "7", "\"open", "'ATL'", "[\"ATL\"]",
        $"\"{new string('x', 3_000)}\"",
    ];

    private static readonly string[] Spaces = ["", "", "", " ", "\n\t ", "\r\n"];

    [Fact]
    public void Reads_rows_as_the_full_reader_does_or_not_at_all()
    {
        var model = shared.Running.App.Services.GetRequiredService<ModelSlot>().Current!;
        var random = new Random(20_250_101);
        var taken = 0;
        for (var i = 0; i < 50_000; i++)
        {
            var body = Encoding.UTF8.GetBytes(RandomBody(random));
            var (plain, full) = (new Exchange(model), new Exchange(model));
            plain.Rows.KeepsUnseen = full.Rows.KeepsUnseen = true;

            var accepted = new PlainRequestReader(body, plain).TryRead(MaxRows);
            new PredictRequestReader(full, MaxRows, maxDepth: 16).ReadJson(body);

            if (accepted)
            {
                taken++;
                full.IsRefused.Should().BeFalse("the plain reader took {0}", Encoding.UTF8.GetString(body));
                Values(plain).Should().Equal(Values(full), "both read {0}", Encoding.UTF8.GetString(body));
                plain.Rows.Unseen.Should().BeEquivalentTo(full.Rows.Unseen);
            }
            else
            {
                plain.Rows.Count.Should().Be(0);
                plain.Rows.Unseen.Should().BeEmpty();
            }
        }

        taken.Should().BeGreaterThan(5_000, "valid requests are among them");
    }

    [Theory]
    [InlineData("""{"hour":7,"origin":"ATL","distance":500,"destination":"LAX"}""", 1)]
    [InlineData("""{"rows":[{"hour":7.5,"origin":"ATL","distance":null},{"distance":1e3,"origin":"new","hour":-1}]}""", 2)]
    [InlineData(" { \"rows\" : [ { \"origin\" : \"ATL\" , \"hour\" : 1 } ] } \n", 1)]
    public void Takes_what_clients_usually_send(string body, int rows)
    {
        var exchange = new Exchange(shared.Running.App.Services.GetRequiredService<ModelSlot>().Current!);

        new PlainRequestReader(Encoding.UTF8.GetBytes(body), exchange).TryRead(MaxRows).Should().BeTrue();

        exchange.Rows.Count.Should().Be(rows);
    }

    // Bit patterns, so that NaN and -0 count.
    private static IEnumerable<long> Values(Exchange exchange)
    {
        var rows = exchange.Rows;
        var numeric = rows.Schema.Numeric.Count;
        return rows.Numeric.Take(rows.Count * numeric).Select(value => (long)BitConverter.SingleToInt32Bits(value)).Concat(rows.Codes.SelectMany(codes => codes.Take(rows.Count)));
    }

    private static string RandomBody(Random random)
    {
        var rows = string.Join(Space(random) + "," + Space(random), Enumerable.Range(0, random.Next(1, 4)).Select(_ => RandomRow(random)));
        var body = random.Next(4) == 0 ? RandomRow(random) : $"{{{Space(random)}\"rows\"{Space(random)}:{Space(random)}[{rows}]{Space(random)}}}{Space(random)}";
        if (random.Next(5) > 0)
        {
            return body;
        }

        // Broken somewhere: a character removed, doubled or replaced.
        var at = random.Next(body.Length);
        return random.Next(3) switch
        {
            0 => body.Remove(at, 1),
            1 => body.Insert(at, body[at].ToString(CultureInfo.InvariantCulture)),
            _ => body.Remove(at, 1).Insert(at, "{}[],:\"\\ 0n"[random.Next(11)].ToString(CultureInfo.InvariantCulture)),
        };
    }

    private static string RandomRow(Random random)
    {
        var usual = random.Next(3) > 0;
        var values = new List<string>
        {
            Property(random, "hour", usual ? random.Next(24).ToString(CultureInfo.InvariantCulture) : Numbers[random.Next(Numbers.Length)]),
            Property(random, "origin", usual ? "\"ATL\"" : Texts[random.Next(Texts.Length)]),
            Property(random, "distance", usual ? (random.Next(5_000) / 10.0).ToString(CultureInfo.InvariantCulture) : Numbers[random.Next(Numbers.Length)]),
            Property(random, "destination", usual ? "\"LAX\"" : Texts[random.Next(Texts.Length)]),
        };
        switch (random.Next(8))
        {
            case 0:
                values.Reverse();
                break;
            case 1:
                values.RemoveAt(random.Next(values.Count));
                break;
            case 2:
                values.Add(values[random.Next(values.Count)]);
                break;
            case 3:
                values.Add(Property(random, "carrier", "1"));
                break;
        }

        return $"{{{Space(random)}{string.Join($"{Space(random)},{Space(random)}", values)}{Space(random)}}}";
    }

    private static string Property(Random random, string name, string value) => $"\"{name}\"{Space(random)}:{Space(random)}{value}";

    private static string Space(Random random) => Spaces[random.Next(Spaces.Length)];
}
