using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using Pipeline.Inference.Hosting;
using Pipeline.Inference.ModelLoading;
using Pipeline.Inference.PredictionLog.Parquet;

namespace Pipeline.Inference.PredictionLog;

/// <summary>
/// The log's files: one is open at most, and is finished when it is long or old enough. A disk that fails costs the rows of the moment; after a pause it is tried again.
/// Not thread-safe.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "The writer's thread completes the file at its end; nobody else may close it.")]
public sealed partial class PredictionLogFiles(InferenceOptions options, PredictionLogMetrics metrics, TimeProvider clock, ILogger<PredictionLogFiles> logger)
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan TellAgainAfter = TimeSpan.FromMinutes(1);

    private readonly PredictionLogOptions _options = options.PredictionLog!;

    // Replicas may share a directory.
    private readonly string _instance = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));

    private LogFile? _file;
    private RecordLayout? _layout;
    private long _opened;
    private int _number;
    private long? _failed;
    private long? _told;
    private long _lostSinceTold;

    /// <summary>Adds a request's rows. What cannot be written is counted and gone.</summary>
    public void Write(PredictionRecord record)
    {
        if (_failed is { } failed && clock.GetElapsedTime(failed) < PauseAfterFailure)
        {
            Lose(record.RowCount, "the disk failed a moment ago.");
            return;
        }

        Guard(record.RowCount, () => Add(record));
    }

    /// <summary>To be called whenever there is nothing more to add for now: gives readers what they can read, and finishes a file that is old enough.</summary>
    public void Tidy()
    {
        if (_file is not null && clock.GetElapsedTime(_opened) >= _options.FileAge)
        {
            Complete();
        }
        else if (_file is { IsReadableWhileOpen: true } file)
        {
            Guard(0, () => metrics.Written(file.Write()));
        }
    }

    /// <summary>Finishes the open file.</summary>
    public void Complete() => Guard(0, CompleteFile);

    private void Add(PredictionRecord record)
    {
        if (_layout?.Model != record.Scored.Model)
        {
            CompleteFile();
            _layout = new RecordLayout(record.Scored.Model, options.Stage);
        }

        for (var row = 0; row < record.RowCount; row++)
        {
            var file = _file ??= Open(_layout);
            file.Add(record, row);
            if (file.Length + file.PendingBytes >= _options.FileBytes)
            {
                CompleteFile();
            }
            else if (file.IsChunkFull)
            {
                metrics.Written(file.Write());
            }
        }
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The file owns its encoder.")]
    private LogFile Open(RecordLayout layout)
    {
        Directory.CreateDirectory(_options.Directory);
        var extension = PredictionLogOptions.FormatNames[(int)_options.Format];
        var name = string.Create(CultureInfo.InvariantCulture, $"predictions-{layout.FileSafeName()}-{layout.Version}-{clock.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}-{_instance}-{_number++:D6}.{extension}");
        IRecordEncoder encoder = _options.Format == PredictionLogFormat.Parquet ? new ParquetEncoder(layout) : new JsonLinesEncoder(layout);
        var file = new LogFile(Path.Combine(_options.Directory, name), encoder);
        _opened = clock.GetTimestamp();
        if (_failed is not null)
        {
            _failed = null;
            Log.WritesAgain(logger, _options.Directory);
        }

        return file;
    }

    private void CompleteFile()
    {
        if (_file is { } file)
        {
            metrics.Written(file.Write());
            metrics.Written(file.Complete());
            _file = null;
        }
    }

    // Whatever fails: the log ends at its own border, and requests go on.
    private void Guard(int newRows, Action write)
    {
        var rows = (_file?.UnsafeRows ?? 0) + newRows;
        var written = metrics.Records;
        try
        {
            write();
        }
        catch (Exception e)
        {
            metrics.Written(_file?.Abandon() ?? 0);
            _file = null;
            _failed = clock.GetTimestamp();
            Lose(rows - (int)(metrics.Records - written), e.Message);
        }
    }

    private void Lose(int rows, string reason)
    {
        metrics.Dropped(DropReason.Disk, rows);
        _lostSinceTold += rows;
        if (_told is null || clock.GetElapsedTime(_told.Value) >= TellAgainAfter)
        {
            Log.CannotWrite(logger, _options.Directory, _lostSinceTold, reason);
            _lostSinceTold = 0;
            _told = clock.GetTimestamp();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "the prediction log cannot be written to {Directory}, {Rows} rows are lost: {Reason} Predictions go on; free some room or make the directory writable.")]
        public static partial void CannotWrite(ILogger logger, string directory, long rows, string reason);

        [LoggerMessage(2, LogLevel.Information, "the prediction log is written to {Directory} again")]
        public static partial void WritesAgain(ILogger logger, string directory);
    }
}
