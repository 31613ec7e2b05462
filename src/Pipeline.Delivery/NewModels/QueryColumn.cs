namespace Pipeline.Delivery.NewModels;

/// <summary>A column of the query that is written.</summary>
/// <param name="Sql">Its expression.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Comment">What was guessed; empty for nothing.</param>
internal sealed record QueryColumn(string Sql, string Name, string Comment);
