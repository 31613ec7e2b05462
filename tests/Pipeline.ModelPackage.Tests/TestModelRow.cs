namespace Pipeline.ModelPackage.Tests;

/// <summary>A row of the test model; null is missing.</summary>
internal readonly record struct TestModelRow(float Hour, string Origin, float? Distance, string? Destination)
{
    public float Probability => TestModel.Probability(Hour, Origin, Distance, Destination);
}
