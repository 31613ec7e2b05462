namespace Pipeline.Tracking.Tests.MlflowRest;

/// <summary>An answer of MLflow's that is not a good one.</summary>
internal sealed class RecordedRefusal(int status, string code, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    public static RecordedRefusal Missing(string what) => new(404, "RESOURCE_DOES_NOT_EXIST", $"{what} not found");

    public static RecordedRefusal Invalid(string message) => new(400, "INVALID_PARAMETER_VALUE", message);
}
