using Pipeline.Tracking.Sqlite;

namespace Pipeline.Tracking.Tests.Sqlite;

/// <summary>What MLflow finds in the tables and below <c>mlruns/</c>.</summary>
public sealed class SqliteRowsTests : IDisposable
{
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeMilliseconds(1_772_352_000_250);

    private readonly SqliteFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_is_a_row_as_MLflow_writes_it()
    {
        await using var store = await _folder.OpenAsync();
        var run = await RunAsync(store);
        await store.SetStatusAsync(run.Id, RunStatus.Finished, Start.AddSeconds(1), Stop);

        _folder.Rows("SELECT name, source_type, source_name, entry_point_name, user_id, status, start_time, end_time, source_version, lifecycle_stage, artifact_uri, experiment_id, deleted_time FROM runs")
            .Should().Equal($"train|LOCAL|||anna|FINISHED|1772352000250|1772352001250||active|mlruns/1/{run.Id}/artifacts|1|");
        _folder.Rows("SELECT key, value FROM tags ORDER BY key").Should().Equal("mlflow.runName|train", "mlflow.user|anna", "pipeline.run.key|key");
    }

    [Fact]
    public async Task Values_that_SQL_has_not_are_written_as_MLflow_writes_them()
    {
        await using var store = await _folder.OpenAsync();
        var run = await RunAsync(store);

        await store.LogAsync(run.Id, new() { Metrics = [new("a", double.NaN, Start, 3), new("b", double.PositiveInfinity, Start), new("c", double.NegativeInfinity, Start)] }, Stop);

        foreach (var table in new[] { "metrics", "latest_metrics" })
        {
            _folder.Rows($"SELECT key, value = 0, value = 1.7976931348623157E308, value = -1.7976931348623157E308, is_nan, timestamp, step FROM {table} ORDER BY key")
                .Should().Equal("a|1|0|0|1|1772352000250|3", "b|0|1|0|0|1772352000250|0", "c|0|0|1|0|1772352000250|0");
        }
    }

    [Fact]
    public async Task Inputs_are_rows_as_MLflow_writes_them()
    {
        await using var store = await _folder.OpenAsync();
        var run = await RunAsync(store);

        await store.LogInputsAsync(run.Id, [new("payments", "0123", "local", "{}", null, """{"num_rows": 1}""", "training")], Stop);

        _folder.Rows("SELECT experiment_id, name, digest, dataset_source_type, dataset_source, dataset_schema, dataset_profile FROM datasets").Should().Equal("""1|payments|0123|local|{}||{"num_rows": 1}""");
        _folder.Rows("SELECT i.source_type, i.source_id = d.dataset_uuid, i.destination_type, i.destination_id, t.name, t.value FROM inputs AS i JOIN datasets AS d JOIN input_tags AS t USING (input_uuid)")
            .Should().Equal($"DATASET|1|RUN|{run.Id}|mlflow.data.context|training");
        _folder.Rows("SELECT dataset_uuid FROM datasets UNION ALL SELECT input_uuid FROM inputs").Should().AllSatisfy(id => id.Should().MatchRegex("^[0-9a-f]{32}$"));
    }

    [Fact]
    public async Task Models_and_versions_are_rows_as_MLflow_writes_them()
    {
        await using var store = await _folder.OpenAsync();
        var run = await RunAsync(store);

        await store.EnsureModelAsync("fraud", "# Fraud", new Dictionary<string, string> { ["team"] = "risk" }, Stop);
        await store.EnsureVersionAsync(new("fraud", "sha256:1", run.Id, "a/model", null, "anna", new Dictionary<string, string>()), Stop);
        await store.SetAliasAsync("fraud", "champion", 1, Stop);

        _folder.Rows("SELECT m.name, m.description, t.key, t.value, m.creation_time > 0, m.last_updated_time >= m.creation_time FROM registered_models AS m JOIN registered_model_tags AS t USING (name)").Should().Equal("fraud|# Fraud|team|risk|1|1");
        _folder.Rows("SELECT name, version, description, user_id, current_stage, source, storage_location, run_id, status, status_message, run_link FROM model_versions")
            .Should().Equal($"fraud|1||anna|None|mlruns/1/{run.Id}/artifacts/a/model|mlruns/1/{run.Id}/artifacts/a/model|{run.Id}|READY||");
        _folder.Rows("SELECT name, alias, version FROM registered_model_aliases").Should().Equal("fraud|champion|1");
    }

