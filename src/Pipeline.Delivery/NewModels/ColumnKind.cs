namespace Pipeline.Delivery.NewModels;

/// <summary>What the values of a column are, whatever they are stored as.</summary>
internal enum ColumnKind
{
    Number,
    Text,
    Boolean,

    /// <summary>Days, or points in time.</summary>
    Time,

    /// <summary>A time of any day.</summary>
    TimeOfDay,

    /// <summary>Nothing that a model can take.</summary>
    Other,
}
