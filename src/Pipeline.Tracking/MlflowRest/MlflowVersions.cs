using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pipeline.Tracking.MlflowRest;

/// <summary>Registered models and their versions on a server.</summary>
internal sealed class MlflowVersions(MlflowTransport transport, MlflowArtifacts artifacts, TimeProvider time) : IDisposable
{
    private const int VersionsOnPage = 1000;

    private static readonly TimeSpan ReadyPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReadyPatience = TimeSpan.FromMinutes(5);

    // A server does not know that two versions of a package are one: within a process, one is made after the other.
    private readonly SemaphoreSlim _making = new(1, 1);

    public void Dispose() => _making.Dispose();

    public async Task EnsureModelAsync(string model, string? description, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken)
    {
        var failure = $"The model '{model}' cannot be registered";
        MlflowNames.CheckModel(model);
        var wanted = Cut(tags);
        var text = description is null ? null : TrackingLimits.Cut(description, TrackingLimits.RegistryText);
        var known = await FindModelAsync(model, failure, cancellationToken);
        if (known is null)
        {
            var body = new JsonObject { ["name"] = model, ["tags"] = MlflowJson.Pairs(wanted), ["description"] = text ?? string.Empty };
            var answer = await transport.SendAsync(MlflowCall.Post("registered-models/create", failure, body), cancellationToken);
            if (!answer.IsThereAlready)
            {
                answer.Require();
                return;
            }

            // Somebody else was first, or this client was, and the answer got lost.
            known = await FindModelAsync(model, failure, cancellationToken) ?? throw MlflowFaults.Of(answer);
        }

        await UpdateAsync("registered-models", new JsonObject { ["name"] = model }, text, wanted, known.Value, failure, cancellationToken);
    }

    public async Task<ModelVersion> EnsureVersionAsync(NewModelVersion version, CancellationToken cancellationToken)
    {
        MlflowNames.CheckModel(version.Model);
        var tags = Cut(version.Tags);
        tags[TrackingTags.Package] = version.Package;
        if (version.User.Length > 0)
        {
            tags.TryAdd(TrackingTags.User, version.User);
        }

        var failure = $"The package {version.Package} cannot be registered as a version of the model '{version.Model}'";
        await _making.WaitAsync(cancellationToken);
        try
        {
            var made = await FindByPackageAsync(version, failure, transport.SendAsync, cancellationToken);
            if (made is null)
            {
                // A server that keeps its data in files calls it a fault of its own, which would be tried again and again.
                if (await FindModelAsync(version.Model, failure, cancellationToken) is null)
                {
                    throw new TrackingException(TrackingFault.Refused, $"{failure}: {transport.Server.Address} has no such model. Register the model first.");
                }

                var body = new JsonObject
                {
                    ["name"] = version.Model,
                    ["source"] = $"{await artifacts.UriOfAsync(version.RunId, failure, cancellationToken)}/{version.ArtifactPath}",
                    ["run_id"] = version.RunId,
                    ["tags"] = MlflowJson.Pairs(tags),
                    ["description"] = TrackingLimits.Cut(version.Description ?? string.Empty, TrackingLimits.RegistryText),
                };
                var call = MlflowCall.Post("model-versions/create", failure, body);
                made = await transport.RetryAsync(
                    async (tries, stop) => (tries > 0 ? await FindByPackageAsync(version, failure, transport.SendOnceAsync, stop) : null) ?? VersionIn((await transport.SendOnceAsync(call, stop)).Require(), failure),
                    cancellationToken);
            }

            var ready = await ReadyAsync(version.Model, made.Value, failure, cancellationToken);
            return Read(ready, await AliasesAsync(version.Model, failure, cancellationToken), failure);
        }
        finally
        {
            _making.Release();
        }
    }

    public async Task UpdateVersionAsync(string model, int version, string? description, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken)
    {
        var failure = $"The version {version} of the model '{model}' cannot be changed";
        var wanted = Cut(tags);
        var known = await FindVersionAsync(model, version, failure, cancellationToken);
        var text = description is null ? null : TrackingLimits.Cut(description, TrackingLimits.RegistryText);
        await UpdateAsync("model-versions", new JsonObject { ["name"] = model, ["version"] = $"{version}" }, text, wanted, known, failure, cancellationToken);
    }

