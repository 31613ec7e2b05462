namespace Pipeline.ModelPackage;

/// <summary>Codes of categories. A category has its index in <see cref="Feature.Categories"/>; these two stand for the rest.</summary>
public static class CategoryCode
{
    /// <summary>A value that is none of the categories: training did not see it, or counted it among the others.</summary>
    public const long Unseen = -1;

    /// <summary>No value.</summary>
    public const long Missing = -2;
}
