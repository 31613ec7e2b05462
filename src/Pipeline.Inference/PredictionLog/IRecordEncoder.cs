using System.Buffers;

namespace Pipeline.Inference.PredictionLog;

/// <summary>Turns records into a file's bytes. It collects rows and gives them as a chunk, so that a chunk that could not be written can be cut off. One per file; not thread-safe.</summary>
internal interface IRecordEncoder
{
    /// <summary>Rows that no written chunk holds.</summary>
    int PendingRows { get; }

    /// <summary>About how long their chunk will be.</summary>
    long PendingBytes { get; }

    /// <summary>So many pending bytes are worth a chunk of their own.</summary>
    int ChunkBytes { get; }

    /// <summary>Whether a chunk should be written whenever there is time, so that readers see it. Otherwise chunks are worth their while only if they are long.</summary>
    bool IsReadableWhileOpen { get; }

    void Add(PredictionRecord record, int row);

    /// <summary>Gives the file's first bytes.</summary>
    void Begin(IBufferWriter<byte> output);

    /// <summary>Gives the pending rows' chunk. They stay pending until <see cref="Commit"/>.</summary>
    /// <param name="output">Takes the bytes.</param>
    /// <param name="offset">Where in the file they will be.</param>
    void Encode(ArrayBufferWriter<byte> output, long offset);

    /// <summary>The chunk is in the file.</summary>
    void Commit();

    /// <summary>Gives the file's last bytes, for the chunks that are in it.</summary>
    void End(IBufferWriter<byte> output);
}