    public async Task<IReadOnlyList<ModelVersion>> ListAsync(string model, CancellationToken cancellationToken)
    {
        var failure = $"The versions of the model '{model}' cannot be listed";
        if (await FindModelAsync(model, failure, cancellationToken) is not { } registered)
        {
            return [];
        }

        var aliases = AliasesIn(registered);
        return [.. (await SearchAsync(model, failure, transport.SendAsync, cancellationToken)).Select(version => Read(version, aliases, failure)).OrderByDescending(version => version.Version)];
    }

    public async Task SetAliasAsync(string model, string aliasName, int version, CancellationToken cancellationToken)
    {
        var failure = $"The alias '{aliasName}' of the model '{model}' cannot be set to its version {version}";
        MlflowNames.CheckAlias(aliasName);
        await transport.RequireAsync(MlflowCall.Post("registered-models/alias", failure, new JsonObject { ["name"] = model, ["alias"] = aliasName, ["version"] = $"{version}" }), cancellationToken);
    }

    public async Task DeleteAliasAsync(string model, string aliasName, CancellationToken cancellationToken)
    {
        var failure = $"The alias '{aliasName}' of the model '{model}' cannot be taken away";
        var answer = await transport.SendAsync(MlflowCall.Delete("registered-models/alias", failure, new JsonObject { ["name"] = model, ["alias"] = aliasName }), cancellationToken);
        if (!answer.IsMissing && !IsNoAlias(answer))
        {
            answer.Require();
        }
    }

    public async Task<ModelVersion?> FindByAliasAsync(string model, string aliasName, CancellationToken cancellationToken)
    {
        var failure = $"The alias '{aliasName}' of the model '{model}' cannot be read";
        var answer = await transport.SendAsync(MlflowCall.Get("registered-models/alias", failure, ("name", model), ("alias", aliasName)), cancellationToken);
        if (answer.IsMissing || IsNoAlias(answer))
        {
            return null;
        }

        return Read(VersionIn(answer.Require(), failure), await AliasesAsync(model, failure, cancellationToken), failure);
    }

    // Not "missing", but "invalid", as servers have it.
    private static bool IsNoAlias(MlflowAnswer answer) =>
        answer.ErrorCode == "INVALID_PARAMETER_VALUE" && answer.Message.Contains("alias", StringComparison.OrdinalIgnoreCase) && answer.Message.Contains("not found", StringComparison.OrdinalIgnoreCase);

    private static Dictionary<string, string> Cut(IReadOnlyDictionary<string, string> tags)
    {
        foreach (var name in tags.Keys)
        {
            TrackingLimits.CheckName(name);
        }

        return tags.ToDictionary(tag => tag.Key, tag => TrackingLimits.Cut(tag.Value, TrackingLimits.RegistryText), StringComparer.Ordinal);
    }

    private static ILookup<string, string> AliasesIn(JsonElement? model) =>
        (model ?? default).Items("aliases").ToLookup(pair => pair.Text("version") ?? string.Empty, pair => pair.Text("alias") ?? string.Empty, StringComparer.Ordinal);

    private async Task<ILookup<string, string>> AliasesAsync(string model, string failure, CancellationToken cancellationToken) => AliasesIn(await FindModelAsync(model, failure, cancellationToken));

    private async Task<JsonElement?> FindModelAsync(string model, string failure, CancellationToken cancellationToken)
    {
        var answer = await transport.SendAsync(MlflowCall.Get("registered-models/get", failure, ("name", model)), cancellationToken);
        return answer.IsMissing ? null : answer.Require().Field("registered_model") ?? throw MlflowFaults.OfForm(transport.Server, failure, "it has no 'registered_model'.");
    }

    private async Task<JsonElement> FindVersionAsync(string model, int version, string failure, CancellationToken cancellationToken) =>
        VersionIn(await transport.RequireAsync(MlflowCall.Get("model-versions/get", failure, ("name", model), ("version", $"{version}")), cancellationToken), failure);

