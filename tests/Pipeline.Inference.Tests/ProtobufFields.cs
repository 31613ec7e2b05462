namespace Pipeline.Inference.Tests;

/// <summary>Fields of a protobuf message by their numbers.</summary>
internal static class ProtobufFields
{
    /// <summary>A field's texts, bytes or messages.</summary>
    public static IEnumerable<byte[]> Of(this ILookup<int, object> fields, int number) => fields[number].OfType<byte[]>();
}
