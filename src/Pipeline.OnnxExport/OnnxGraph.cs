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

    private readonly GraphProto _graph = new() { Name = "binary_classifier" };
    private readonly string _internalPrefix;
    private int _internalCount;

    /// <param name="columnNames">The names of the columns, which internal names must avoid.</param>
    public OnnxGraph(IEnumerable<string> columnNames)
    {
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

    public void SetOutput(string name, string source)
    {
        _graph.Output.Add(Value(name, TensorProto.Types.DataType.Float, Dimension(BatchDimension)));
        _graph.Node.Add(new NodeProto { OpType = "Identity", Name = NextName("Identity"), Input = { source }, Output = { name } });
    }

    public string Floats(IEnumerable<float> values, params long[] shape) => AddInitializer(new TensorProto { DataType = (int)TensorProto.Types.DataType.Float, FloatData = { values } }, shape);

    public string Doubles(IEnumerable<double> values, params long[] shape) => AddInitializer(new TensorProto { DataType = (int)TensorProto.Types.DataType.Double, DoubleData = { values } }, shape);

    public string Integers(params long[] values) => AddInitializer(new TensorProto { DataType = (int)TensorProto.Types.DataType.Int64, Int64Data = { values } }, values.Length);

    public string Operator(string operation, params string[] inputs) => Add(operation, string.Empty, inputs, []);

    public string Cast(string input, TensorProto.Types.DataType type) => Add("Cast", string.Empty, [input], [Attribute("to", (long)type)]);

    public string Concat(IReadOnlyList<string> inputs) => inputs.Count == 1 ? inputs[0] : Add("Concat", string.Empty, inputs, [Attribute("axis", 1)]);

    public string Gather(string input, string columns) => Add("Gather", string.Empty, [input, columns], [Attribute("axis", 1)]);

    public string Ml(string operation, string input, params AttributeProto[] attributes) => Add(operation, MlDomain, [input], attributes);

    /// <summary>The model file. The same graph always gives the same bytes: no time, machine or version of a tool enters.</summary>
    public byte[] ToBytes()
    {
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
