namespace Pipeline.Tracking.Sqlite;

/// <summary>What MLflow's registry takes as names. Source: MLflow's utils/validation.py.</summary>
internal static class RegistryNames
{
    private const int ModelName = 256;
    private const int AliasName = 255;

    public static void CheckModel(string model)
    {
        if (model is not { Length: > 0 and <= ModelName } || model.AsSpan().ContainsAny('/', ':'))
        {
            throw new TrackingException(TrackingFault.Refused, $"'{model}' is no name of a registered model: 1 to {ModelName} characters without / and :.");
        }
    }

    // 'latest' and v1, v2, … have a meaning of their own in MLflow's models:/ URIs.
    public static void CheckAlias(string aliasName)
    {
        var isWord = aliasName is { Length: > 0 and <= AliasName } && aliasName.All(letter => char.IsLetterOrDigit(letter) || letter is '_' or '-');
        if (!isWord || aliasName.Equals("latest", StringComparison.OrdinalIgnoreCase) || (aliasName.Length > 1 && aliasName[0] is 'v' or 'V' && aliasName.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0))
        {
            throw new TrackingException(TrackingFault.Refused, $"'{aliasName}' is no alias that MLflow takes: 1 to {AliasName} letters, digits, _ and -, but not 'latest', and not v and a number.");
        }
    }
}
