namespace Pipeline.Delivery.Promotion;

/// <summary>The statements that a stage's records are. There is no standard predicate for an approval or a promotion; these are our own.</summary>
public static class Statements
{
    public const string Type = "https://in-toto.io/Statement/v1";
    public const string Promotion = "urn:ml-delivery-pipeline:promotion:v1";
    public const string Decision = "urn:ml-delivery-pipeline:decision:v1";

    public static Statement<PromotionPredicate> Of(IReadOnlyList<ResourceDescriptor> subject, PromotionPredicate predicate) => new(Type, subject, Promotion, predicate);

    public static Statement<DecisionPredicate> Of(IReadOnlyList<ResourceDescriptor> subject, DecisionPredicate predicate) => new(Type, subject, Decision, predicate);
}
