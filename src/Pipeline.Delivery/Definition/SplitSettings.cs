namespace Pipeline.Delivery.Definition;

/// <summary>Rows by time. The ranges must not overlap, and are in the order train, validation, test, production.</summary>
/// <param name="Train">Fits the trainers.</param>
/// <param name="Validation">Chooses among trainers.</param>
/// <param name="Test">Judges the chosen one; nothing else sees it.</param>
/// <param name="Production">Stands for live traffic when drift is checked from a file; null if there are none.</param>
public sealed record SplitSettings(TimeRange Train, TimeRange Validation, TimeRange Test, TimeRange? Production);
