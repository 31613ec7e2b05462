using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pipeline.Tracking.MlflowRest;

/// <summary>Experiments and runs on a server.</summary>
internal sealed class MlflowRuns(MlflowTransport transport, MlflowWarning warn) : IDisposable
{
    private const int ExperimentsOnPage = 1000;
    private const int RunsOnPage = 200;
    private const int PointsOnPage = 10_000;
    private const int InputsAtOnce = 100;

    // A server does not know that two runs of a key are one: within a process, one is made after the other.
    private readonly SemaphoreSlim _making = new(1, 1);

    public void Dispose() => _making.Dispose();

    public async Task<string> EnsureExperimentAsync(string name, CancellationToken cancellationToken)
    {
        if (name.Length == 0)
        {
            throw new TrackingException(TrackingFault.Refused, "An experiment needs a name: set MLFLOW_EXPERIMENT_NAME, or the name in the settings.");
        }

        var failure = $"The experiment '{name}' cannot be made";
        if ((await FindExperimentAsync(name, cancellationToken) ?? await FindDeletedAsync(name, failure, cancellationToken)) is { } found)
        {
            return await RestoredAsync(found, name, cancellationToken);
        }

        var answer = await transport.SendAsync(MlflowCall.Post("experiments/create", failure, new JsonObject { ["name"] = name }), cancellationToken);
        if (!answer.IsThereAlready)
        {
            return answer.Require().Text("experiment_id") ?? throw MlflowFaults.OfForm(transport.Server, failure, "the new experiment has no 'experiment_id'.");
        }

        // Somebody else was first, or this client was, and the answer got lost.
        found = await FindExperimentAsync(name, cancellationToken) ?? throw MlflowFaults.Of(answer);
        return await RestoredAsync(found, name, cancellationToken);
    }

    public async Task<TrackedRun> EnsureRunAsync(NewRun run, CancellationToken cancellationToken)
    {
        foreach (var tag in run.Tags.Keys)
        {
            TrackingLimits.CheckName(tag);
        }

        // A server would cut it, never find it again, and make another run at each call.
        if (run.Key.Length is 0 or > TrackingLimits.TagValue)
        {
            throw new TrackingException(TrackingFault.Refused, $"'{TrackingLimits.Cut(run.Key, 100)}' is no key of a run: it has 1 to {TrackingLimits.TagValue} characters.");
        }

        await _making.WaitAsync(cancellationToken);
        try
        {
            return await FindByKeyAsync(run, transport.SendAsync, cancellationToken)
                ?? await transport.RetryAsync(async (tries, stop) => (tries > 0 ? await FindByKeyAsync(run, transport.SendOnceAsync, stop) : null) ?? await CreateAsync(run, stop), cancellationToken);
        }
        finally
        {
            _making.Release();
        }
    }

    public async Task SetStatusAsync(string runId, RunStatus status, DateTimeOffset? endTime, CancellationToken cancellationToken)
    {
        var failure = $"The run {runId} cannot be set to {status}";
        var body = new JsonObject { ["run_id"] = runId, ["status"] = status.ToString().ToUpperInvariant() };
        if (endTime is { } end)
        {
            body["end_time"] = end.ToUnixTimeMilliseconds();
        }

        var answer = await transport.RequireAsync(MlflowCall.Post("runs/update", failure, body), cancellationToken);
        // A server leaves out what it does not know, and says that all is well.
        var info = answer.Field("run_info") ?? throw MlflowFaults.OfForm(transport.Server, failure, "it has no 'run_info'.");
        if (MlflowRunJson.ReadStatus(info) != status)
        {
            throw new TrackingException(TrackingFault.Refused, $"{failure}: {transport.Server.Address} took the call, and still says {info.Text("status")}. Is a proxy changing requests, or another client setting the same run?");
        }
    }

    public async Task LogInputsAsync(string runId, IReadOnlyList<DatasetInput> inputs, CancellationToken cancellationToken)
    {
        foreach (var some in inputs.Distinct().Chunk(InputsAtOnce))
        {
            var body = new JsonObject { ["run_id"] = runId, ["datasets"] = new JsonArray([.. some.Select(Json)]) };
            var answer = await transport.SendAsync(MlflowCall.Post("runs/log-inputs", $"The inputs of the run {runId} cannot be logged", body), cancellationToken);
            if (answer.IsUnknownCall)
            {
                warn.Once("inputs", $"{transport.Server.Address} keeps no inputs of runs, which MLflow does from 2.4 on: they are left out.");
                return;
            }

            answer.Require();
        }
    }

