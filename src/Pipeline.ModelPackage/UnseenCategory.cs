namespace Pipeline.ModelPackage;

/// <summary>A categorical value that training did not see.</summary>
/// <param name="Row">The row's index.</param>
/// <param name="Slot">The column's place among the categorical features.</param>
/// <param name="Text">The value.</param>
public readonly record struct UnseenCategory(int Row, int Slot, string Text);
