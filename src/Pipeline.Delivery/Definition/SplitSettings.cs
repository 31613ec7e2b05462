using System.Text.Json.Serialization;
using Pipeline.Delivery.Data;

namespace Pipeline.Delivery.Definition;

/// <summary>Which rows train, validate and test.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(TimeSplits), "time")]
[JsonDerivedType(typeof(ShareSplits), "shares")]
public abstract record SplitSettings
{
    /// <summary>The splits that there are, in order.</summary>
    [JsonIgnore]
    public abstract IReadOnlyList<DataSplit> Names { get; }

    /// <summary>Which rows a split has, as people say it: <c>2001-01-01 to 2001-03-31</c>, or <c>60 % of all rows</c>.</summary>
    public abstract string Describe(DataSplit split);
}
