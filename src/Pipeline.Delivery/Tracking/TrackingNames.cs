using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tracking;

/// <summary>Names of what is logged. A slash begins a group of charts in MLflow's UI.</summary>
internal static class TrackingNames
{
    private const string PackageFolder = "package";
    public const string ReportFolder = "report";
    public const string PlotFolder = "plots";

    public const string TestPrefix = "test/";
    public const string CurvePrefix = "curve/";
    public const string ValidationPrefix = "validation/";
    public const string OperationsPrefix = "operations/";

    // Tags of runs; those of versions have the same names where they mean the same.
    public const string Training = "pipeline.training";
    public const string Attempt = "pipeline.attempt";
    public const string Process = "pipeline.process";
    public const string Model = "pipeline.model";
    public const string Onnx = "pipeline.onnx";
    public const string Trainer = "pipeline.trainer";
    public const string Evaluation = "pipeline.evaluation";
    public const string Gate = "pipeline.gate";
    public const string GateReason = "pipeline.gate.reason";
    public const string Report = "pipeline.report";
    public const string SmokeTest = "pipeline.smokeTest";
    public const string Version = "pipeline.version";
    public const string Image = "pipeline.image";
    public const string Build = "pipeline.build";
    public const string Error = "pipeline.error";

    public const string StagePrefix = "pipeline.stage.";
    public const string ApproversPrefix = "pipeline.approvers.";
    public const string RecordPrefix = "pipeline.record.";

    /// <summary>A package's folder among its run's files. One of its own: a changed gate makes another package of the same training, and must not change what the version before it holds.</summary>
    /// <param name="package">Its digest, <c>sha256:…</c>.</param>
    public static string FolderOf(string package) => $"{PackageFolder}/{Digest.Parse(package).Abbreviated}";
}
