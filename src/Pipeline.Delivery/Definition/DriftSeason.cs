namespace Pipeline.Delivery.Definition;

/// <summary>What a window is compared with, where business has a rhythm.</summary>
public enum DriftSeason
{
    /// <summary>The package's reference alone.</summary>
    None,

    /// <summary>The same hours of the days before.</summary>
    Daily,

    /// <summary>The same hours of the same weekday in the weeks before.</summary>
    Weekly,
}
