using System.Text.Json.Serialization;

namespace Pipeline.Delivery.Promotion;

/// <summary>An in-toto Statement v1 about a model package and, where a stage takes images, an image.</summary>
/// <param name="Type">Always <see cref="Statements.Type"/>.</param>
/// <param name="Subject">The package first, then the image if there is one.</param>
/// <param name="PredicateType">What the predicate is; of <see cref="Statements"/>.</param>
/// <param name="Predicate">What is said of the subjects.</param>
public sealed record Statement<TPredicate>(
    [property: JsonPropertyName("_type")] string Type,
    IReadOnlyList<ResourceDescriptor> Subject,
    string PredicateType,
    TPredicate Predicate)
    where TPredicate : IStagePredicate;
