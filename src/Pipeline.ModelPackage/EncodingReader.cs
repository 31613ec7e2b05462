using Pipeline.ModelPackage.Protos;
using static Pipeline.ModelPackage.Protos.TensorProto.Types;

namespace Pipeline.ModelPackage;

/// <summary>Reads <see cref="FeatureVectors"/> off the first part of a graph, backwards from the vectors to the columns, if it is as this project's exporter writes it.</summary>
internal sealed class EncodingReader
{
    private readonly GraphIndex _index;
    private readonly FeatureSchema _schema;
    private readonly List<FeatureVectors.Number> _numbers = [];
    private readonly List<FeatureVectors.Indicator> _indicators = [];
    private readonly int[]?[] _categoryColumns;
    private readonly bool[] _hasOther;
    private int _width;

    private EncodingReader(GraphProto graph, FeatureSchema schema)
    {
        (_index, _schema) = (new GraphIndex(graph), schema);
        _categoryColumns = new int[schema.Categorical.Count][];
        _hasOther = new bool[schema.Categorical.Count];
    }

    /// <summary>Cuts that part off a graph: what is left takes the vectors, double [N, width].</summary>
    /// <param name="graph">The graph; cut, or as it was.</param>
    /// <param name="schema">The columns, with their categories.</param>
    /// <returns>How the vectors are made, and the input that takes them; null if the graph begins in another way.</returns>
    public static (FeatureVectors Vectors, string Input)? CutFrom(GraphProto graph, FeatureSchema schema)
    {
        if (!HasInputsOf(graph, schema))
        {
            return null;
        }

        foreach (var cast in graph.Node.Where(node => node.OpType == "Cast" && node.Input.Count == 1 && node.Output.Count == 1 && GraphIndex.Has(node, "to", (long)DataType.Double)))
        {
            var reader = new EncodingReader(graph, schema);
            if (reader.Read(cast.Input[0]) is not { } vectors)
            {
                continue;
            }

            // What is left may ask neither for a column nor for anything that was made of it, but for the vectors.
            reader._index.Found.Add(cast);
            if (!reader._index.IsAskedForBesides(cast.Output[0], graph.Input.Select(input => input.Name)))
            {
                reader._index.RemoveFound();
                SetInput(graph, cast.Output[0], vectors.Width);
                return (vectors, cast.Output[0]);
            }
        }

        return null;
    }

