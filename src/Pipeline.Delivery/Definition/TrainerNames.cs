using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Definition;

/// <summary>The trainers of each task, as model.yaml writes them.</summary>
public static class TrainerNames
{
    private static readonly Dictionary<string, IReadOnlyList<string>> Tasks = new()
    {
        [ModelTask.Binary] = [TrainerSettings.LightGbm, TrainerSettings.FastTree, TrainerSettings.LogisticRegression],
        [ModelTask.Multiclass] = [TrainerSettings.LightGbm, TrainerSettings.MaximumEntropy],
        [ModelTask.Regression] = [TrainerSettings.LightGbm, TrainerSettings.FastTree, TrainerSettings.Linear],
    };

    /// <summary>Each once.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Tasks.Values.SelectMany(names => names).Distinct()];

    /// <param name="task">One of <see cref="ModelTask"/>; of any other all trainers are known, so that the task is the one fault.</param>
    public static IReadOnlyList<string> Of(string task) => Tasks.GetValueOrDefault(task) ?? All;
}
