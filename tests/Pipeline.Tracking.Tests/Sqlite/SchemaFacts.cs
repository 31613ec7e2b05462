using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;

namespace Pipeline.Tracking.Tests.Sqlite;

/// <summary>All that a migration of MLflow may rely on in a database: columns, keys, indexes and the names of constraints, a line each.</summary>
internal static partial class SchemaFacts
{
    public static List<string> Of(SqliteConnection connection) =>
    [
        .. SqliteFolder.Rows(connection, "SELECT 'revision ' || version_num FROM alembic_version"),
        .. ((List<string>)[
            .. SqliteFolder.Rows(connection,
                """
                SELECT 'column ' || m.name || '.' || c.name || ' ' || c.type || iif(c."notnull", ' NOT NULL', '') || iif(c.dflt_value IS NULL, '', ' DEFAULT ' || c.dflt_value) || iif(c.pk > 0, ' key ' || c.pk, '')
                FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c WHERE m.type = 'table'
                """),
            .. SqliteFolder.Rows(connection,
                """
                SELECT 'reference ' || m.name || '.' || f."from" || ' to ' || f."table" || '.' || f."to" || ' on update ' || f.on_update || ' on delete ' || f.on_delete
                FROM sqlite_master AS m JOIN pragma_foreign_key_list(m.name) AS f WHERE m.type = 'table'
                """),
            .. SqliteFolder.Rows(connection,
                """
                SELECT 'index ' || m.name || ' ' || i.name || iif(i."unique", ' unique', '') || ' (' || (SELECT group_concat(c.name) FROM pragma_index_info(i.name) AS c) || ')'
                FROM sqlite_master AS m JOIN pragma_index_list(m.name) AS i WHERE m.type = 'table'
                """),
            .. Constraints(connection),
        ]).Order(StringComparer.Ordinal),
    ];

    private static IEnumerable<string> Constraints(SqliteConnection connection) =>
        from row in SqliteFolder.Rows(connection, "SELECT name || ' ' || replace(sql, '\"', '') FROM sqlite_master WHERE type = 'table'")
        let text = Blanks().Replace(row, " ")
        from constraint in Constraint().Matches(text)
        select $"constraint {text[..text.IndexOf(' ', StringComparison.Ordinal)]} {constraint.Value.Replace("cascade", "CASCADE", StringComparison.Ordinal)}";

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"(CONSTRAINT \w+ )?(PRIMARY KEY|UNIQUE|CHECK|FOREIGN KEY) ?\((?:[^()]|\([^()]*\))*\)( REFERENCES \w+ \([^)]*\))?( ON \w+ \w+)*")]
    private static partial Regex Constraint();
}
