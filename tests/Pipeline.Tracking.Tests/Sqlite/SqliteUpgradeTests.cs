using Pipeline.Tracking.Sqlite;

namespace Pipeline.Tracking.Tests.Sqlite;

/// <summary>A newer MLflow upgrades the database in place when its UI starts, also while the pipeline runs.</summary>
public sealed class SqliteUpgradeTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    private readonly SqliteFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_store_goes_on_writing_when_the_database_is_upgraded_under_it()
    {
        await using var store = await _folder.OpenAsync();
        await WriteAllAsync(store, "before");

        Upgrade();

        await WriteAllAsync(store, "after");
        await WriteAllAsync(store, "before");
        await using var later = await _folder.OpenAsync();
        await WriteAllAsync(later, "later");
        _folder.Rows("SELECT version_num FROM alembic_version").Should().Equal("ffffffffffff");
        (await later.SearchRunsAsync("1", new Dictionary<string, string>(), Stop)).Should().HaveCount(3).And.OnlyContain(run => run.Metrics["loss"] == 2 && run.Parameters["a"] == "1" && run.Inputs.Count == 1);
        (await later.ListVersionsAsync("fraud", Stop)).Select(version => version.Version).Should().Equal(3, 2, 1);
        (await later.FindByAliasAsync("fraud", "champion", Stop))!.Version.Should().Be(3);
    }

    /// <summary>The kinds of changes that MLflow's releases up to 3.11 make: columns with defaults, tables, wider columns and keys.</summary>
    private void Upgrade() => _folder.Execute(
        """
        PRAGMA foreign_keys = OFF;
        BEGIN IMMEDIATE;
        ALTER TABLE inputs ADD COLUMN step BIGINT DEFAULT '0' NOT NULL;
        CREATE TABLE logged_models (model_id VARCHAR(34) NOT NULL, experiment_id INTEGER NOT NULL, name VARCHAR(500) NOT NULL, CONSTRAINT logged_models_pk PRIMARY KEY (model_id));
        CREATE TABLE webhooks (webhook_id VARCHAR(256) NOT NULL, name VARCHAR(256) NOT NULL, CONSTRAINT webhook_pk PRIMARY KEY (webhook_id));

        CREATE TABLE _alembic_tmp_experiments (
            experiment_id INTEGER NOT NULL, name VARCHAR(256) NOT NULL, artifact_location VARCHAR(256), lifecycle_stage VARCHAR(32), creation_time BIGINT, last_update_time BIGINT,
            workspace VARCHAR(63) DEFAULT 'default' NOT NULL,
            CONSTRAINT experiment_pk PRIMARY KEY (experiment_id), CONSTRAINT uq_experiments_workspace_name UNIQUE (workspace, name));
        INSERT INTO _alembic_tmp_experiments SELECT *, 'default' FROM experiments;
        DROP TABLE experiments;
        ALTER TABLE _alembic_tmp_experiments RENAME TO experiments;

        CREATE TABLE _alembic_tmp_registered_models (
            name VARCHAR(256) NOT NULL, creation_time BIGINT, last_updated_time BIGINT, description VARCHAR(5000), deployment_job_id VARCHAR(500), workspace VARCHAR(63) DEFAULT 'default' NOT NULL,
            CONSTRAINT registered_model_pk PRIMARY KEY (workspace, name));
        INSERT INTO _alembic_tmp_registered_models SELECT name, creation_time, last_updated_time, description, NULL, 'default' FROM registered_models;
        DROP TABLE registered_models;
        ALTER TABLE _alembic_tmp_registered_models RENAME TO registered_models;

        CREATE TABLE _alembic_tmp_registered_model_tags (
            "key" VARCHAR(250) NOT NULL, value TEXT, name VARCHAR(256) NOT NULL, workspace VARCHAR(63) DEFAULT 'default' NOT NULL,
            CONSTRAINT registered_model_tag_pk PRIMARY KEY (workspace, "key", name),
            FOREIGN KEY (workspace, name) REFERENCES registered_models (workspace, name) ON UPDATE CASCADE);
        INSERT INTO _alembic_tmp_registered_model_tags SELECT "key", value, name, 'default' FROM registered_model_tags;
        DROP TABLE registered_model_tags;
        ALTER TABLE _alembic_tmp_registered_model_tags RENAME TO registered_model_tags;

        CREATE TABLE _alembic_tmp_model_versions (
            name VARCHAR(256) NOT NULL, version INTEGER NOT NULL, creation_time BIGINT, last_updated_time BIGINT, description VARCHAR(5000), user_id VARCHAR(256), current_stage VARCHAR(20),
            source VARCHAR(500), run_id VARCHAR(32), status VARCHAR(20), status_message VARCHAR(500), run_link VARCHAR(500), storage_location VARCHAR(500), workspace VARCHAR(63) DEFAULT 'default' NOT NULL,
            CONSTRAINT model_version_pk PRIMARY KEY (workspace, name, version),
            FOREIGN KEY (workspace, name) REFERENCES registered_models (workspace, name) ON UPDATE CASCADE);
        INSERT INTO _alembic_tmp_model_versions SELECT *, 'default' FROM model_versions;
        DROP TABLE model_versions;
        ALTER TABLE _alembic_tmp_model_versions RENAME TO model_versions;

        CREATE TABLE _alembic_tmp_model_version_tags (
            "key" VARCHAR(250) NOT NULL, value TEXT, name VARCHAR(256) NOT NULL, version INTEGER NOT NULL, workspace VARCHAR(63) DEFAULT 'default' NOT NULL,
            CONSTRAINT model_version_tag_pk PRIMARY KEY (workspace, "key", name, version),
            FOREIGN KEY (workspace, name, version) REFERENCES model_versions (workspace, name, version) ON UPDATE CASCADE);
        INSERT INTO _alembic_tmp_model_version_tags SELECT *, 'default' FROM model_version_tags;
        DROP TABLE model_version_tags;
        ALTER TABLE _alembic_tmp_model_version_tags RENAME TO model_version_tags;

        CREATE TABLE _alembic_tmp_registered_model_aliases (
            alias VARCHAR(256) NOT NULL, version INTEGER NOT NULL, name VARCHAR(256) NOT NULL, workspace VARCHAR(63) DEFAULT 'default' NOT NULL,
            CONSTRAINT registered_model_alias_pk PRIMARY KEY (workspace, name, alias),
            CONSTRAINT registered_model_alias_workspace_fkey FOREIGN KEY (workspace, name) REFERENCES registered_models (workspace, name) ON DELETE CASCADE ON UPDATE CASCADE);
        INSERT INTO _alembic_tmp_registered_model_aliases SELECT *, 'default' FROM registered_model_aliases;
        DROP TABLE registered_model_aliases;
        ALTER TABLE _alembic_tmp_registered_model_aliases RENAME TO registered_model_aliases;

        UPDATE alembic_version SET version_num = 'ffffffffffff';
        COMMIT;
        """);

    private static async Task WriteAllAsync(SqliteTrackingStore store, string key)
    {
        var none = new Dictionary<string, string>();
        var experiment = await store.EnsureExperimentAsync("fraud", Stop);
        await store.EnsureExperimentAsync($"only {key}", Stop);
        var run = await store.EnsureRunAsync(new(experiment, key, "train", Start, "anna", none), Stop);
        for (var time = 0; time < 2; time++)
        {
            await store.LogAsync(
                run.Id,
                new() { Parameters = new Dictionary<string, string> { ["a"] = "1" }, Metrics = [new("loss", double.NaN, Start), new("loss", 2, Start, 1)], Tags = new Dictionary<string, string> { ["time"] = $"{time}" } },
                Stop);
            await store.LogInputsAsync(run.Id, [new("payments", key, "local", "{}", null, null, "training")], Stop);
            await store.EnsureModelAsync("fraud", $"text {key}", new Dictionary<string, string> { ["time"] = $"{time}" }, Stop);
        }

        await store.SetStatusAsync(run.Id, RunStatus.Finished, Start, Stop);
        var version = await store.EnsureVersionAsync(new("fraud", key, run.Id, "model", null, "anna", none), Stop);
        await store.UpdateVersionAsync("fraud", version.Version, "text", new Dictionary<string, string> { ["a"] = "b" }, Stop);
        await store.SetAliasAsync("fraud", "champion", version.Version, Stop);
        await store.DeleteAliasAsync("fraud", "challenger", Stop);
        await store.SetAliasAsync("fraud", "challenger", version.Version, Stop);
    }
}
