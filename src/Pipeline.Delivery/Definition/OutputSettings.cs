using System.Text.Json.Serialization;

namespace Pipeline.Delivery.Definition;

/// <summary>What a prediction is called, for each task.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(BinaryOutputSettings), "binary")]
[JsonDerivedType(typeof(MulticlassOutputSettings), "multiclass")]
[JsonDerivedType(typeof(RegressionOutputSettings), "regression")]
public abstract record OutputSettings;