    private static async Task<JsonElement?> FindByPackageAsync(NewModelVersion version, string failure, MlflowSend send, CancellationToken cancellationToken)
    {
        // The oldest, if two machines were at it at once: all agree on one of them. Older servers cannot be asked by tag.
        var versions = await SearchAsync(version.Model, failure, send, cancellationToken);
        return versions.Where(found => found.Pairs("tags").GetValueOrDefault(TrackingTags.Package) == version.Package)
            .OrderBy(found => found.Integer("version"))
            .Select(found => (JsonElement?)found)
            .FirstOrDefault();
    }

    private static async Task<List<JsonElement>> SearchAsync(string model, string failure, MlflowSend send, CancellationToken cancellationToken)
    {
        // A quote in a string cannot be written in MLflow's filters; all versions of all models are read then.
        var filter = model.Contains('\'', StringComparison.Ordinal) ? null : $"name='{model}'";
        List<JsonElement> versions = [];
        string? page = null;
        do
        {
            var json = (await send(MlflowCall.Get("model-versions/search", failure, ("filter", filter), ("max_results", $"{VersionsOnPage}"), ("page_token", page)), cancellationToken)).Require();
            versions.AddRange(json.Items("model_versions").Where(version => version.Text("name") == model));
            var next = json.Text("next_page_token");
            page = next is { Length: > 0 } && next != page ? next : null;
        }
        while (page is not null);
        return versions;
    }

    private async Task<JsonElement> ReadyAsync(string model, JsonElement version, string failure, CancellationToken cancellationToken)
    {
        var number = (int)(version.Integer("version") ?? 0);
        var start = time.GetTimestamp();
        while (true)
        {
            switch (version.Text("status"))
            {
                case "FAILED_REGISTRATION":
                    throw new TrackingException(TrackingFault.Refused, $"{failure}: {transport.Server.Address} says that its version {number} failed: {version.Text("status_message") ?? "it does not say why"}. Delete that version there, and run it again.");
                case "PENDING_REGISTRATION" when time.GetElapsedTime(start) > ReadyPatience:
                    throw new TrackingException(TrackingFault.Unreachable, $"{failure}: {transport.Server.Address} is not done with its version {number} after {ReadyPatience.TotalMinutes:0} minutes. Run it again later.");
                case "PENDING_REGISTRATION":
                    await Task.Delay(ReadyPause, time, cancellationToken);
                    version = await FindVersionAsync(model, number, failure, cancellationToken);
                    break;
                default:
                    return version;
            }
        }
    }

    private async Task UpdateAsync(
        string kind, JsonObject name, string? description, Dictionary<string, string> tags, JsonElement known, string failure, CancellationToken cancellationToken)
    {
        if (description is not null && description != (known.Text("description") ?? string.Empty))
        {
            var body = name.DeepClone().AsObject();
            body["description"] = description;
            await transport.RequireAsync(MlflowCall.Patch($"{kind}/update", failure, body), cancellationToken);
        }

        var knownTags = known.Pairs("tags");
        foreach (var (key, value) in tags.Where(tag => !knownTags.TryGetValue(tag.Key, out var before) || before != tag.Value))
        {
            var body = name.DeepClone().AsObject();
            body["key"] = key;
            body["value"] = value;
            await transport.RequireAsync(MlflowCall.Post($"{kind}/set-tag", failure, body), cancellationToken);
        }
    }

    private JsonElement VersionIn(JsonElement answer, string failure) => answer.Field("model_version") ?? throw MlflowFaults.OfForm(transport.Server, failure, "it has no 'model_version'.");

    private ModelVersion Read(JsonElement version, ILookup<string, string> aliases, string failure)
    {
        var number = version.Integer("version") is { } value and > 0 and <= int.MaxValue ? (int)value : throw MlflowFaults.OfForm(transport.Server, failure, "a version has no number.");
        return new ModelVersion(
            version.Text("name") ?? string.Empty,
            number,
            version.Text("run_id") is { Length: > 0 } run ? run : null,
            version.Text("source") ?? string.Empty,
            version.Text("description") is { Length: > 0 } description ? description : null,
            version.Time("creation_timestamp"),
            version.Pairs("tags"),
            [.. aliases[$"{number}"].Order(StringComparer.Ordinal)]);
    }
}