    public async Task<TrackedRun?> FindAsync(string runId, CancellationToken cancellationToken) =>
        await FindJsonAsync(runId, $"The run {runId} cannot be read", transport.SendAsync, cancellationToken) is { } run ? Read(run) : null;

    /// <returns>The run's JSON.</returns>
    /// <exception cref="TrackingException">There is no such run.</exception>
    public async Task<JsonElement> RequireJsonAsync(string runId, string failure, MlflowSend send, CancellationToken cancellationToken) =>
        await FindJsonAsync(runId, failure, send, cancellationToken)
            ?? throw new TrackingException(TrackingFault.Refused, $"{failure}: {transport.Server.Address} has no such run, or it is deleted there.");

    public async Task<IReadOnlyList<TrackedRun>> SearchAsync(string experimentId, IReadOnlyDictionary<string, string> tags, MlflowSend send, CancellationToken cancellationToken)
    {
        var failure = $"The runs of the experiment {experimentId} cannot be listed";
        tags = tags.ToDictionary(tag => tag.Key, tag => TrackingLimits.Cut(tag.Value, TrackingLimits.TagValue), StringComparer.Ordinal);
        var filter = string.Join(" and ", tags.Where(tag => IsQuotable(tag.Value)).Select(tag => $"tags.`{tag.Key}` = '{tag.Value}'"));
        List<TrackedRun> runs = [];
        string? page = null;
        do
        {
            var body = new JsonObject
            {
                ["experiment_ids"] = new JsonArray(experimentId),
                ["filter"] = filter,
                ["run_view_type"] = "ACTIVE_ONLY",
                ["max_results"] = RunsOnPage,
                ["order_by"] = new JsonArray("attributes.start_time DESC"),
            };
            if (page is not null)
            {
                body["page_token"] = page;
            }

            var answer = await send(MlflowCall.Post("runs/search", failure, body), cancellationToken);
            // An experiment that is not there has no runs.
            if (answer.IsMissing)
            {
                return [];
            }

            var json = answer.Require();
            // Some databases compare without regard to case, and not all values can be asked for.
            runs.AddRange(json.Items("runs").Select(Read).Where(run => tags.All(tag => run.Tags.TryGetValue(tag.Key, out var value) && value == tag.Value)));
            page = NextPage(json, page, failure);
        }
        while (page is not null);
        return runs;
    }

    public async Task<IReadOnlyList<MetricPoint>> GetHistoryAsync(string runId, string metric, MlflowSend send, CancellationToken cancellationToken)
    {
        var failure = $"The metric '{metric}' of the run {runId} cannot be read";
        List<MetricPoint> points = [];
        string? page = null;
        do
        {
            // Without max_results, some versions answer with a page of nothing.
            var call = MlflowCall.Get("metrics/get-history", failure, ("run_id", runId), ("metric_key", metric), ("max_results", $"{PointsOnPage}"), ("page_token", page));
            var answer = await send(call, cancellationToken);
            if (answer.IsMissing)
            {
                // A file store says so of a metric, too.
                await RequireJsonAsync(runId, failure, send, cancellationToken);
                return points;
            }

            var json = answer.Require();
            points.AddRange(json.Items("metrics").Select(point => Guard(failure, () => MlflowRunJson.ReadPoint(point))));
            page = NextPage(json, page, failure);
        }
        while (page is not null);
        return [.. points.OrderBy(point => point.Step).ThenBy(point => point.Time).ThenBy(point => point.Value)];
    }

    private static bool IsQuotable(string value) => value.Length > 0 && value.All(letter => letter is not ('\'' or '"' or '`' or '\\') && !char.IsControl(letter));

    private static JsonNode Json(DatasetInput input)
    {
        var dataset = new JsonObject { ["name"] = input.Name, ["digest"] = input.Digest, ["source_type"] = input.SourceType, ["source"] = input.Source };
        if (input.Schema is not null)
        {
            dataset["schema"] = input.Schema;
        }

        if (input.Profile is not null)
        {
            dataset["profile"] = input.Profile;
        }

        return new JsonObject { ["tags"] = new JsonArray(MlflowJson.Pair(TrackingTags.DatasetContext, input.Context)), ["dataset"] = dataset };
    }

