using System.Text.Json.Serialization;

namespace Pipeline.Delivery.Definition;

/// <summary>One thing that a candidate must fulfil.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(MetricGateSettings), "metric")]
[JsonDerivedType(typeof(FairnessGateSettings), "fairness")]
[JsonDerivedType(typeof(OperationGateSettings), "operation")]
[JsonDerivedType(typeof(ReproducibilityGateSettings), "reproducibility")]
public abstract record GateSettings;
