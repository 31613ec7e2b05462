namespace Pipeline.Delivery.Definition;

/// <summary>What a prediction of several classes is called: as the labels are, which the training rows say.</summary>
public sealed record MulticlassOutputSettings : OutputSettings;