    private static void SetInput(GraphProto graph, string name, int width)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(graph.Input[0].Type.TensorType.Shape.Dim[0].Clone());
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = width });
        graph.Input.Clear();
        graph.Input.Add(new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)DataType.Double, Shape = shape } } });
    }

    private static bool HasInputsOf(GraphProto graph, FeatureSchema schema)
    {
        var numeric = schema.Numeric.Count;
        var expected = schema.Categorical.Select(feature => (feature.Name, Type: (int)DataType.String, Columns: 1L));
        expected = numeric > 0 ? expected.Append((FeatureSchema.NumericInput, (int)DataType.Float, numeric)) : expected;
        var actual = graph.Input.Select(input => (input.Name, Type: input.Type?.TensorType?.ElemType ?? 0, Columns: input.Type?.TensorType?.Shape?.Dim is { Count: 2 } dimensions ? dimensions[1].DimValue : 0));
        return schema.Categorical.All(feature => feature.Categories is not null) && expected.ToHashSet().SetEquals(actual) && graph.Input.Count == schema.Categorical.Count + (numeric > 0 ? 1 : 0);
    }

    private FeatureVectors? Read(string tensor)
    {
        IReadOnlyList<string> parts = _index.Producer(tensor, "Concat") is { } concat && GraphIndex.Has(concat, "axis", 1) ? concat.Input : [tensor];
        if (!parts.All(ReadPart))
        {
            return null;
        }

        var numbers = _numbers.Select(number => number.Slot);
        var isComplete = numbers.Order().SequenceEqual(Enumerable.Range(0, _schema.Numeric.Count)) && _categoryColumns.All(columns => columns is not null);
        return isComplete ? new FeatureVectors(_width, _numbers, _indicators, _categoryColumns!) : null;
    }

    private bool ReadPart(string tensor) => ReadNumbers(tensor) || ReadIndicators(tensor) || ReadCategory(tensor) || ReadOther(tensor);

    // Where(IsNaN(x), fill, x), perhaps standardised: Cast(Clip(Div(Sub(Cast(…), mean), deviation), lowest, highest)).
    private bool ReadNumbers(string tensor)
    {
        var count = _schema.Numeric.Count;
        var scaled = _index.Producer(tensor, "Cast", 1);
        FeatureVectors.Standardization[]? scales = null;
        if (scaled is not null && (scales = ReadScales(ref tensor, scaled, count)) is null)
        {
            return false;
        }

        if (_index.Producer(tensor, "Where", 3) is not { } where || where.Input[2] != FeatureSchema.NumericInput || !IsMissingOf(where.Input[0]) || _index.Floats(where.Input[1], count) is not { } fills)
        {
            return false;
        }

        _numbers.AddRange(Enumerable.Range(0, count).Select(slot => new FeatureVectors.Number(slot, _width + slot, fills[slot], scales?[slot])));
        _width += count;
        return true;
    }

    private FeatureVectors.Standardization[]? ReadScales(ref string tensor, NodeProto scaled, int count)
    {
        if (!GraphIndex.Has(scaled, "to", (long)DataType.Float)
            || _index.Producer(scaled.Input[0], "Clip", 3) is not { } clip || _index.Doubles(clip.Input[1], 1) is not { } lowest || _index.Doubles(clip.Input[2], 1) is not { } highest
            || _index.Producer(clip.Input[0], "Div", 2) is not { } quotient || _index.Doubles(quotient.Input[1], count) is not { } deviations
            || _index.Producer(quotient.Input[0], "Sub", 2) is not { } difference || _index.Doubles(difference.Input[1], count) is not { } means
            || _index.Producer(difference.Input[0], "Cast", 1) is not { } widened || !GraphIndex.Has(widened, "to", (long)DataType.Double))
        {
            return null;
        }

        tensor = widened.Input[0];
        return [.. Enumerable.Range(0, count).Select(slot => new FeatureVectors.Standardization(means[slot], deviations[slot], lowest[0], highest[0]))];
    }

    // Gather(Cast(IsNaN(x)), slots).
    private bool ReadIndicators(string tensor)
    {
        if (_index.Producer(tensor, "Gather", 2) is not { } gather || !GraphIndex.Has(gather, "axis", 1) || _index.Integers(gather.Input[1]) is not { } slots
            || slots.Any(slot => slot < 0 || slot >= _schema.Numeric.Count)
            || _index.Producer(gather.Input[0], "Cast", 1) is not { } cast || !GraphIndex.Has(cast, "to", (long)DataType.Float) || !IsMissingOf(cast.Input[0]))
        {
            return false;
        }

        foreach (var slot in slots)
        {
            _indicators.Add(new FeatureVectors.Indicator((int)slot, _width++));
        }

        return true;
    }

    // Squeeze(OneHotEncoder(column), axis 1): the encoder gives [N, 1, slots], and zeros for a value without a slot.
    private bool ReadCategory(string tensor)
    {
        if (_index.Producer(tensor, "Squeeze", 2) is not { } squeeze || _index.Integers(squeeze.Input[1]) is not [1]
            || _index.Producer(squeeze.Input[0], "OneHotEncoder", 1) is not { } encoder || !GraphIndex.Has(encoder, "zeros", 1)
            || encoder.Attribute.FirstOrDefault(attribute => attribute.Name == "cats_strings") is not { } keys)
        {
            return false;
        }

        var slot = SlotOf(encoder.Input[0]);
        if (slot < 0 || _categoryColumns[slot] is not null || keys.Strings.Distinct().Count() != keys.Strings.Count)
        {
            return false;
        }

        var table = new CategoryTable(_schema.Categorical[slot]);
        var columns = ColumnsOf(slot);
        foreach (var (index, key) in keys.Strings.Index())
        {
            // A key that the schema does not know can never be asked for.
            if (table.CodeOf(key.ToStringUtf8()) is var code and not CategoryCode.Unseen)
            {
                columns[code + FeatureVectors.CodeOffset] = _width + index;
            }
        }

        _width += keys.Strings.Count;
        return true;
    }

    // LabelEncoder(column): 0 for some keys, 1 for all else.
    private bool ReadOther(string tensor)
    {
        if (_index.Producer(tensor, "LabelEncoder", 1) is not { } encoder
            || encoder.Attribute.FirstOrDefault(attribute => attribute.Name == "keys_strings") is not { } keys
            || encoder.Attribute.FirstOrDefault(attribute => attribute.Name == "values_floats") is not { } values
            || values.Floats.Count != keys.Strings.Count || values.Floats.Any(value => value != 0)
            || !encoder.Attribute.Any(attribute => attribute is { Name: "default_float", F: 1 }))
        {
            return false;
        }

        var slot = SlotOf(encoder.Input[0]);
        if (slot < 0 || _hasOther[slot])
        {
            return false;
        }

        var table = new CategoryTable(_schema.Categorical[slot]);
        var named = keys.Strings.Select(key => table.CodeOf(key.ToStringUtf8())).ToHashSet();
        if (named.Contains(CategoryCode.Unseen))
        {
            // Values without a code are all alike here.
            return false;
        }

        var columns = ColumnsOf(slot);
        for (var index = 0; index < columns.Length; index++)
        {
            if (!named.Contains(index - FeatureVectors.CodeOffset))
            {
                if (columns[index] >= 0)
                {
                    // Two slots for one value are more than the vectors can hold.
                    return false;
                }

                columns[index] = _width;
            }
        }

        _hasOther[slot] = true;
        _width++;
        return true;
    }

    private int SlotOf(string column) => _schema.Categorical.Select(feature => feature.Name).ToList().IndexOf(column);

    private int[] ColumnsOf(int slot)
    {
        if (_categoryColumns[slot] is not { } columns)
        {
            columns = _categoryColumns[slot] = new int[_schema.Categorical[slot].Categories!.Count + FeatureVectors.CodeOffset];
            Array.Fill(columns, -1);
        }

        return columns;
    }

    private bool IsMissingOf(string tensor) => _index.Producer(tensor, "IsNaN", 1) is { } isMissing && isMissing.Input[0] == FeatureSchema.NumericInput;
}
