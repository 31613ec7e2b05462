using Pipeline.Delivery.Data;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Gates;
using Pipeline.Delivery.Gates.Waivers;
using Pipeline.Delivery.Promotion;
using Pipeline.Delivery.Training;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery;

/// <content>Letting one model through in spite of a gate, on record.</content>
public sealed partial class ModelDelivery
{
    /// <summary>candidate model, a gate that it does not fulfil → waiver, to be committed and reviewed</summary>
    /// <exception cref="PipelineException">Exit code 64: no such gate said no.</exception>
    public async Task WaiveAsync(Dataset dataset, CandidateModel candidate, CandidateEvaluation evaluation, CancellationToken cancellationToken)
    {
        var asked = _options.Waive ?? throw new InvalidOperationException("Waive was not asked for.");
        using var scratch = _runner.Store.CreateScratch();
        var champions = await (await ChampionsAsync(cancellationToken)).FindAsync(StagesInReach(), scratch.Path, cancellationToken);
        var verdict = await new GateStage(_runner, _code, Reports).JudgeAsync(dataset, candidate, evaluation, _definition, champions, WaiversFor(candidate.Digest), cancellationToken);
        var row = asked.Find(verdict.Rows);
        var person = (await WorkingCopy.ReadAsync(_options.RootDirectory, cancellationToken)).Person;
        var path = WaiverFiles.Write(_definition.Directory, new Waiver(candidate.Digest.Abbreviated, row.Check, candidate.Digest, asked.Reason, person, Today(), asked.Expires));
        _log.Info($"Waive: {row.Check}: {row.Reason}");
        _log.Info($"Waive: {Relative(path)} lets {candidate.Digest.Abbreviated} through until {asked.Expires.AddDays(-1):yyyy-MM-dd}. It holds here at once, and elsewhere when it is committed: git add {Relative(path)} && git commit");
    }

    private WaiversInForce WaiversFor(Digest model) => WaiversInForce.Of(_waivers, model, Today());

    private DateOnly Today() => DateOnly.FromDateTime(_log.Clock.GetUtcNow().UtcDateTime);
}
