using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Pipeline.Benchmarks.Requests;

/// <summary>
/// A file of whole HTTP requests, each behind a line with its length in bytes. They are made in advance, so that while measuring neither wrk's Lua nor the load
/// generator does more than send them.
/// </summary>
internal static class RequestFile
{
    public static void Write(string path, IEnumerable<byte[]> requests)
    {
        using var file = File.Create(path);
        foreach (var request in requests)
        {
            file.Write(Encoding.ASCII.GetBytes(request.Length.ToString(CultureInfo.InvariantCulture) + "\n"));
            file.Write(request);
        }
    }

    public static IReadOnlyList<byte[]> Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var requests = new List<byte[]>();
        for (var position = 0; position < bytes.Length;)
        {
            if (!Utf8Parser.TryParse(bytes.AsSpan(position), out int length, out var digits) || length > bytes.Length - position - digits - 1)
            {
                throw new InvalidDataException($"{path} is not a file of requests: byte {position} does not start a length. Make it anew with the verb requests.");
            }

            position += digits + 1;
            requests.Add(bytes[position..(position + length)]);
            position += length;
        }

        return requests.Count > 0 ? requests : throw new InvalidDataException($"{path} holds no request.");
    }

    /// <summary>A POST with its head.</summary>
    public static byte[] Post(string path, byte[] body, string contentType = "application/json", string moreHeaders = "") =>
        [.. Encoding.ASCII.GetBytes(FormattableString.Invariant($"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {contentType}\r\n{moreHeaders}Content-Length: {body.Length}\r\n\r\n")), .. body];
}
