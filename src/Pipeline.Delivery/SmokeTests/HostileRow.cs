using System.Text.Json.Nodes;

namespace Pipeline.Delivery.SmokeTests;

/// <summary>A row with one field that no client should send.</summary>
/// <param name="What">The field and what is wrong with it.</param>
/// <param name="Row">The row as it is sent.</param>
internal sealed record HostileRow(string What, JsonObject Row);
