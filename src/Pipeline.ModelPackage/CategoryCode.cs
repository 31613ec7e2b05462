namespace Pipeline.ModelPackage;

/// <summary>Codes of categories. A value that training saw has its index in <see cref="Feature.Categories"/>; these two stand for the rest.</summary>
public static class CategoryCode
{
    /// <summary>A value that training did not see.</summary>
    public const long Unseen = -1;

    /// <summary>No value.</summary>
    public const long Missing = -2;
}
