using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Pipeline.Tracking.Sqlite;

namespace Pipeline.Tracking.Tests.Sqlite;

public sealed class SqliteOpeningTests : IDisposable
{
    private readonly SqliteFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_log_is_written_ahead_and_is_gone_when_all_have_closed()
    {
        await using (await _folder.OpenAsync())
        {
            _folder.Rows("PRAGMA journal_mode").Should().Equal("wal");
        }

        Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName).Should().Equal(SqliteTrackingStore.FileName);
    }

    [Fact]
    public async Task Many_that_make_it_at_once_make_one()
    {
        var stores = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => _folder.OpenAsync())));

        _folder.Rows("SELECT COUNT(*) FROM experiments").Should().Equal("1");
        _folder.Rows("SELECT COUNT(*) FROM alembic_version").Should().Equal("1");
        await Task.WhenAll(stores.Select(store => store.DisposeAsync().AsTask()));
    }

    [Fact]
    public async Task An_empty_file_is_filled()
    {
        await File.WriteAllBytesAsync(_folder.Database, [], Stop);

        await using var store = await _folder.OpenAsync();

        (await store.EnsureExperimentAsync("Default", Stop)).Should().Be("0");
    }

    [Fact]
    public async Task What_a_killed_process_had_begun_is_made_anew()
    {
        using (var killed = new TemporaryDirectory())
        {
            // What is on disk in the midst of a transaction that has outgrown its memory is what is there after a kill.
            var database = Path.Combine(killed.Path, "mlflow.db");
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = database, Pooling = false }.ToString());
            await connection.OpenAsync(Stop);
            using var command = connection.CreateCommand();
            command.CommandText =
                """
                PRAGMA cache_size = 1;
                BEGIN IMMEDIATE;
                CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL);
                CREATE TABLE runs (run_uuid VARCHAR(32), name TEXT);
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) INSERT INTO runs SELECT i, hex(randomblob(1000)) FROM n;
                """;
            await command.ExecuteNonQueryAsync(Stop);
            foreach (var file in Directory.EnumerateFiles(killed.Path))
            {
                File.Copy(file, Path.Combine(_folder.Path, Path.GetFileName(file)));
            }
        }

        new FileInfo(_folder.Database).Length.Should().BePositive();
        await using var store = await _folder.OpenAsync();

        (await store.EnsureExperimentAsync("fraud", Stop)).Should().Be("1");
        _folder.Rows("SELECT COUNT(*) FROM runs").Should().Equal("0");
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_and_left_as_it_is() =>
        await ShouldBeRefusedAndLeftAsync(() => File.WriteAllTextAsync(_folder.Database, string.Concat(Enumerable.Repeat("name,amount\n", 2_000)), Stop), "*mlflow.db is no SQLite database*left as it is*");

    [Fact]
    public async Task Another_program_s_database_is_refused_and_left_as_it_is() =>
        await ShouldBeRefusedAndLeftAsync(() => Make("CREATE TABLE payments (id INTEGER PRIMARY KEY, amount REAL)"), "*mlflow.db is a SQLite database, but not one of MLflow's*left as it is*");

    [Fact]
    public async Task A_database_of_an_older_MLflow_is_refused_with_what_to_do_and_left_as_it_is()
    {
        await using (await _folder.OpenAsync())
        {
        }

        await ShouldBeRefusedAndLeftAsync(
            () => Make("PRAGMA journal_mode = DELETE; ALTER TABLE model_versions DROP COLUMN storage_location; UPDATE alembic_version SET version_num = '2d6e25af4d3e'"),
            "*mlflow.db*2d6e25af4d3e*model_versions.storage_location*mlflow db upgrade sqlite:///mlflow.db*");
    }

    [Fact]
    public async Task A_file_that_was_cut_off_is_left_as_it_is()
    {
        await using (await _folder.OpenAsync())
        {
        }

        await File.WriteAllBytesAsync(_folder.Database, (await File.ReadAllBytesAsync(_folder.Database, Stop))[..5_000], Stop);
        var before = await DigestAsync();

        await FluentActions.Awaiting(() => _folder.OpenAsync()).Should().ThrowAsync<TrackingException>().WithMessage("*mlflow.db*");

        (await DigestAsync()).Should().Be(before);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_or_not_writable_is_told_by_the_file()
    {
        var open = () => SqliteTrackingStore.OpenAsync(Path.Combine(_folder.Path, "missing"), TimeProvider.System, Stop);

        (await open.Should().ThrowAsync<TrackingException>().WithMessage("*missing*mlflow.db cannot be opened*")).Which.Fault.Should().Be(TrackingFault.Unreachable);
    }

    [Fact]
    public async Task A_file_that_another_process_holds_is_waited_for_and_then_told()
    {
        await using var store = await _folder.OpenAsync(TimeSpan.FromSeconds(1));
        await using var patient = await _folder.OpenAsync();
        using var other = _folder.Connect();
        using var command = other.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        await command.ExecuteNonQueryAsync(Stop);

        var make = () => store.EnsureExperimentAsync("fraud", Stop);
        (await make.Should().ThrowAsync<TrackingException>().WithMessage("Another process has held *mlflow.db for 1 s.*")).Which.Fault.Should().Be(TrackingFault.Unreachable);
        (await store.EnsureExperimentAsync("Default", Stop)).Should().Be("0");
        var waiting = patient.EnsureExperimentAsync("fraud", Stop);
        await Task.Delay(300, Stop);
        command.CommandText = "COMMIT";
        await command.ExecuteNonQueryAsync(Stop);

        (await waiting).Should().Be("1");
    }

    private async Task ShouldBeRefusedAndLeftAsync(Func<Task> make, string message)
    {
        await make();
        var before = await DigestAsync();

        (await FluentActions.Awaiting(() => _folder.OpenAsync()).Should().ThrowAsync<TrackingException>().WithMessage(message)).Which.Fault.Should().Be(TrackingFault.Refused);

        (await DigestAsync()).Should().Be(before);
    }

    private Task Make(string sql)
    {
        _folder.Execute(sql);
        return Task.CompletedTask;
    }

    /// <summary>Of all files, by name: no log may have been laid beside it.</summary>
    private async Task<string> DigestAsync()
    {
        var text = new StringBuilder();
        foreach (var file in Directory.EnumerateFiles(_folder.Path).Order(StringComparer.Ordinal))
        {
            text.Append(Path.GetFileName(file)).Append(' ').AppendLine(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file, Stop))));
        }

        return text.ToString();
    }
}
