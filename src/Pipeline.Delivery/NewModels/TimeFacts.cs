namespace Pipeline.Delivery.NewModels;

/// <summary>How times spread: numbers of different ones.</summary>
/// <param name="First">The earliest.</param>
/// <param name="Last">The latest.</param>
/// <param name="Days">Different days.</param>
/// <param name="Hours">Different hours of the day, 1 to 24.</param>
/// <param name="Weekdays">Different weekdays, 1 to 7.</param>
/// <param name="Months">Different months of the year, 1 to 12.</param>
/// <param name="Years">Different years.</param>
internal sealed record TimeFacts(DateTime First, DateTime Last, long Days, long Hours, long Weekdays, long Months, long Years)
{
    public TimeSpan Span => Last - First;
}
