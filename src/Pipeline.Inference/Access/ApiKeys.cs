using Pipeline.Inference.Hosting;

namespace Pipeline.Inference.Access;

/// <summary>The keys in force: those of the environment and those of the key file, which is read again so that keys rotate without a restart. Thread-safe.</summary>
public sealed partial class ApiKeys(InferenceOptions options, TimeProvider clock, ILogger<ApiKeys> logger) : BackgroundService
{
    // The whole file, not its time: a mounted secret is a link whose own time never changes. It is a few hundred bytes.
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromSeconds(2);

    private volatile KeyHashes _current = options.ApiKeys;
    private KeyHashes _fromFile = KeyHashes.None;

    public bool Accept(ReadOnlySpan<char> key) => _current.Contains(key);

    /// <summary>Reads the key file for the first time.</summary>
    /// <exception cref="InvalidDataException">It cannot be read, holds no key, or one that is none.</exception>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.ApiKeyFile is { } file)
        {
            _fromFile = ReadFile(file);
            _current = options.ApiKeys.With(_fromFile);
        }

        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.ApiKeyFile is not { } file)
        {
            return;
        }

        string? told = null;
        using var timer = new PeriodicTimer(ReadAgainAfter, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            told = ReadAgain(file, told);
        }
    }

    // What cannot be read leaves the keys as they are: a rotation that goes wrong must lock nobody out. It is told once, not every two seconds.
    private string? ReadAgain(string file, string? told)
    {
        try
        {
            var keys = ReadFile(file);
            if (!keys.IsSameAs(_fromFile))
            {
                _fromFile = keys;
                _current = options.ApiKeys.With(keys);
                Log.Changed(logger, file, keys.Count);
            }

            return null;
        }
        catch (InvalidDataException e)
        {
            if (e.Message != told)
            {
                Log.Kept(logger, _fromFile.Count, e.Message);
            }

            return e.Message;
        }
    }

    private static KeyHashes ReadFile(string file)
    {
        try
        {
            return KeyHashes.Parse(File.ReadAllText(file), '\n', file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"the API keys cannot be read (--api-key-file, API_KEY_FILE): {e.Message}", e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{File} has changed: {Count} API keys are in force from it")]
        public static partial void Changed(ILogger logger, string file, int count);

        [LoggerMessage(2, LogLevel.Warning, "the {Count} API keys of before stay in force: {Reason}")]
        public static partial void Kept(ILogger logger, int count, string reason);
    }
}
