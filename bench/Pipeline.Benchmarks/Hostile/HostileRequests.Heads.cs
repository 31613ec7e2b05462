using System.Globalization;

namespace Pipeline.Benchmarks.Hostile;

/// <summary>Requests whose heads, lengths or manners are wrong.</summary>
public sealed partial class HostileRequests
{
    private static readonly string[] OddPaths =
    [
        "/../../etc/passwd", "/docs/../../etc/passwd", "/docs/%2e%2e/%2e%2e/etc/passwd", "/%00", "/%", "/%zz", "//v1//predict", "/v1/predict/", "/V1/PREDICT", "/v2/models/%2F/infer", "/v2/models/../infer",
        "/v2/models/%ff%fe/infer", "/v2/models//infer", "/v1/predict?a=%", "/metrics?%00", "http://other.example/v1/predict", "*", "/\u00e9", "/v2/models/{name}/infer", "/v2/models/a/versions/-1/infer",
    ];

    private HostileRequest RandomBytes() => new("random bytes", RandomOf(_random.Next(1, 3_000)), Delivery.Ended);

    private HostileRequest OddRoute()
    {
        var valid = AnyValid();
        var path = _random.Next(3) switch
        {
            0 => Pick(_target.Routes),
            1 => Pick(OddPaths),
            _ => $"/v2/models/{new string('m', _random.Next(1, 7_000))}/infer",
        };
        var method = Pick<string>(["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "BREW", "post", "CONNECT"]);
        return new HostileRequest("odd route", Request(method, path, $"Content-Type: {valid.ContentType}\r\n", valid.Bytes), Delivery.Ended);
    }

    private HostileRequest OddHeaders()
    {
        var header = _random.Next(8) switch
        {
            0 => $"X-Huge: {new string('h', _random.Next(20_000, 40_000))}\r\n",
            1 => string.Concat(Enumerable.Range(0, 300).Select(index => $"X-{index}: y\r\n")),
            2 => $"Authorization: Bearer {new string('k', _random.Next(5_000))}\r\n",
            3 => $"traceparent: {Pick<string>(["00-0-0-0", "ff-zz", "00-00000000000000000000000000000000-0000000000000000-01", new string('0', 5_000)])}\r\n",
            4 => $"Accept: {Pick<string>(["", ";;;", "application/xml;q=9", new string('*', 3_000)])}\r\n",
            5 => "Expect: 100-continue\r\nExpect: 200-ok\r\n",
            6 => "X-Nul: a\0b\r\n",
            _ => "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n",
        };
        return new HostileRequest("odd headers", Request("POST", AnyValid().Path, $"Content-Type: {Pick(ContentTypes)}\r\n{header}", AnyValid().Bytes), Delivery.Ended);
    }

    private HostileRequest Smuggling()
    {
        var valid = AnyValid();
        var length = valid.Bytes.Length.ToString(CultureInfo.InvariantCulture);
        var lines = Pick<string>(
        [
            $"Content-Length: {length}\r\nTransfer-Encoding: chunked\r\n",
            $"Transfer-Encoding: chunked\r\nContent-Length: {length}\r\n",
            $"Content-Length: {length}\r\nContent-Length: 0\r\n",
            $"Content-Length: {length}, {length}\r\n",
            $"Content-Length : {length}\r\n",
            $"Content-Length: +{length}\r\n",
            $"Content-Length: {length}\r\n folded: yes\r\n",
            "Transfer-Encoding: xchunked\r\n",
            "Transfer-Encoding: chunked, identity\r\n",
            "Transfer-Encoding: identity, chunked, chunked\r\n",
            "Transfer-Encoding:\tchunked\r\n",
            "Transfer-Encoding: \"chunked\"\r\n",
            $"Content-Length: {length}\nX: y\r\n",
            "Content-Length: 99999999999999999999\r\n",
            "Content-Length: -1\r\n",
            "Host: second.example\r\nContent-Length: 0\r\n",
        ]);
        var body = lines.Contains("hunked", StringComparison.Ordinal) ? Chunked(valid.Bytes) : valid.Bytes;
        var next = Latin1("GET /health/live HTTP/1.1\r\nHost: smuggled\r\n\r\n");
        var version = Pick<string>(["HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0"]);
        var host = _random.Next(10) == 0 ? string.Empty : "Host: 127.0.0.1\r\n";
        return new HostileRequest("smuggling", [.. Latin1($"POST {valid.Path} {version}\r\n{host}Content-Type: {valid.ContentType}\r\n{BinaryHeader(valid.JsonLength)}{lines}\r\n"), .. body, .. next], Delivery.Ended);
    }

    private HostileRequest OddVersion()
    {
        var valid = AnyValid();
        var request = Latin1($"POST {valid.Path} {Pick<string>(["HTTP/2.0", "HTTP/9.9", "HTTP/0.9", "HTTP/1.10", "HTTP/", "http/1.1", ""])}\r\nHost: 127.0.0.1\r\nContent-Type: {valid.ContentType}\r\nContent-Length: {valid.Bytes.Length.ToString(CultureInfo.InvariantCulture)}\r\n\r\n");
        return new HostileRequest("odd version", [.. request, .. valid.Bytes], Delivery.Ended);
    }

    // Right, or with a size that is too large, negative, or no number.
    private byte[] Chunked(byte[] body)
    {
        var size = _random.Next(3) == 0 ? Pick<string>(["FFFFFFFFFFFFFFFFF", "-1", "zz", "7FFFFFFFFFFFFFFF", "", "0x5", $"{body.Length + 7:x}", $"1;{new string('e', 5_000)}"]) : $"{body.Length:x}";
        return [.. Latin1($"{size}\r\n"), .. body, .. Latin1($"\r\n0\r\n{Pick<string>(["", "", "Content-Length: 3\r\n"])}\r\n")];
    }

    private HostileRequest WrongLength()
    {
        var valid = AnyValid();
        var length = Pick([0, 1, valid.Bytes.Length / 2, valid.Bytes.Length - 1, valid.Bytes.Length + 1, valid.Bytes.Length + 5_000, 40_000_000, int.MaxValue]);
        var head = FormattableString.Invariant($"POST {valid.Path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {valid.ContentType}\r\n{BinaryHeader(valid.JsonLength)}Content-Length: {length}\r\n\r\n");
        return new HostileRequest("wrong length", [.. Latin1(head), .. valid.Bytes], Delivery.Ended);
    }

    private HostileRequest TruncatedBody()
    {
        var valid = AnyValid();
        return _random.Next(2) == 0
            ? new HostileRequest("truncated body", Request(valid, valid.Bytes[.._random.Next(valid.Bytes.Length)]))
            : new HostileRequest("truncated request", CutShort(Request(valid, valid.Bytes)), Delivery.Ended);
    }

    private HostileRequest HungUp()
    {
        var valid = AnyValid();
        return new HostileRequest("hung up", CutShort(Request(valid, valid.Bytes)), Delivery.HungUp);
    }

    private HostileRequest SlowSender()
    {
        var valid = AnyValid();
        return new HostileRequest("slow sender", Request(valid, valid.Bytes), Delivery.Slow);
    }

    private byte[] CutShort(byte[] request) => request[.._random.Next(1, request.Length + 1)];
}
