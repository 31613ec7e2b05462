using Pipeline.Delivery.DriftChecks;
using Pipeline.Delivery.DriftChecks.Outputs;

namespace Pipeline.Delivery.Tests.DriftChecks.Outputs;

/// <summary>Writes reports as a check does, and reads their forms back.</summary>
internal sealed class OutputFixture : IDisposable
{
    public const string Command = "./build.sh CheckDrift --model flight-delay";

    public StageFixture Stage { get; } = new();

    public string Directory => Path.Combine(Stage.Artifacts, "reports", "flight-delay", "drift");

    public void Dispose() => Stage.Dispose();

    public DriftFiles Write(DriftReport report) => new DriftReportWriter(Stage.Runner.Store).Write(report, Directory, Command);

    public string Json(DriftReport report) => File.ReadAllText(Write(report).Json);

    public string JUnit(DriftReport report) => File.ReadAllText(Write(report).JUnit);

    public string Markdown(DriftReport report) => File.ReadAllText(Write(report).Markdown);

    public string Metrics(DriftReport report) => File.ReadAllText(Write(report).Metrics);

    public string Html(DriftReport report) => File.ReadAllText(Write(report).Html);

    /// <summary>What is printed: tables, then lines of the log.</summary>
    public (string Tables, IReadOnlyList<string> Lines) Print(DriftReport report)
    {
        DriftConsole.Print(Stage.Runner.Log, report, new DriftFiles("reports/drift.html", "drift.md", "drift.junit.xml", "drift.prom", "drift.json"));
        return (string.Join('\n', Stage.Printed.Split('\n').Select(line => line.TrimEnd())), Stage.Log);
    }
}