    private async Task<JsonElement?> FindExperimentAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await transport.SendAsync(MlflowCall.Get("experiments/get-by-name", $"The experiment '{name}' cannot be read", ("experiment_name", name)), cancellationToken);
        return answer.IsMissing ? null : answer.Require().Field("experiment") ?? throw MlflowFaults.OfForm(transport.Server, answer.Call.Failure, "it has no 'experiment'.");
    }

    // A server that keeps its data in files does not find a deleted experiment by its name.
    private async Task<JsonElement?> FindDeletedAsync(string name, string failure, CancellationToken cancellationToken)
    {
        string? page = null;
        do
        {
            var body = new JsonObject { ["view_type"] = "DELETED_ONLY", ["max_results"] = ExperimentsOnPage };
            if (page is not null)
            {
                body["page_token"] = page;
            }

            var answer = await transport.SendAsync(MlflowCall.Post("experiments/search", failure, body), cancellationToken);
            if (answer.IsUnknownCall)
            {
                return null;
            }

            var json = answer.Require();
            if (json.Items("experiments").Where(experiment => experiment.Text("name") == name).Select(experiment => (JsonElement?)experiment).FirstOrDefault() is { } found)
            {
                return found;
            }

            page = NextPage(json, page, failure);
        }
        while (page is not null);
        return null;
    }

    private async Task<string> RestoredAsync(JsonElement experiment, string name, CancellationToken cancellationToken)
    {
        var failure = $"The experiment '{name}', which is deleted, cannot be restored";
        var id = experiment.Text("experiment_id") ?? throw MlflowFaults.OfForm(transport.Server, failure, "the experiment has no 'experiment_id'.");
        if (experiment.Text("lifecycle_stage") != "deleted")
        {
            return id;
        }

        var answer = await transport.SendAsync(MlflowCall.Post("experiments/restore", failure, new JsonObject { ["experiment_id"] = id }), cancellationToken);
        // Refused, too, if somebody else has just restored it.
        return answer.IsSuccess || (await FindExperimentAsync(name, cancellationToken))?.Text("lifecycle_stage") == "active" ? id : throw MlflowFaults.Of(answer);
    }

    private async Task<TrackedRun?> FindByKeyAsync(NewRun run, MlflowSend send, CancellationToken cancellationToken)
    {
        var runs = await SearchAsync(run.ExperimentId, new Dictionary<string, string> { [TrackingTags.RunKey] = run.Key }, send, cancellationToken);
        // If two machines were at it at once, all agree on one of them.
        return runs.OrderBy(found => found.Start).ThenBy(found => found.Id, StringComparer.Ordinal).FirstOrDefault();
    }

    private async Task<TrackedRun> CreateAsync(NewRun run, CancellationToken cancellationToken)
    {
        var tags = run.Tags.ToDictionary(tag => tag.Key, tag => TrackingLimits.Cut(tag.Value, TrackingLimits.TagValue), StringComparer.Ordinal);
        tags[TrackingTags.RunKey] = run.Key;
        tags[TrackingTags.RunName] = run.Name;
        tags[TrackingTags.User] = run.User;
        var failure = $"The run '{run.Name}' cannot be made in the experiment {run.ExperimentId}";
        var body = new JsonObject
        {
            ["experiment_id"] = run.ExperimentId,
            ["run_name"] = run.Name,
            ["start_time"] = run.Start.ToUnixTimeMilliseconds(),
            ["user_id"] = run.User,
            ["tags"] = MlflowJson.Pairs(tags),
        };
        var answer = (await transport.SendOnceAsync(MlflowCall.Post("runs/create", failure, body), cancellationToken)).Require();
        return Read(answer.Field("run") ?? throw MlflowFaults.OfForm(transport.Server, failure, "it has no 'run'."));
    }

    private async Task<JsonElement?> FindJsonAsync(string runId, string failure, MlflowSend send, CancellationToken cancellationToken)
    {
        var answer = await send(MlflowCall.Get("runs/get", failure, ("run_id", runId)), cancellationToken);
        if (answer.IsMissing)
        {
            return null;
        }

        var run = answer.Require().Field("run") ?? throw MlflowFaults.OfForm(transport.Server, failure, "it has no 'run'.");
        return MlflowRunJson.IsDeleted(run) ? null : run;
    }

    private string? NextPage(JsonElement json, string? page, string failure) => json.Text("next_page_token") switch
    {
        null or "" => null,
        var next when next == page => throw MlflowFaults.OfForm(transport.Server, failure, "its next page is the same again."),
        var next => next,
    };

    private TrackedRun Read(JsonElement run) => Guard("A run cannot be read", () => MlflowRunJson.Read(run));

    private T Guard<T>(string failure, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is FormatException or ArgumentOutOfRangeException)
        {
            throw MlflowFaults.OfForm(transport.Server, failure, e.Message, e);
        }
    }
}
