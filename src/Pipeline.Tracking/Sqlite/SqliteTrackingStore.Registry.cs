using Microsoft.Data.Sqlite;

namespace Pipeline.Tracking.Sqlite;

public sealed partial class SqliteTrackingStore
{
    public Task EnsureModelAsync(string model, string? description, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken)
    {
        RegistryNames.CheckModel(model);
        CheckNames(tags.Keys);
        return _database.WriteAsync(
            connection =>
            {
                var text = RegistryText(description);
                if (!IsRegistered(connection, model))
                {
                    connection.Execute(
                        "INSERT INTO registered_models (name, creation_time, last_updated_time, description) VALUES (@name, @now, @now, @description)",
                        ("@name", model), ("@now", Now), ("@description", text));
                }
                else if (text is not null)
                {
                    connection.Execute(
                        "UPDATE registered_models SET description = @description, last_updated_time = @now WHERE name = @name AND description IS NOT @description",
                        ("@name", model), ("@now", Now), ("@description", text));
                }

                foreach (var (name, value) in tags)
                {
                    connection.Execute(
                        "INSERT INTO registered_model_tags (key, value, name) VALUES (@key, @value, @name) ON CONFLICT DO UPDATE SET value = excluded.value",
                        ("@key", name), ("@value", RegistryText(value)), ("@name", model));
                }
            },
            cancellationToken);
    }

    public Task<ModelVersion> EnsureVersionAsync(NewModelVersion version, CancellationToken cancellationToken)
    {
        RegistryNames.CheckModel(version.Model);
        CheckNames(version.Tags.Keys);
        ArtifactPath.Check(version.ArtifactPath);
        return _database.WriteAsync(
            connection =>
            {
                var number = VersionReader.FindByPackage(connection, version.Model, version.Package) ?? CreateVersion(connection, version);
                return VersionReader.Find(connection, version.Model, number)!;
            },
            cancellationToken);
    }

    public Task UpdateVersionAsync(string model, int version, string? description, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken)
    {
        CheckNames(tags.Keys);
        return _database.WriteAsync(
            connection =>
            {
                CheckThere(connection, model, version);
                if (RegistryText(description) is { } text)
                {
                    connection.Execute(
                        "UPDATE model_versions SET description = @description, last_updated_time = @now WHERE name = @name AND version = @version AND description IS NOT @description",
                        ("@description", text), ("@now", Now), ("@name", model), ("@version", version));
                }

                WriteVersionTags(connection, model, version, tags);
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<ModelVersion>> ListVersionsAsync(string model, CancellationToken cancellationToken) =>
        _database.ReadAsync<IReadOnlyList<ModelVersion>>(connection => VersionReader.List(connection, model), cancellationToken);

    public Task SetAliasAsync(string model, string aliasName, int version, CancellationToken cancellationToken)
    {
        RegistryNames.CheckAlias(aliasName);
        return _database.WriteAsync(
            connection =>
            {
                CheckThere(connection, model, version);
                connection.Execute(
                    "INSERT INTO registered_model_aliases (alias, version, name) VALUES (@alias, @version, @name) ON CONFLICT DO UPDATE SET version = excluded.version",
                    ("@alias", aliasName), ("@version", version), ("@name", model));
            },
            cancellationToken);
    }

    public Task DeleteAliasAsync(string model, string aliasName, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            connection => { connection.Execute("DELETE FROM registered_model_aliases WHERE name = @name AND alias = @alias", ("@name", model), ("@alias", aliasName)); },
            cancellationToken);

    public Task<ModelVersion?> FindByAliasAsync(string model, string aliasName, CancellationToken cancellationToken) =>
        _database.ReadAsync(
            connection => connection.Scalar("SELECT version FROM registered_model_aliases WHERE name = @name AND alias = @alias", ("@name", model), ("@alias", aliasName)) is long version
                ? VersionReader.Find(connection, model, (int)version)
                : null,
            cancellationToken);

    private int CreateVersion(SqliteConnection connection, NewModelVersion version)
    {
        if (!IsRegistered(connection, version.Model))
        {
            throw Refused($"There is no registered model {version.Model}. Register it first.");
        }

        var artifacts = (string?)connection.Scalar("SELECT COALESCE(artifact_uri, '') FROM runs WHERE run_uuid = @run AND lifecycle_stage = 'active'", ("@run", version.RunId)) ?? throw NoRun(version.RunId);

        // Deleted versions count: a number stands for one package for ever.
        var number = (int)(long)connection.Scalar("SELECT COALESCE(MAX(version), 0) + 1 FROM model_versions WHERE name = @name", ("@name", version.Model))!;
        connection.Execute(
            """
            INSERT INTO model_versions (name, version, creation_time, last_updated_time, description, user_id, current_stage, source, run_id, status, storage_location)
            VALUES (@name, @version, @now, @now, @description, @user, 'None', @source, @run, 'READY', @source)
            """,
            ("@name", version.Model), ("@version", number), ("@now", Now), ("@description", RegistryText(version.Description)), ("@user", TrackingLimits.Cut(version.User, UserName)),
            ("@source", $"{artifacts}/{version.ArtifactPath}"), ("@run", version.RunId));
        connection.Execute("UPDATE registered_models SET last_updated_time = @now WHERE name = @name", ("@now", Now), ("@name", version.Model));
        WriteVersionTags(connection, version.Model, number, version.Tags);
        WriteVersionTags(connection, version.Model, number, new Dictionary<string, string> { [TrackingTags.Package] = version.Package });
        return number;
    }

    private static void WriteVersionTags(SqliteConnection connection, string model, int version, IReadOnlyDictionary<string, string> tags)
    {
        foreach (var (name, value) in tags)
        {
            connection.Execute(
                "INSERT INTO model_version_tags (key, value, name, version) VALUES (@key, @value, @name, @version) ON CONFLICT DO UPDATE SET value = excluded.value",
                ("@key", name), ("@value", RegistryText(value)), ("@name", model), ("@version", version));
        }
    }

    private static bool IsRegistered(SqliteConnection connection, string model) => connection.Scalar("SELECT 1 FROM registered_models WHERE name = @name", ("@name", model)) is not null;

    private static void CheckThere(SqliteConnection connection, string model, int version)
    {
        if (VersionReader.Find(connection, model, version) is null)
        {
            throw Refused($"There is no version {model} {version}, or it was deleted.");
        }
    }

    private static string? RegistryText(string? text) => text is null ? null : TrackingLimits.Cut(text, TrackingLimits.RegistryText);
}
