namespace Pipeline.Delivery.Data.Checks;

/// <summary>The checks of a dataset: as <c>data.checks</c> writes those that have a threshold.</summary>
public static class DataCheckNames
{
    public const string Missing = "missing";
    public const string MissingDrift = "missingDrift";
    public const string DuplicateRows = "duplicateRows";
    public const string SharedRows = "sharedRows";
    public const string Constants = "constants";
    public const string Ranges = "ranges";
    public const string Types = "types";
    public const string LabelRatio = "labelRatio";
    public const string LabelShift = "labelShift";
    public const string ClassRows = "classRows";
    public const string LeakAuc = "leakAuc";

    /// <summary>Columns that a file lacks, or that are of another type in it.</summary>
    public const string Files = "files";

    /// <summary>Texts that are numbers with a decimal comma.</summary>
    public const string DecimalComma = "decimalComma";

    /// <summary>Columns of more values than data.maxCategories.</summary>
    public const string Categories = "categories";
}
