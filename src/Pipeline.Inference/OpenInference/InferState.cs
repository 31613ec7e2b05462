using System.Text.Json;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.OpenInference;

/// <summary>What an exchange keeps of a request between reading and writing. Used again.</summary>
internal sealed class InferState
{
    private const int MaxIdBytesKept = 4_096;

    private readonly List<(OutputTensor Tensor, bool? IsBinary)> _requested = [];
    private byte[] _id = [];
    private int _idLength;

    /// <summary>Whether the request has an id.</summary>
    public bool HasId { get; private set; }

    /// <summary>The request's id as its JSON spells it, without the quotes.</summary>
    public ReadOnlySpan<byte> Id => _id.AsSpan(0, _idLength);

    /// <summary>The tensors to answer with, in order.</summary>
    public List<RequestedOutput> Outputs { get; } = [];

    /// <summary>The binary tensors that were read, in the order of their bytes.</summary>
    public List<BinaryInput> BinaryInputs { get; } = [];

    /// <summary>Notes that the answer must hold a tensor, in binary form or not, or as the request says for all.</summary>
    public void Request(OutputTensor tensor, bool? isBinary, OpenInferenceModel model, FaultList faults)
    {
        foreach (var (requested, _) in _requested)
        {
            if (requested == tensor)
            {
                faults.Add(null, "outputs", "each tensor once", $"{model.NameOf(tensor)} again");
                return;
            }
        }

        _requested.Add((tensor, isBinary));
    }

    /// <summary>Decides on the answer's tensors once all of the request is known: those asked for, or else all that the model has.</summary>
    public void ResolveOutputs(bool isBinaryByDefault, OpenInferenceModel model)
    {
        foreach (var (tensor, isBinary) in _requested)
        {
            Outputs.Add(new RequestedOutput(tensor, isBinary ?? isBinaryByDefault));
        }

        if (Outputs.Count == 0)
        {
            foreach (var tensor in model.Outputs)
            {
                Outputs.Add(new RequestedOutput(tensor, isBinaryByDefault));
            }
        }
    }

    public void SetId(ReadOnlySpan<byte> json)
    {
        HasId = true;
        _idLength = json.Length;
        if (_id.Length < json.Length)
        {
            _id = new byte[Math.Max(64, json.Length)];
        }

        json.CopyTo(_id);
    }

    /// <summary>The id as text. It was read as a valid string before.</summary>
    public string IdText()
    {
        var reader = new Utf8JsonReader([.. "\""u8, .. Id, .. "\""u8]);
        reader.Read();
        return reader.GetString()!;
    }

    public void Clear()
    {
        HasId = false;
        _idLength = 0;
        if (_id.Length > MaxIdBytesKept)
        {
            _id = [];
        }

        _requested.Clear();
        Outputs.Clear();
        BinaryInputs.Clear();
    }
}
