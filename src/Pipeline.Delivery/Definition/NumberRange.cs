namespace Pipeline.Delivery.Definition;

/// <summary>Where a number setting may lie.</summary>
/// <param name="Min">Least value; negative infinity if there is none.</param>
/// <param name="Max">Greatest value; infinity if there is none.</param>
/// <param name="IsOpen">True if the bounds themselves are excluded.</param>
internal readonly record struct NumberRange(double Min, double Max, bool IsOpen = false)
{
    public static NumberRange Share { get; } = new(0, 1);

    public static NumberRange BetweenZeroAndOne { get; } = new(0, 1, IsOpen: true);

    public static NumberRange NotNegative { get; } = new(0, double.PositiveInfinity);

    public bool Contains(double value) => IsOpen ? value > Min && value < Max : value >= Min && value <= Max;

    public override string ToString() => double.IsInfinity(Min) && double.IsInfinity(Max) ? "that is finite"
        : double.IsInfinity(Min) ? FormattableString.Invariant($"that is {Max} or less")
        : double.IsPositiveInfinity(Max)
        ? FormattableString.Invariant($"that is {Min} or more")
        : FormattableString.Invariant($"{(IsOpen ? "strictly between" : "from")} {Min} {(IsOpen ? "and" : "to")} {Max}");
}
