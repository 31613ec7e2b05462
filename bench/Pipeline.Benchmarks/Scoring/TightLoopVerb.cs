using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using Pipeline.Benchmarks.Requests;
using Pipeline.ModelPackage;

namespace Pipeline.Benchmarks.Scoring;

/// <summary>
/// Rows per CPU second of ONNX Runtime in a tight loop: the package's graph as it is, with string inputs and one thread, on as many different batches as the service gets requests: always
/// the same rows would teach the processor which way each tree goes, and be scored twice as fast as rows are in any service.
/// Once with tensors made before the clock starts, which bounds what any service can reach, and once with tensors built for each run.
/// </summary>
internal static class TightLoopVerb
{
    public const string Usage = "tight-loop --package DIR [--rows N] [--batches N] [--seconds N] [--seed N]";

    private const int WarmUpRuns = 200;

    public static int Run(Arguments arguments)
    {
        var package = PackageReader.Open(arguments.Text("--package"));
        var count = arguments.Number("--rows", 100);
        var seconds = arguments.Number("--seconds", 5);
        var schema = package.Manifest.Features;
        var source = new RowSource(schema, arguments.Number("--seed", 1));
        var batches = Enumerable.Range(0, arguments.Number("--batches", 256)).Select(_ => source.Take(count)).ToArray();
        arguments.ShouldBeUsedUp();

        OnnxRuntimeEnvironment.EnsureStarted();
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1, ExecutionMode = ExecutionMode.ORT_SEQUENTIAL };
        using var session = new InferenceSession(package.OnnxPath, options);
        using var run = new RunOptions();
        var names = (string[])[.. schema.Numeric.Count > 0 ? [FeatureSchema.NumericInput] : Array.Empty<string>(), .. schema.Categorical.Select(feature => feature.Name)];

        var next = 0;
        var tensors = batches.Select(rows => Tensors(schema, rows)).ToArray();
        var madeOnce = RowsPerCpuSecond(count, seconds, () => Score(session, run, names, tensors[next++ % tensors.Length]));
        Array.ForEach(tensors, made => made.ForEach(tensor => tensor.Dispose()));
        var builtEachTime = RowsPerCpuSecond(count, seconds, () =>
        {
            var built = Tensors(schema, batches[next++ % batches.Length]);
            Score(session, run, names, built);
            built.ForEach(tensor => tensor.Dispose());
        });

        Output.Line($"made_once {madeOnce:F0}");
        Output.Line($"built_each_time {builtEachTime:F0}");
        return 0;
    }

    private static void Score(InferenceSession session, RunOptions run, string[] names, List<OrtValue> tensors)
    {
        using var outputs = session.Run(run, names, tensors, [BinaryOutputs.TensorName]);
    }

    private static double RowsPerCpuSecond(int rows, int seconds, Action score)
    {
        for (var warmUp = 0; warmUp < WarmUpRuns; warmUp++)
        {
            score();
        }

        using var process = Process.GetCurrentProcess();
        var (cpu, start, runs) = (process.TotalProcessorTime, Stopwatch.GetTimestamp(), 0L);
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            for (var inner = 0; inner < 100; inner++, runs++)
            {
                score();
            }
        }

        process.Refresh();
        return runs * rows / (process.TotalProcessorTime - cpu).TotalSeconds;
    }

    private static List<OrtValue> Tensors(FeatureSchema schema, IReadOnlyList<BenchmarkRow> rows)
    {
        var tensors = new List<OrtValue>();
        if (schema.Numeric.Count > 0)
        {
            var numeric = new float[rows.Count * schema.Numeric.Count];
            for (var row = 0; row < rows.Count; row++)
            {
                for (var slot = 0; slot < schema.Numeric.Count; slot++)
                {
                    numeric[(row * schema.Numeric.Count) + slot] = rows[row].Numbers[slot];
                }
            }

            tensors.Add(OrtValue.CreateTensorValueFromMemory(numeric, [rows.Count, schema.Numeric.Count]));
        }

        for (var slot = 0; slot < schema.Categorical.Count; slot++)
        {
            var tensor = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, [rows.Count, 1]);
            for (var row = 0; row < rows.Count; row++)
            {
                tensor.StringTensorSetElementAt(rows[row].Categories[slot].AsSpan(), row);
            }

            tensors.Add(tensor);
        }

        return tensors;
    }
}
