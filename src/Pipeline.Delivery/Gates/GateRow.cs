namespace Pipeline.Delivery.Gates;

/// <summary>One line of a gate verdict.</summary>
/// <param name="Check">What was asked, e.g. <c>rocAuc ≥ 0.62</c>.</param>
/// <param name="Value">The candidate's value; null if undefined.</param>
/// <param name="Bound">The value that had to be reached; null if it could not be had.</param>
/// <param name="Champion">The champion's value where one is compared with.</param>
/// <param name="Rows">Test rows that the value is computed on.</param>
/// <param name="Passed">The verdict.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record GateRow(string Check, double? Value, double? Bound, double? Champion, int Rows, bool Passed, string Reason);
