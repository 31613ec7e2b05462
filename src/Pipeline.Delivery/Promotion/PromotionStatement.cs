using System.Text.Json.Serialization;

namespace Pipeline.Delivery.Promotion;

/// <summary>A promotion record: an in-toto Statement v1 about a model package and, where the stage takes images, an image.</summary>
/// <param name="Type">Always <see cref="StatementType"/>.</param>
/// <param name="Subject">The package first, then the image if there is one.</param>
/// <param name="PredicateType">Always <see cref="PromotionType"/>.</param>
/// <param name="Predicate">Who, when, from where, on what evidence.</param>
public sealed record PromotionStatement(
    [property: JsonPropertyName("_type")] string Type,
    IReadOnlyList<ResourceDescriptor> Subject,
    string PredicateType,
    PromotionPredicate Predicate)
{
    public const string StatementType = "https://in-toto.io/Statement/v1";
    public const string PromotionType = "urn:ml-delivery-pipeline:promotion:v1";
}