    [Fact]
    public async Task A_parameter_that_would_change_takes_the_rest_of_its_call_with_it()
    {
        await using var store = await _folder.OpenAsync();
        var run = await RunAsync(store);
        await store.LogAsync(run.Id, new() { Parameters = new Dictionary<string, string> { ["depth"] = "5" } }, Stop);

        var change = () => store.LogAsync(
            run.Id, new() { Parameters = new Dictionary<string, string> { ["rate"] = "1", ["depth"] = "6" }, Metrics = [new("loss", 1, Start)], Tags = new Dictionary<string, string> { ["a"] = "b" } }, Stop);

        await change.Should().ThrowAsync<TrackingException>().WithMessage("Parameter depth of run * is '5' already; it cannot become '6'.*");
        var found = (await store.FindRunAsync(run.Id, Stop))!;
        (found.Parameters.Count, found.Metrics.Count, found.Tags.ContainsKey("a")).Should().Be((1, 0, false));
    }

    [Fact]
    public async Task What_is_longer_than_its_column_and_known_by_it_is_refused()
    {
        await using var store = await _folder.OpenAsync();
        var run = await RunAsync(store);
        var none = new Dictionary<string, string>();

        await ShouldBeRefusedAsync(() => store.EnsureExperimentAsync(new('a', 257), Stop));
        await ShouldBeRefusedAsync(() => store.EnsureRunAsync(new("1", new('a', 5_001), "train", Start, "anna", none), Stop));
        await ShouldBeRefusedAsync(() => store.EnsureModelAsync(new('a', 257), null, none, Stop));
        await ShouldBeRefusedAsync(() => store.LogInputsAsync(run.Id, [new("payments", new('a', 37), "local", "{}", null, null, "training")], Stop));
        await ShouldBeRefusedAsync(() => store.LogInputsAsync(run.Id, [new(new('a', 501), "0123", "local", "{}", null, null, "training")], Stop));

        static async Task ShouldBeRefusedAsync(Func<Task> call) => (await call.Should().ThrowAsync<TrackingException>()).Which.Fault.Should().Be(TrackingFault.Refused);
    }

    [Fact]
    public async Task Of_data_that_a_run_read_for_two_ends_the_first_is_kept()
    {
        await using var store = await _folder.OpenAsync();
        var run = await RunAsync(store);
        var input = new DatasetInput("payments", "0123", "local", "{}", null, null, "training");

        await store.LogInputsAsync(run.Id, [input, input with { Context = "testing" }], Stop);

        (await store.FindRunAsync(run.Id, Stop))!.Inputs.Should().Equal(input);
    }

    [Fact]
    public async Task A_run_that_is_renamed_by_its_tag_is_renamed_in_lists()
    {
        await using var store = await _folder.OpenAsync();
        var run = await RunAsync(store);

        await store.LogAsync(run.Id, new() { Tags = new Dictionary<string, string> { [TrackingTags.RunName] = "train again" } }, Stop);

        (await store.FindRunAsync(run.Id, Stop))!.Name.Should().Be("train again");
    }

    [Fact]
    public async Task Artifacts_lie_where_their_relative_address_says_and_nothing_makes_MLflow_take_the_folder_for_a_file_store()
    {
        await using var store = await _folder.OpenAsync();
        var run = await RunAsync(store);
        using var local = new TemporaryDirectory();

        await store.LogArtifactAsync(run.Id, "model/MLmodel", local.File("MLmodel", "flavors: {}"u8), Stop);
        await store.LogArtifactAsync(run.Id, "meta.yaml", local.File("meta.yaml", "a: b"u8), Stop);

        run.ArtifactUri.Should().Be($"mlruns/1/{run.Id}/artifacts");
        Directory.EnumerateFiles(Path.Combine(_folder.Path, "mlruns"), "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_folder.Path, file))
            .Should().BeEquivalentTo($"{run.ArtifactUri}/model/MLmodel", $"{run.ArtifactUri}/meta.yaml");
    }

    [Fact]
    public async Task What_a_killed_process_left_of_a_file_is_no_artifact()
    {
        await using var store = await _folder.OpenAsync();
        var run = await RunAsync(store);
        using var local = new TemporaryDirectory();
        await store.LogArtifactAsync(run.Id, "model/model.onnx", local.File("a", "a"u8), Stop);
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, run.ArtifactUri, "model", ".tmp-0123"), "half", Stop);

