using System.Diagnostics;
using Pipeline.Benchmarks;
using Pipeline.ModelPackage;
using Pipeline.OnnxExport;
using Pipeline.ScoringBenchmarks;

const string Usage = "scoring-benchmarks --data DIR [--task binary|multiclass|regression] [--trees N] [--leaves N] [--rows-of-a-batch N] [--rounds N] [--seconds N] [--first CASE]";
try
{
    var arguments = new Arguments(args);
    var (data, task) = (arguments.Text("--data"), arguments.Text("--task", ModelTask.Binary));
    var (trees, leaves, rowsOfABatch) = (arguments.Number("--trees", 100), arguments.Number("--leaves", 31), arguments.Number("--rows-of-a-batch", 100));
    var (rounds, seconds) = (arguments.Number("--rounds", 5), arguments.Number("--seconds", 1));
    var once = arguments.Text("--first", string.Empty);
    arguments.ShouldBeUsedUp();

    var train = Flights.Read(data, new DateOnly(2001, 1, 1), new DateOnly(2001, 4, 1));
    var test = Flights.Read(data, new DateOnly(2001, 5, 1), new DateOnly(2001, 6, 1));
    var (rows, outputs) = (test.Features, Flights.OutputsOf(task));
    var encoding = FeatureEncoding.Fit(train.Features);
    var trainer = Trees.Trainer(task, trees, leaves);
    var model = trainer.Fit(encoding.ToDataView(train.Features, train.LabelsOf(task)));
    var onnx = ModelExport.ToOnnx(encoding, model, outputs);

    using var scorer = OnnxScorer.Load(onnx, encoding.Schema, "the exported model");
    using var slots = new PlainGraph(onnx, outputs.Tensor, rows, rowsOfABatch);
    using var equalities = new PlainGraph(CodedTrees.WithEqualities(onnx), outputs.Tensor, rows, rowsOfABatch);
    using var ranges = new PlainGraph(CodedTrees.WithRanges(onnx), outputs.Tensor, rows, rowsOfABatch);
    var coded = new CodedScoring(scorer, rows, rowsOfABatch);
    using var chain = new MlNetPipeline(trainer, train, task, test);
    (string Name, Func<float[]> Score)[] cases =
    [
        ("chain", chain.Score),
        ("mlnet", () => ParityCheck.ScoreInMlNet(encoding, model, rows)),
        ("slots", slots.Score),
        ("equalities", equalities.Score),
        ("ranges", ranges.Score),
        ("scorer-strings", () => scorer.Score(rows)),
        ("scorer", coded.Score),
    ];

    using var process = Process.GetCurrentProcess();
    if (once.Length > 0)
    {
        // In a process of its own, as nothing is compiled or cached yet.
        var only = cases.FirstOrDefault(each => each.Name == once).Score ?? throw new ArgumentException($"There is no case '{once}': {string.Join(", ", cases.Select(each => each.Name))}.");
        Output.Line($"first_{once} {Time(process, rows.RowCount, TimeSpan.Zero, () => only()).Cpu:F3}");
        return 0;
    }

    // ML.NET's chain has its slots in another order, so that its trees may differ.
    var exact = cases[1].Score();
    foreach (var (name, score) in cases.Skip(1))
    {
        var parity = ParityCheck.Compare(exact, score(), outputs);
        if (!parity.Passed)
        {
            Output.Error($"scoring-benchmarks: {name} does not answer as ML.NET does: {ParityCheck.Describe(parity, rows)}");
            return 1;
        }
    }

    Output.Line($"rows {rows.RowCount}");

    // The first round warms up.
    var times = cases.ToDictionary(each => each.Name, _ => new List<(double Cpu, double Wall)>());
    for (var round = 0; round <= rounds; round++)
    {
        foreach (var (name, score) in cases)
        {
            var time = Time(process, rows.RowCount, TimeSpan.FromSeconds(seconds), () => score());
            if (round > 0)
            {
                times[name].Add(time);
            }
        }
    }

    foreach (var (name, _) in cases)
    {
        Output.Line($"{name} {Median(times[name].Select(time => time.Cpu)):F3} {Median(times[name].Select(time => time.Wall)):F3}");
    }

    return 0;
}
catch (ArgumentException e)
{
    Output.Error($"scoring-benchmarks: {e.Message}\nUsage: {Usage}");
    return 64;
}

// Microseconds a row, of runs for at least so long.
static (double Cpu, double Wall) Time(Process process, int rows, TimeSpan least, Action score)
{
    process.Refresh();
    var (cpu, start, runs) = (process.TotalProcessorTime, Stopwatch.GetTimestamp(), 0);
    do
    {
        score();
        runs++;
    }
    while (Stopwatch.GetElapsedTime(start) < least);

    var wall = Stopwatch.GetElapsedTime(start);
    process.Refresh();
    return ((process.TotalProcessorTime - cpu).TotalMicroseconds / runs / rows, wall.TotalMicroseconds / runs / rows);
}

static double Median(IEnumerable<double> values)
{
    double[] sorted = [.. values.Order()];
    return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}
