using Pipeline.Delivery.Definition;
using Pipeline.Metrics.Intervals;

namespace Pipeline.Delivery.Training;

/// <summary>
/// Proposes settings to try, one after the other. First each trainer as it is written; then, in turns, points that fill each trainer's space evenly (an additive recurrence with
/// irrational steps, begun by the seed); from the middle of the budget on, ever smaller steps away from what did best. Seeded: the same results so far give the same proposal.
/// </summary>
internal sealed class SettingsSearch
{
    // Drawn again that often when a proposal was tried before; then a trainer's space counts as searched.
    private const int MostDraws = 50;
    private const double FirstStep = 0.25;
    private const double LastStep = 0.05;

    // Where the recurrence begins on the seed's behalf.
    private const ulong Salt = 0x9E3779B97F4A7C15;

    private readonly TrainingSettings _training;
    private readonly int _trials;
    private readonly bool _searchesCategories;
    private readonly HashSet<TrainerSettings> _tried = [];
    private readonly int[] _points;
    private ulong _state;
    private int _proposed;

    /// <param name="training">Trainers, seed and budget.</param>
    /// <param name="mostCategories">Values of the categorical column that has the most; a cap on them is searched for if they are many.</param>
    public SettingsSearch(TrainingSettings training, int mostCategories)
    {
        _training = training;
        _trials = training.Search is null ? training.Trainers.Count : training.Search.Trials;
        _points = new int[training.Trainers.Count];
        _state = (ulong)training.Seed + Salt;
        _searchesCategories = mostCategories > FewCategories;
        MostCategories = mostCategories;
    }

    /// <summary>Of so few values each is worth a slot of its own.</summary>
    public const int FewCategories = 32;

    private int MostCategories { get; }

    /// <summary>Trials in the budget.</summary>
    public int Trials => _trials;

    /// <summary>The next settings to try, without ranges.</summary>
    /// <param name="best">What did best so far; null if nothing did.</param>
    /// <returns>Null if the budget is used up or nothing is left to try.</returns>
    public TrainerSettings? Next(TrainerSettings? best)
    {
        if (_proposed >= _trials)
        {
            return null;
        }

        var number = _proposed++;
        var trainers = _training.Trainers;
        if (number < trainers.Count)
        {
            var written = AsWritten(trainers[number]);
            _tried.Add(written);
            return written;
        }

        var refines = number - trainers.Count >= (_trials - trainers.Count) / 2;
        var (of, draw) = refines && best is not null && TrainerOf(best) is { } winner && SpaceOf(winner).Count > 0
            ? (winner, (Func<TrainerSettings>)(() => Near(winner, best, StepAt(number))))
            : NextInTurn(number) is { } inTurn ? (inTurn, () => Point(inTurn)) : (null, null)!;
        if (of is null)
        {
            return null;
        }

        for (var i = 0; i < MostDraws; i++)
        {
            var settings = draw();
            if (_tried.Add(settings))
            {
                return settings;
            }
        }

        return null;
    }

    private static TrainerSettings Plain(TrainerSettings settings) => settings with { Searched = null };

    // Where a default lies outside what is to be searched, the nearest that does not.
    private TrainerSettings AsWritten(TrainerSettings trainer) => SpaceOf(trainer).Where(part => part.Parameter.Name != "categories").Aggregate(
        Plain(trainer),
        (settings, part) => part.Parameter.With(settings, Math.Clamp(part.Parameter.ValueOf(settings), part.Range.Min, part.Range.Max)));

    private List<(TrainerParameter Parameter, SearchRange Range)> SpaceOf(TrainerSettings trainer)
    {
        var ranges = trainer.Searched ?? new Dictionary<string, SearchRange>();
        var space = TrainerParameter.Of(trainer.Name).Where(parameter => ranges.ContainsKey(parameter.Name)).Select(parameter => (parameter, ranges[parameter.Name])).ToList();
        if (_searchesCategories && ranges.Count > 0 && trainer.Categories == 0 && !ranges.ContainsKey("categories"))
        {
            space.Add((TrainerParameter.All.Single(parameter => parameter.Name == "categories"), new SearchRange(FewCategories / 2, MostCategories)));
        }

        return space;
    }

    private TrainerSettings? TrainerOf(TrainerSettings settings) => _training.Trainers.FirstOrDefault(trainer => trainer.Name == settings.Name);

    private TrainerSettings? NextInTurn(int number)
    {
        var searched = _training.Trainers.Where(trainer => SpaceOf(trainer).Count > 0).ToList();
        return searched.Count == 0 ? null : searched[number % searched.Count];
    }

    // The generalised golden ratio of as many dimensions (Roberts, 2018): no two points lie close, however many there are.
    private TrainerSettings Point(TrainerSettings trainer)
    {
        var space = SpaceOf(trainer);
        var index = _training.Trainers.Index().First(item => ReferenceEquals(item.Item, trainer)).Index;
        var point = ++_points[index];
        var ratio = 2.0;
        for (var i = 0; i < 30; i++)
        {
            ratio = Math.Pow(1 + ratio, 1.0 / (space.Count + 1));
        }

        var begin = new SplitMix(unchecked((ulong)_training.Seed * Salt) + (ulong)index);
        var settings = Plain(trainer);
        foreach (var (dimension, (parameter, range)) in space.Index())
        {
            var share = (begin.Next() + (point / Math.Pow(ratio, dimension + 1))) % 1;
            settings = parameter.With(settings, parameter.At(range, share));
        }

        return settings;
    }

    private TrainerSettings Near(TrainerSettings trainer, TrainerSettings best, double step)
    {
        var settings = best;
        foreach (var (parameter, range) in SpaceOf(trainer))
        {
            var value = parameter.ValueOf(best) is var given && parameter.Name == "categories" && given == 0 ? range.Max : given;
            settings = parameter.With(settings, parameter.At(range, Math.Clamp(parameter.ShareOf(range, value) + (step * Normal()), 0, 1)));
        }

        return settings;
    }

    private double StepAt(int number) => FirstStep * Math.Pow(LastStep / FirstStep, (double)number / Math.Max(1, _trials));

    // Box and Muller.
    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * Uniform());

    private double Uniform() => (SplitMix64.Next(ref _state) >> 11) * (1.0 / (1UL << 53));

    private struct SplitMix(ulong seed)
    {
        private ulong _state = seed;

        public double Next() => (SplitMix64.Next(ref _state) >> 11) * (1.0 / (1UL << 53));
    }
}
