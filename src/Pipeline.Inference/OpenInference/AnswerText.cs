using System.Buffers.Text;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.OpenInference;

/// <summary>Writes text into memory that is long enough.</summary>
/// <param name="destination">Takes it.</param>
internal ref struct AnswerText(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;

    public int Length { get; private set; }

    public void Add(scoped ReadOnlySpan<byte> text)
    {
        text.CopyTo(_destination[Length..]);
        Length += text.Length;
    }

    public void Add(int number)
    {
        Utf8Formatter.TryFormat(number, _destination[Length..], out var written);
        Length += written;
    }

    /// <summary>The shortest text that reads as this number again.</summary>
    public void Add(float number) => Length += ShortestFloat.Write(number, _destination[Length..]);

    /// <summary>Puts a byte over the last one.</summary>
    public readonly void Replace(byte value) => _destination[Length - 1] = value;
}
