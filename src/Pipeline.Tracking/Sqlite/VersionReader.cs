using Microsoft.Data.Sqlite;

namespace Pipeline.Tracking.Sqlite;

/// <summary>Reads versions of a registered model with their tags and aliases. MLflow keeps deleted ones, as a stage; they are not read.</summary>
internal static class VersionReader
{
    private const string IsThere = "COALESCE(v.current_stage, '') <> 'Deleted_Internal'";

    public static ModelVersion? Find(SqliteConnection connection, string model, int version) => Read(connection, model, version).SingleOrDefault();

    /// <summary>The newest first.</summary>
    public static List<ModelVersion> List(SqliteConnection connection, string model) => Read(connection, model, null);

    public static int? FindByPackage(SqliteConnection connection, string model, string package) =>
        connection.Scalar(
            $"""
            SELECT v.version FROM model_versions AS v JOIN model_version_tags AS t ON t.name = v.name AND t.version = v.version
            WHERE v.name = @name AND t.key = @key AND t.value = @package AND {IsThere} ORDER BY v.version
            """,
            ("@name", model), ("@key", TrackingTags.Package), ("@package", package)) is long version ? (int)version : null;

    private static List<ModelVersion> Read(SqliteConnection connection, string model, int? version)
    {
        var parameters = new (string, object?)[] { ("@name", model), ("@version", version) };
        const string Chosen = "name = @name AND (@version IS NULL OR version = @version)";
        var tags = connection.Rows(reader => (Version: reader.GetInt32(0), Key: reader.GetString(1), Value: reader.Text(2)), $"SELECT version, key, value FROM model_version_tags WHERE {Chosen}", parameters)
            .ToLookup(row => row.Version);
        var aliases = connection.Rows(reader => (Version: reader.GetInt32(0), Alias: reader.GetString(1)), $"SELECT version, alias FROM registered_model_aliases WHERE {Chosen} ORDER BY alias", parameters)
            .ToLookup(row => row.Version, row => row.Alias);
        return connection.Rows(
            reader => new ModelVersion(
                model, reader.GetInt32(0), reader.Text(1) is { Length: > 0 } run ? run : null, reader.Text(2), reader.TextOrNull(3), reader.Time(4) ?? DateTimeOffset.UnixEpoch,
                tags[reader.GetInt32(0)].ToDictionary(row => row.Key, row => row.Value), [.. aliases[reader.GetInt32(0)]]),
            $"SELECT v.version, v.run_id, v.source, v.description, v.creation_time FROM model_versions AS v WHERE {Chosen} AND {IsThere} ORDER BY v.version DESC", parameters);
    }
}
