using Google.Protobuf;

namespace Pipeline.Inference.Tests;

/// <summary>A span as a collector gets it by OTLP, of which only the fields are read that tests look at. Numbers are those of opentelemetry/proto/trace/v1/trace.proto.</summary>
internal sealed record ReceivedSpan(string TraceId, string SpanId, string ParentId, string Name, int Kind, int Status, IReadOnlyDictionary<string, string> Attributes, IReadOnlyDictionary<string, string> Resource)
{
    /// <summary>Reads an ExportTraceServiceRequest.</summary>
    public static IEnumerable<ReceivedSpan> Read(byte[] request) =>
        from resourceSpans in Fields(request).Of(1)
        let resource = Fields(resourceSpans).Of(1).SelectMany(r => Fields(r).Of(1)).ToDictionary(KeyOf, ValueOf)
        from scopeSpans in Fields(resourceSpans).Of(2)
        from span in Fields(scopeSpans).Of(2)
        select OfMessage(Fields(span), resource);

    private static ReceivedSpan OfMessage(ILookup<int, object> span, Dictionary<string, string> resource) => new(
        Convert.ToHexString(span.Of(1).Single()),
        Convert.ToHexString(span.Of(2).Single()),
        Convert.ToHexString(span.Of(4).SingleOrDefault() ?? []),
        Text(span.Of(5).Single()),
        span[6].OfType<ulong>().Select(kind => (int)kind).SingleOrDefault(),
        span.Of(15).SelectMany(status => Fields(status)[3]).OfType<ulong>().Select(code => (int)code).SingleOrDefault(),
        span.Of(9).ToDictionary(KeyOf, ValueOf),
        resource);

    private static string KeyOf(byte[] pair) => Text(Fields(pair).Of(1).Single());

    private static string ValueOf(byte[] pair) =>
        Fields(Fields(pair).Of(2).Single()).SelectMany(field => field).Select(value => value is byte[] text ? Text(text) : value.ToString()!).Single();

    private static string Text(byte[] bytes) => System.Text.Encoding.UTF8.GetString(bytes);

    private static ILookup<int, object> Fields(byte[] message)
    {
        var fields = new List<(int Number, object Value)>();
        using var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag and not 0)
        {
            fields.Add((WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.LengthDelimited => input.ReadBytes().ToByteArray(),
                WireFormat.WireType.Varint => input.ReadUInt64(),
                WireFormat.WireType.Fixed64 => input.ReadFixed64(),
                _ => input.ReadFixed32(),
            }));
        }

        return fields.ToLookup(field => field.Number, field => field.Value);
    }
}
