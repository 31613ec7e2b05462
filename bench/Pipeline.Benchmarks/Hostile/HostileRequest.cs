namespace Pipeline.Benchmarks.Hostile;

/// <summary>One request that means no good.</summary>
/// <param name="Kind">What is wrong with it, for the report.</param>
/// <param name="Bytes">What goes over the wire.</param>
/// <param name="Delivery">How it is sent.</param>
public sealed record HostileRequest(string Kind, byte[] Bytes, Delivery Delivery = Delivery.Whole);
