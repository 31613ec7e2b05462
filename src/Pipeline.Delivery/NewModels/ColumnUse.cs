namespace Pipeline.Delivery.NewModels;

/// <summary>What a model does with a column of the data.</summary>
internal enum ColumnUse
{
    Feature,
    Label,

    /// <summary>Splits the rows.</summary>
    Time,

    /// <summary>Keeps rows together; not seen by the model.</summary>
    Group,
    LeftOut,
}
