namespace Pipeline.Delivery.Promotion;

/// <summary>What every record of a stage says: where it stands in the stage's chain.</summary>
public interface IStagePredicate
{
    /// <summary>The model's name.</summary>
    string Model { get; }

    /// <summary>The stage whose record it is.</summary>
    string Stage { get; }

    /// <summary>1, 2, 3, … within the stage; also the record's file name.</summary>
    int Sequence { get; }

    /// <summary>SHA-256, in hex digits, of the bytes of the stage's previous record; null for the first.</summary>
    string? Previous { get; }

    /// <summary>SHA-256, in hex digits, of model.onnx.</summary>
    string ModelDigest { get; }
}
