using System.Buffers;
using Pipeline.Inference.Telemetry;

namespace Pipeline.Inference.Scoring;

/// <summary>A protocol of predictions: how requests are read and answers written. It knows nothing of limits, scoring or metrics. Thread-safe.</summary>
public interface IDialect
{
    /// <summary>What its requests are counted under.</summary>
    Protocol Protocol { get; }

    /// <summary>Fills the exchange's rows, or notes its faults, or refuses it.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="body">The whole body, decompressed.</param>
    void Read(Exchange exchange, ReadOnlySpan<byte> body);

    /// <summary>Writes the answer's body and sets its headers, the content type at least.</summary>
    /// <param name="exchange">The request, scored.</param>
    /// <param name="answer">Takes the body.</param>
    void Write(Exchange exchange, IBufferWriter<byte> answer);
}
