using System.Text.Json;

namespace Pipeline.Inference.OpenInference;

/// <summary>What the protocol says of its element types.</summary>
internal static class Datatypes
{
    private static readonly (Datatype Type, string Name, byte[] Utf8Name, int Size)[] All =
    [
        Entry(Datatype.Fp32, "FP32", 4),
        Entry(Datatype.Bytes, "BYTES", 0),
        Entry(Datatype.Int64, "INT64", 8),
        Entry(Datatype.Fp64, "FP64", 8),
        Entry(Datatype.Int32, "INT32", 4),
        Entry(Datatype.Int16, "INT16", 2),
        Entry(Datatype.Int8, "INT8", 1),
        Entry(Datatype.Uint64, "UINT64", 8),
        Entry(Datatype.Uint32, "UINT32", 4),
        Entry(Datatype.Uint16, "UINT16", 2),
        Entry(Datatype.Uint8, "UINT8", 1),
        Entry(Datatype.Bool, "BOOL", 1),
        Entry(Datatype.Fp16, "FP16", 2),
        Entry(Datatype.Bf16, "BF16", 2),
    ];

    /// <summary>Bytes of an element in binary form; 0 where elements differ.</summary>
    public static int SizeOf(Datatype type) => All[(int)type - 1].Size;

    public static string NameOf(Datatype type) => All[(int)type - 1].Name;

    /// <summary>The type that the reader's string names.</summary>
    public static Datatype Parse(ref readonly Utf8JsonReader reader)
    {
        foreach (var (type, _, utf8Name, _) in All)
        {
            if (JsonText.Is(in reader, utf8Name))
            {
                return type;
            }
        }

        return Datatype.Unknown;
    }

    /// <summary>True for those whose elements JSON has no form for.</summary>
    public static bool IsBinaryOnly(Datatype type) => type is Datatype.Fp16 or Datatype.Bf16;

    private static (Datatype Type, string Name, byte[] Utf8Name, int Size) Entry(Datatype type, string name, int size) => (type, name, System.Text.Encoding.ASCII.GetBytes(name), size);
}
