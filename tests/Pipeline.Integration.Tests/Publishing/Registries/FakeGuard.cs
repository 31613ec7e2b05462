namespace Pipeline.Integration.Tests.Publishing.Registries;

/// <summary>What a registry wants to be shown.</summary>
internal enum FakeGuard
{
    None,
    Basic,
    Bearer,
}
