using System.Text;

namespace Pipeline.Integration.Tests;

/// <summary>A graph small enough to write by hand: the logistic function of the sum of a row's numbers. Field numbers are those of onnx.proto.</summary>
internal static class TinyOnnx
{
    private const int Float = 1;
    private const int AttributeIsInt = 2;
    private const int AttributeIsInts = 7;

    public static byte[] LogisticOfSum(string input, int columns, string output)
    {
        var axes = Message(Text(1, "axes"), Number(8, 1), Number(20, AttributeIsInts));
        var keepDimensions = Message(Text(1, "keepdims"), Number(3, 0), Number(20, AttributeIsInt));
        var sum = Message(Text(1, input), Text(2, "sum"), Text(4, "ReduceSum"), Field(5, axes), Field(5, keepDimensions));
        var logistic = Message(Text(1, "sum"), Text(2, output), Text(4, "Sigmoid"));
        var graph = Message(
            Field(1, sum),
            Field(1, logistic),
            Text(2, "tiny"),
            Field(11, Value(input, Text(2, "N"), Number(1, columns))),
            Field(12, Value(output, Text(2, "N"))));
        var operators = Message(Text(1, string.Empty), Number(2, 11));
        return Message(Number(1, 7), Field(7, graph), Field(8, operators));
    }

    private static byte[] Value(string name, params byte[][] dimensions)
    {
        var shape = Message([.. dimensions.Select(dimension => Field(1, dimension))]);
        var tensor = Message(Number(1, Float), Field(2, shape));
        return Message(Text(1, name), Field(2, Field(1, tensor)));
    }

    private static byte[] Message(params byte[][] fields) => [.. fields.SelectMany(field => field)];

    private static byte[] Text(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));

    private static byte[] Field(int number, byte[] content) => [.. VariableLength((number << 3) | 2), .. VariableLength(content.Length), .. content];

    private static byte[] Number(int number, int value) => [.. VariableLength(number << 3), .. VariableLength(value)];

    private static IEnumerable<byte> VariableLength(int value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            yield return (byte)(value | 0x80);
        }

        yield return (byte)value;
    }
}
