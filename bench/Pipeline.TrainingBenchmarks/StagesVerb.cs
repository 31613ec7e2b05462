using System.Diagnostics;
using Pipeline.Benchmarks;
using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Training;
using Pipeline.Engine;
using Pipeline.ModelPackage;
using Serilog;
using Spectre.Console;

namespace Pipeline.TrainingBenchmarks;

/// <summary>Runs a model's stages from its data to its metrics in an empty store: seconds of each, of the trainers' own fitting within, and the peak of resident memory.</summary>
internal static class StagesVerb
{
    public const string Usage = "stages --model DIR --store DIR";

    public static async Task<int> RunAsync(Arguments arguments)
    {
        var definition = ModelDefinitionReader.Read(arguments.Text("--model"));
        var store = new RunStore(arguments.Text("--store"), TimeProvider.System);
        arguments.ShouldBeUsedUp();
        var fitTimes = new FitTimes();
        using var logger = new LoggerConfiguration().WriteTo.Sink(fitTimes).CreateLogger();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(TextWriter.Null) });
        var runner = new StageRunner(store, new RunLog(logger, console, TimeProvider.System));
        var code = Digest.OfText("benchmark");

        var (prepare, dataset) = await TimeAsync(() => new PrepareDataStage(runner).RunAsync(definition, code.ToString(), CancellationToken.None));
        var (train, candidate) = await TimeAsync(() => new TrainStage(runner, code).RunAsync(dataset, definition, CancellationToken.None));
        var (evaluate, evaluation) = await TimeAsync(() => new EvaluateStage(runner, code).RunAsync(dataset, candidate, definition, CancellationToken.None));

        using var process = Process.GetCurrentProcess();
        Output.Line($"rows {dataset.Summary.Splits.Sum(split => (long)split.Rows)}");
        Output.Line($"test_rows {evaluation.Report.Rows}");
        Output.Line($"fits {fitTimes.Count}");
        Output.Line($"prepare_seconds {prepare:F2}");
        Output.Line($"train_seconds {train:F2}");
        Output.Line($"fit_seconds {fitTimes.Seconds:F2}");
        Output.Line($"evaluate_seconds {evaluate:F2}");
        Output.Line($"peak_mb {process.PeakWorkingSet64 / 1e6:F0}");
        return 0;
    }

    private static async Task<(double Seconds, T Result)> TimeAsync<T>(Func<Task<T>> run)
    {
        var start = Stopwatch.GetTimestamp();
        var result = await run();
        return (Stopwatch.GetElapsedTime(start).TotalSeconds, result);
    }
}
