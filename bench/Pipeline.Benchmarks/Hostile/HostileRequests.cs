using System.Globalization;
using System.Text;

namespace Pipeline.Benchmarks.Hostile;

/// <summary>
/// Makes hostile requests without end: the same seed makes the same ones in the same order. Not thread-safe. Kinds that cost the machine much (bombs, slow senders,
/// megabytes) are rare.
/// </summary>
public sealed partial class HostileRequests
{
    private static readonly string[] ContentTypes =
        ["application/json", "application/json; charset=utf-8", "application/json; charset=utf-16", "text/csv", "application/octet-stream", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ";", "application/json;;;=", "*/*"];

    private readonly HostileTarget _target;
    private readonly Random _random;
    private readonly (int Weight, Func<HostileRequest> Make)[] _kinds;
    private readonly int _totalWeight;

    public HostileRequests(HostileTarget target, int seed)
    {
        _target = target;
        _random = new Random(seed);
        _kinds =
        [
            (300, MutatedBody),
            (100, RandomBody),
            (80, BrokenUtf8),
            (80, HugeShape),
            (80, WrongBinaryLength),
            (60, NotANumber),
            (60, OddRoute),
            (50, OddHeaders),
            (50, Smuggling),
            (20, OddVersion),
            (40, RandomBytes),
            (40, WrongLength),
            (40, TruncatedBody),
            (20, DeepNesting),
            (20, HungUp),
            (10, BrokenCompression),
            (6, Oversized),
            (4, CompressionBomb),
            (1, SlowSender),
        ];
        _totalWeight = _kinds.Sum(kind => kind.Weight);
    }

    public HostileRequest Next()
    {
        var place = _random.Next(_totalWeight);
        foreach (var (weight, make) in _kinds)
        {
            place -= weight;
            if (place < 0)
            {
                return make();
            }
        }

        throw new InvalidOperationException("The weights don't add up.");
    }

    private ValidBody AnyValid() => Pick(_target.Valid);

    private T Pick<T>(IReadOnlyList<T> values) => values[_random.Next(values.Count)];

    private byte[] RandomOf(int length)
    {
        var bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Request(ValidBody valid, byte[] body, string moreHeaders = "") => Request("POST", valid.Path, $"Content-Type: {valid.ContentType}\r\n{BinaryHeader(valid.JsonLength)}{moreHeaders}", body);

    private static byte[] Request(string method, string path, string headers, byte[] body) =>
        [.. Latin1($"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}Content-Length: {body.Length.ToString(CultureInfo.InvariantCulture)}\r\n\r\n"), .. body];

    private static string BinaryHeader(int? jsonLength) => jsonLength is { } length ? FormattableString.Invariant($"Inference-Header-Content-Length: {length}\r\n") : string.Empty;

    private static byte[] Latin1(string text) => Encoding.Latin1.GetBytes(text);

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
