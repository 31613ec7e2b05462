namespace Pipeline.Delivery.Definition;

/// <summary>Those who have a part in what is to be approved, by the names that model.yaml has for them.</summary>
public static class BarredRoles
{
    /// <summary>Who wrote or committed anything that shapes the package since the version that the stage runs.</summary>
    public const string Author = "author";

    /// <summary>Who ran the training that made the package.</summary>
    public const string Trainer = "trainer";

    /// <summary>Who put the package into the stage before.</summary>
    public const string Requester = "requester";

    /// <summary>Who last changed model.yaml or the file of signers.</summary>
    public const string PolicyEditor = "policyEditor";

    public static IReadOnlyList<string> All { get; } = [Author, Trainer, Requester, PolicyEditor];
}
