using System.IO.Compression;
using System.Text;

namespace Pipeline.Benchmarks.Hostile;

/// <summary>Requests whose bodies are wrong.</summary>
public sealed partial class HostileRequests
{
    private const int Depth = 20_000;
    private const int BombBytes = 64 << 20;

    private static readonly string[] Tokens =
    [
        "null", "true", "NaN", "-Infinity", "1e999", "-1", "0.1", "9007199254740993", "99999999999999999999999", "[", "]", "{", "}", "\"", ",", ":", "\\", "\\ud800", "\\u0000", "\u0000", "\ufeff", "\uffff",
        "\"rows\":", "\"inputs\":", "\"shape\":", "\"data\":", "\"parameters\":", "\"binary_data_size\":", "\"datatype\":\"FP16\"", "\"datatype\":\"BYTES\"", "\"id\":1", "[[[[", "{}", "[]", "\"\"", " \n\t", "//", "1,1,1,1",
    ];

    private static readonly byte[][] BrokenSequences = [[0xC3, 0x28], [0xFF], [0xFE, 0xFF], [0xC0, 0x80], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF0, 0x28, 0x8C, 0xBC], [0xF8, 0x88, 0x80, 0x80, 0x80], [0x80]];

    private static readonly string[] Shapes =
    [
        "[8589934592,8589934592]", "[4294967297,4294967296]", "[1099511627776,1]", "[1099511627776]", "[9223372036854775807,2]", "[18446744073709551616]", "[-1,1]", "[-1,-1]", "[1.5,1]", "[\"1\",1]", "[1e3,1]", "[null]",
        "[]", "[0]", "[0,1]", "[1,1,1,1,1,1,1,1,1,1]", "[3,1000000]", "\"3\"", "{}", "[2147483647,1]", "[65536,65536]",
    ];

    private static readonly Lazy<byte[]> Bomb = new(() => Compressed(new byte[BombBytes]));
    private static readonly Lazy<byte[]> BombInABomb = new(() => Compressed(Bomb.Value));

    private HostileRequest MutatedBody()
    {
        var valid = AnyValid();
        var body = valid.Bytes.ToList();
        for (var damage = _random.Next(1, 9); damage > 0 && body.Count > 0; damage--)
        {
            Damage(body);
        }

        return new HostileRequest("mutated body", Request(valid, [.. body]));
    }

    private void Damage(List<byte> body)
    {
        var at = _random.Next(body.Count);
        var length = _random.Next(1, Math.Min(40, body.Count - at) + 1);
        switch (_random.Next(5))
        {
            case 0:
                body[at] = (byte)_random.Next(256);
                break;
            case 1:
                body.RemoveRange(at, length);
                break;
            case 2:
                body.InsertRange(_random.Next(body.Count), body.GetRange(at, length));
                break;
            case 3:
                body[at] ^= (byte)(1 << _random.Next(8));
                break;
            default:
                body.InsertRange(at, Utf8(Pick(Tokens)));
                break;
        }
    }

    private HostileRequest RandomBody() => new("random body", Request("POST", Pick(_target.Routes), $"Content-Type: {Pick(ContentTypes)}\r\n", RandomOf(_random.Next(2_000))));

    private HostileRequest BrokenUtf8()
    {
        var valid = AnyValid();
        var body = valid.Bytes.ToList();
        body.InsertRange(_random.Next(body.Count + 1), Pick(BrokenSequences));
        return new HostileRequest("broken UTF-8", Request(valid, [.. body]));
    }

    private HostileRequest HugeShape()
    {
        var (shape, type) = (Pick(Shapes), Pick<string>(["FP32", "FP64", "INT64", "INT8", "UINT64", "BOOL", "BYTES", "FP16", "BF16", "", "FP128"]));
        var inputs = _target.Columns.Select(column => $"{{\"name\":\"{column}\",\"shape\":{shape},\"datatype\":\"{type}\",\"data\":[{Pick<string>(["1", "\"A\"", "null", "", "[[1]]", "true"])}]}}");
        var json = $"{{\"inputs\":[{string.Join(',', inputs)}]}}";
        return _random.Next(2) == 0
            ? new HostileRequest("huge shape", Request("POST", _target.Infer, "Content-Type: application/json\r\n", Utf8(json)))
            : HugeBinaryShape(shape, type);
    }

    private HostileRequest HugeBinaryShape(string shape, string type)
    {
        var size = Pick<string>(["4", "0", "-1", "4294967296", "9223372036854775807", "1.5", "\"4\"", "null"]);
        var json = Utf8($"{{\"inputs\":[{{\"name\":\"{Pick(_target.Columns)}\",\"shape\":{shape},\"datatype\":\"{type}\",\"parameters\":{{\"binary_data_size\":{size}}}}}]}}");
        return new HostileRequest("huge binary shape", Request("POST", _target.Infer, $"Content-Type: application/octet-stream\r\n{BinaryHeader(json.Length)}", [.. json, .. RandomOf(_random.Next(64))]));
    }

    private HostileRequest WrongBinaryLength()
    {
        var valid = _target.Valid.First(body => body.JsonLength is not null);
        var length = Pick<string>(["-1", "0", "1", "NaN", "", "99999999999999999999", "9223372036854775807", "2147483648", "0x10", "1 2", $"{valid.JsonLength - 1}", $"{valid.JsonLength + 1}", $"{valid.Bytes.Length}", $"{valid.Bytes.Length + 1}", $" {valid.JsonLength} "]);
        var twice = _random.Next(8) == 0 ? BinaryHeader(valid.JsonLength) : string.Empty;
        return new HostileRequest("wrong binary length", Request("POST", Pick([valid.Path, valid.Path, "/v1/predict", "/invocations"]), $"Content-Type: {valid.ContentType}\r\nInference-Header-Content-Length: {length}\r\n{twice}", valid.Bytes));
    }

    private HostileRequest NotANumber()
    {
        var valid = AnyValid();
        var value = Pick<string>(["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "nan", "1e38", "3.5e38", "1e-999", "0x1F", "007", "1.", ".5", "+1", "--1", new string('9', 400)]);
        var text = Encoding.Latin1.GetString(valid.Bytes);
        var digits = Enumerable.Range(0, text.Length).Where(index => char.IsAsciiDigit(text[index])).ToList();
        var at = digits.Count > 0 ? Pick(digits) : 0;
        return new HostileRequest("not a number", Request(valid, Latin1(string.Concat(text.AsSpan(0, at), value, text.AsSpan(Math.Min(at + 1, text.Length))))));
    }

    private HostileRequest DeepNesting()
    {
        var valid = AnyValid();
        var deep = Pick<string>(["[", "{\"rows\":", "{\"inputs\":[", "[{\"a\":"]);
        var body = new StringBuilder(Pick<string>(["", $"{{\"{Pick(_target.Columns)}\":", "{\"rows\":[", "{\"inputs\":[{\"name\":\"a\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":", "{\"instances\":"]));
        body.Insert(body.Length, deep, Depth);
        if (_random.Next(2) == 0)
        {
            body.Append('1').Insert(body.Length, deep.Contains('{', StringComparison.Ordinal) ? "}" : "]", Depth);
        }

        return new HostileRequest("deep nesting", Request("POST", valid.Path, "Content-Type: application/json\r\n", Utf8(body.ToString())));
    }

    private HostileRequest Oversized()
    {
        var body = _random.Next(4) switch
        {
            0 => Utf8($"{{\"{Pick(_target.Columns)}\":{new string('9', 500_000)}}}"),
            1 => Utf8($"{{{string.Join(',', Enumerable.Range(0, 20_000).Select(index => $"\"c{index}\":0"))}}}"),
            2 => Utf8(new string(' ', 1 << 20)),
            _ => Utf8($"{{\"rows\":[{string.Join(',', Enumerable.Repeat("{}", 50_000))}]}}"),
        };
        return new HostileRequest("oversized", Request("POST", AnyValid().Path, "Content-Type: application/json\r\n", body));
    }

    private HostileRequest CompressionBomb()
    {
        var (bytes, encoding) = _random.Next(4) == 0 ? (BombInABomb.Value, "gzip, gzip") : (Bomb.Value, "gzip");
        return new HostileRequest("compression bomb", Request(AnyValid(), bytes, $"Content-Encoding: {encoding}\r\n"));
    }

    private HostileRequest BrokenCompression()
    {
        var valid = AnyValid();
        var body = Compressed(valid.Bytes);
        if (_random.Next(3) > 0)
        {
            body[_random.Next(body.Length)] ^= (byte)_random.Next(1, 256);
        }

        body = _random.Next(3) == 0 ? body[.._random.Next(body.Length)] : body;
        return new HostileRequest("broken compression", Request(valid, body, $"Content-Encoding: {Pick<string>(["gzip", "GZIP", "deflate", "br", "zstd", "identity, gzip", "gzip,", "x"])}\r\n"));
    }

    private static byte[] Compressed(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal))
        {
            gzip.Write(bytes);
        }

        return output.ToArray();
    }
}
