using System.Buffers;

namespace Pipeline.Inference.PredictionLog;

/// <summary>
/// One file of the log. It bears a temporary name until it is complete, so that who takes files by their extension never sees half of one. What is cut off by a full disk
/// is removed again, so that the file stays whole up to its last chunk. Not thread-safe.
/// </summary>
internal sealed class LogFile : IDisposable
{
    public const string TemporaryExtension = ".tmp";

    private readonly IRecordEncoder _encoder;
    private readonly string _path;
    private readonly FileStream _stream;
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private int _rows;

    /// <exception cref="IOException">The file cannot be made.</exception>
    public LogFile(string path, IRecordEncoder encoder)
    {
        (_path, _encoder) = (path, encoder);
        _stream = new FileStream(path + TemporaryExtension, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete, bufferSize: 0);
        try
        {
            encoder.Begin(_buffer);
            WriteBuffer();
        }
        catch (IOException)
        {
            Dispose();
            Delete();
            throw;
        }
    }

    /// <summary>Bytes in the file.</summary>
    public long Length { get; private set; }

    /// <summary>Rows that a failure would cost: those that are not in the file, and those in it that nobody can read before it is complete.</summary>
    public int UnsafeRows => _encoder.PendingRows + (_encoder.IsReadableWhileOpen ? 0 : _rows);

    public long PendingBytes => _encoder.PendingBytes;

    public void Add(PredictionRecord record, int row) => _encoder.Add(record, row);

    public bool IsChunkFull => _encoder.PendingBytes >= _encoder.ChunkBytes;

    public bool IsReadableWhileOpen => _encoder.IsReadableWhileOpen;

    /// <summary>Writes the pending rows.</summary>
    /// <returns>How many rows are safe now that were not before.</returns>
    /// <exception cref="IOException">They could not be written; the file is as before.</exception>
    public int Write()
    {
        var rows = _encoder.PendingRows;
        if (rows == 0)
        {
            return 0;
        }

        _encoder.Encode(_buffer, Length);
        WriteBuffer();
        _encoder.Commit();
        _rows += rows;
        return _encoder.IsReadableWhileOpen ? rows : 0;
    }

    /// <summary>Completes the file with the chunks that are in it, and gives it its name.</summary>
    /// <returns>How many rows are safe now that were not before.</returns>
    /// <exception cref="IOException">It could not be completed.</exception>
    public int Complete()
    {
        if (_rows == 0)
        {
            Dispose();
            Delete();
            return 0;
        }

        _encoder.End(_buffer);
        WriteBuffer();
        _stream.Flush(flushToDisk: true);
        Dispose();
        File.Move(_path + TemporaryExtension, _path, overwrite: false);
        return _encoder.IsReadableWhileOpen ? 0 : _rows;
    }

    /// <summary>Saves of the file what can be saved; pending rows are lost.</summary>
    /// <returns>How many rows are safe now that were not before.</returns>
    public int Abandon()
    {
        try
        {
            return Complete();
        }
        catch (Exception)
        {
            // Whatever it is: it has failed before, and this is the last try.
            // Half a Parquet file helps nobody and takes room; lines are lines.
            Dispose();
            if (!_encoder.IsReadableWhileOpen)
            {
                Delete();
            }

            return 0;
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        (_encoder as IDisposable)?.Dispose();
    }

    private void WriteBuffer()
    {
        try
        {
            _stream.Write(_buffer.WrittenSpan);
            Length += _buffer.WrittenCount;
        }
        catch (IOException)
        {
            CutOff();
            throw;
        }
        catch (ArgumentOutOfRangeException e)
        {
            // What the runtime makes of EFBIG: the file would be longer than a limit, or than its file system can have it.
            CutOff();
            throw new IOException("The file would be longer than is allowed here.", e);
        }
        finally
        {
            _buffer.ResetWrittenCount();
        }
    }

    private void CutOff()
    {
        try
        {
            _stream.SetLength(Length);
            _stream.Position = Length;
        }
        catch (IOException)
        {
            // Then the file ends with a part of a line, as after a kill.
        }
    }

    private void Delete()
    {
        try
        {
            File.Delete(_path + TemporaryExtension);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The temporary name tells what it is.
        }
    }
}