        (await store.ListArtifactsAsync(run.Id, Stop)).Should().Equal("model/model.onnx");
        await FluentActions.Awaiting(() => store.OpenArtifactAsync(run.Id, "model/.tmp-0123", Stop)).Should().ThrowAsync<TrackingException>();
    }

    [Fact]
    public async Task A_file_does_not_take_the_place_of_a_folder_nor_the_other_way_round()
    {
        await using var store = await _folder.OpenAsync();
        var run = await RunAsync(store);
        using var local = new TemporaryDirectory();
        var file = local.File("a", "a"u8);
        await store.LogArtifactAsync(run.Id, "a/b", file, Stop);

        await FluentActions.Awaiting(() => store.LogArtifactAsync(run.Id, "a", file, Stop)).Should().ThrowAsync<TrackingException>().WithMessage("*is a folder already*");
        await FluentActions.Awaiting(() => store.LogArtifactAsync(run.Id, "a/b/c", file, Stop)).Should().ThrowAsync<TrackingException>().WithMessage("*a/b is a file already*");
        (await store.ListArtifactsAsync(run.Id, Stop)).Should().Equal("a/b");
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("file://{0}")]
    public async Task Artifacts_of_MLflow_s_own_runs_are_read_where_it_has_put_them(string form)
    {
        await using var store = await _folder.OpenAsync();
        var run = await RunAsync(store);
        using var elsewhere = new TemporaryDirectory();
        elsewhere.File("a b.txt", "text"u8);
        var path = form == "{0}" ? elsewhere.Path : elsewhere.Path.Replace(" ", "%20", StringComparison.Ordinal);
        SetUri(run.Id, string.Format(System.Globalization.CultureInfo.InvariantCulture, form, path));

        (await store.ListArtifactsAsync(run.Id, Stop)).Should().Equal("a b.txt");
        await using var artifact = await store.OpenArtifactAsync(run.Id, "a b.txt", Stop);
        using var reader = new StreamReader(artifact);
        (await reader.ReadToEndAsync(Stop)).Should().Be("text");
    }

    [Theory]
    [InlineData("mlflow-artifacts:/1/2/artifacts")]
    [InlineData("s3://bucket/1/artifacts")]
    [InlineData("")]
    public async Task Artifacts_that_are_on_no_disk_here_are_refused(string uri)
    {
        await using var store = await _folder.OpenAsync();
        var run = await RunAsync(store);
        SetUri(run.Id, uri);

        (await FluentActions.Awaiting(() => store.ListArtifactsAsync(run.Id, Stop)).Should().ThrowAsync<TrackingException>().WithMessage($"*'{uri}'*MLFLOW_TRACKING_URI*")).Which.Fault.Should().Be(TrackingFault.Refused);
    }

    [Fact]
    public async Task A_repository_that_is_moved_takes_its_artifacts_along()
    {
        using var moved = new TemporaryDirectory();
        string id;
        await using (var store = await _folder.OpenAsync())
        {
            id = (await RunAsync(store)).Id;
            await store.LogArtifactAsync(id, "a.txt", moved.File("a.txt", "text"u8), Stop);
        }

        Directory.Move(Path.Combine(_folder.Path, "mlruns"), Path.Combine(moved.Path, "mlruns"));
        File.Move(_folder.Database, Path.Combine(moved.Path, SqliteTrackingStore.FileName));

        await using var again = await SqliteTrackingStore.OpenAsync(moved.Path, TimeProvider.System, Stop);
        (await again.ListArtifactsAsync(id, Stop)).Should().Equal("a.txt");
    }

    private void SetUri(string run, string uri) => _folder.Execute("UPDATE runs SET artifact_uri = @uri WHERE run_uuid = @run", ("@uri", uri), ("@run", run));

    private static async Task<TrackedRun> RunAsync(SqliteTrackingStore store) =>
        await store.EnsureRunAsync(new(await store.EnsureExperimentAsync("fraud", Stop), "key", "train", Start, "anna", new Dictionary<string, string>()), Stop);
}
