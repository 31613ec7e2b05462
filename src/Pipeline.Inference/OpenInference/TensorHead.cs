using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.OpenInference;

/// <summary>What has been read of an input tensor.</summary>
internal struct TensorHead
{
    public TensorHead()
    {
    }

    /// <summary>The properties that were there.</summary>
    public TensorProperties Seen { get; set; }

    /// <summary>The column that it holds; null until a known name has been read.</summary>
    public Column? Column { get; set; }

    /// <summary>Null until a shape that the model takes has been read.</summary>
    public int? Rows { get; set; }

    public Datatype Datatype { get; set; }

    /// <summary>Bytes of its elements after the JSON; null if they are not there.</summary>
    public int? BinarySize { get; set; }

    /// <summary>Where its elements are in the JSON, if they came before what tells how to read them.</summary>
    public Range? Postponed { get; set; }

    public bool HasData { get; set; }

    public bool IsInSharedMemory { get; set; }

    /// <summary>Whether its elements can be read.</summary>
    public readonly bool IsComplete => Column is not null && Rows is not null && Datatype != Datatype.Unknown;
}
