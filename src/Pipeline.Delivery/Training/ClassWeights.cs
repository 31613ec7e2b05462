using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Training;

/// <summary>Weights by which each class counts alike in training, however many rows it has: rows / (classes · rows of the class), as scikit-learn's <c>balanced</c>.</summary>
internal static class ClassWeights
{
    /// <returns>One for each row; null for labels that are numbers.</returns>
    public static float[]? Balanced(RowLabels labels)
    {
        switch (labels.Task)
        {
            case ModelTask.Binary:
                var positives = labels.Flags.Count(flag => flag);
                return Array.ConvertAll(labels.Flags, flag => Weight(labels.Count, 2, flag ? positives : labels.Count - positives));
            case ModelTask.Multiclass:
                var rows = new int[labels.ClassNames.Count];
                foreach (var index in labels.Classes)
                {
                    rows[index]++;
                }

                return Array.ConvertAll(labels.Classes, index => Weight(labels.Count, rows.Length, rows[index]));
            default:
                return null;
        }
    }

    private static float Weight(int rows, int classes, int ofClass) => (float)((double)rows / ((double)classes * ofClass));
}
