using Google.Protobuf;
using Pipeline.ModelPackage.Protos;

namespace Pipeline.OnnxExport;

/// <summary>An ONNX graph under construction. Tensors that are not inputs or outputs get names that no column can have.</summary>
internal sealed class OnnxGraph
{
    private const string MlDomain = "ai.onnx.ml";

    // Operator sets of ONNX 1.12, the oldest with every operator in the form used here, so that older runtimes load the file as well.
    private const int OnnxVersion = 17;
    private const int MlVersion = 3;
    private const int IrVersion = 8;
    private const string BatchDimension = "N";

    // Where files of this format end, as its messages have lengths of 31 bits.
    private const long MaxBytes = int.MaxValue;

    private readonly GraphProto _graph;
    private readonly string _internalPrefix;
    private int _internalCount;

    /// <param name="name">Of the graph.</param>
    /// <param name="columnNames">The names of the columns, which internal names must avoid.</param>
    public OnnxGraph(string name, IEnumerable<string> columnNames)
    {
        _graph = new GraphProto { Name = name };
        string[] taken = [.. columnNames];
        var prefix = "internal/";
        while (Array.Exists(taken, name => name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            prefix += "/";
        }

        _internalPrefix = prefix;
    }

    public string AddInput(string name, TensorProto.Types.DataType type, int columns)
    {
        _graph.Input.Add(Value(name, type, Dimension(BatchDimension), new TensorShapeProto.Types.Dimension { DimValue = columns }));
        return name;
    }

    /// <summary>Makes a tensor an output, [N], or [N, columns] if there are any.</summary>
    public void AddOutput(string name, string source, TensorProto.Types.DataType type, int? columns = null)
    {
        var row = Dimension(BatchDimension);
        _graph.Output.Add(columns is { } count ? Value(name, type, row, new TensorShapeProto.Types.Dimension { DimValue = count }) : Value(name, type, row));
        _graph.Node.Add(new NodeProto { OpType = "Identity", Name = NextName("Identity"), Input = { source }, Output = { name } });
    }

    public string Floats(IEnumerable<float> values, params long[] shape) => AddInitializer(new TensorProto { DataType = (int)TensorProto.Types.DataType.Float, FloatData = { values } }, shape);

    public string Doubles(IEnumerable<double> values, params long[] shape) => AddInitializer(new TensorProto { DataType = (int)TensorProto.Types.DataType.Double, DoubleData = { values } }, shape);

    public string Integers(params long[] values) => AddInitializer(new TensorProto { DataType = (int)TensorProto.Types.DataType.Int64, Int64Data = { values } }, values.Length);

    public string Strings(IReadOnlyCollection<string> values) =>
        AddInitializer(new TensorProto { DataType = (int)TensorProto.Types.DataType.String, StringData = { values.Select(ByteString.CopyFromUtf8) } }, values.Count);

    public string Operator(string operation, params string[] inputs) => Add(operation, string.Empty, inputs, []);

    public string Operator(string operation, IEnumerable<string> inputs, params AttributeProto[] attributes) => Add(operation, string.Empty, inputs, attributes);

    public string Cast(string input, TensorProto.Types.DataType type) => Add("Cast", string.Empty, [input], [Attribute("to", (long)type)]);

    public string Concat(IReadOnlyList<string> inputs) => inputs.Count == 1 ? inputs[0] : Add("Concat", string.Empty, inputs, [Attribute("axis", 1)]);

    public string Gather(string input, string columns) => Add("Gather", string.Empty, [input, columns], [Attribute("axis", 1)]);

    public string Ml(string operation, string input, params AttributeProto[] attributes) => Add(operation, MlDomain, [input], attributes);

    /// <summary>The model file. The same graph always gives the same bytes: no time, machine or version of a tool enters.</summary>
    /// <exception cref="NotSupportedException">The file would be longer than the format allows.</exception>
    public byte[] ToBytes()
    {
        if (Size() > MaxBytes)
        {
            throw new NotSupportedException(FormattableString.Invariant(
                $"The model needs an ONNX file of {Size() / 1e9:F1} GB; the format ends at {MaxBytes / 1e9:F1} GB. Train fewer trees, or trees with fewer leaves."));
        }

        var model = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "Pipeline.OnnxExport",
            Graph = _graph,
            OpsetImport =
            {
                new OperatorSetIdProto { Domain = string.Empty, Version = OnnxVersion },
                new OperatorSetIdProto { Domain = MlDomain, Version = MlVersion },
            },
        };
        return model.ToByteArray();
    }

    public static AttributeProto Attribute(string name, long value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    public static AttributeProto Attribute(string name, float value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = value };

    public static AttributeProto Attribute(string name, string value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(value) };

    public static AttributeProto Attribute(string name, IEnumerable<long> values) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values } };

    public static AttributeProto Attribute(string name, IEnumerable<float> values) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Floats, Floats = { values } };

    public static AttributeProto Attribute(string name, IEnumerable<string> values) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Strings, Strings = { values.Select(ByteString.CopyFromUtf8) } };

    /// <summary>An attribute that holds a tensor of doubles in one dimension.</summary>
    public static AttributeProto TensorAttribute(string name, IReadOnlyCollection<double> values) => new()
    {
        Name = name,
        Type = AttributeProto.Types.AttributeType.Tensor,
        T = new TensorProto { Name = name, DataType = (int)TensorProto.Types.DataType.Double, Dims = { values.Count }, DoubleData = { values } },
    };

    // Added up in 64 bits, as a message that is too long does not know its own length. What stands around these parts is next to nothing.
    private long Size() =>
        _graph.Node.SelectMany(node => node.Attribute).Sum(attribute => (long)attribute.CalculateSize())
        + _graph.Node.Sum(node => node.Input.Concat(node.Output).Append(node.Name).Sum(name => 8L + name.Length))
        + _graph.Initializer.Sum(tensor => (long)tensor.CalculateSize());

    private string Add(string operation, string domain, IEnumerable<string> inputs, IEnumerable<AttributeProto> attributes)
    {
        var output = NextName(operation);
        _graph.Node.Add(new NodeProto { OpType = operation, Domain = domain, Name = output, Input = { inputs }, Output = { output }, Attribute = { attributes } });
        return output;
    }

    private string AddInitializer(TensorProto tensor, params long[] shape)
    {
        tensor.Name = NextName("constant");
        tensor.Dims.AddRange(shape);
        _graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    private string NextName(string kind) => $"{_internalPrefix}{kind}_{_internalCount++}";

    private static TensorShapeProto.Types.Dimension Dimension(string symbol) => new() { DimParam = symbol };

    private static ValueInfoProto Value(string name, TensorProto.Types.DataType type, params TensorShapeProto.Types.Dimension[] shape) => new()
    {
        Name = name,
        Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = new TensorShapeProto { Dim = { shape } } } },
    };
}
