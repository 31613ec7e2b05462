namespace Pipeline.Integration.Tests;

/// <summary>One workspace for all tests against real parts; they run one after another, as they share an engine.</summary>
[CollectionDefinition(Name)]
[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1711:Identifiers should not have incorrect suffix", Justification = "xunit's word.")]
public sealed class SharedWorkspace : ICollectionFixture<Workspace>
{
    public const string Name = "real parts";
}
