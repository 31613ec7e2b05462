namespace Pipeline.Delivery.Definition;

/// <summary>Within which bounds a column's numbers lie; null for none on that side.</summary>
/// <param name="Min">The least.</param>
/// <param name="Max">The greatest.</param>
public sealed record ColumnRange(double? Min, double? Max)
{
    public override string ToString() => (Min, Max) switch
    {
        ({ } min, { } max) => FormattableString.Invariant($"{min} to {max}"),
        ({ } min, null) => FormattableString.Invariant($"{min} or more"),
        (null, { } max) => FormattableString.Invariant($"{max} or less"),
        _ => "any number",
    };
}
