namespace Pipeline.Delivery.Definition;

/// <summary>What a column can be, as model.yaml writes it.</summary>
public static class ColumnTypes
{
    public const string Number = "number";
    public const string Text = "text";
    public const string Boolean = "boolean";

    public static IReadOnlyList<string> All { get; } = [Number, Text, Boolean];
}
