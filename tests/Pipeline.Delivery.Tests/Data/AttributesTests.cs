using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.DriftChecks;
using Pipeline.Delivery.DriftChecks.Files;
using Pipeline.Delivery.Evaluation.Slices;
using Pipeline.Engine;
using Pipeline.Inference;
using Pipeline.Inference.Hosting;
using Pipeline.Inference.ModelLoading;
using Pipeline.Metrics.Slices;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.Data;

/// <summary>Columns that the model does not see and is judged by: in data, golden requests, the service and drift checks.</summary>
public sealed class AttributesTests(TrainedStore trained) : IDisposable
{
    private const string Header = "departure,late,hour,origin,gender,age\n";

    private static readonly WindowPlan Month = new(TimeSpan.FromDays(30), 1, new DateTimeOffset(2020, 5, 1, 0, 0, 0, TimeSpan.Zero));

    private static readonly string[] Lines = [.. FlightRows.Lines.Select((line, i) => FormattableString.Invariant($"{line.TrimEnd()},{"fm"[i % 2]},{20 + (i % 50)}\n"))];

    private readonly StageFixture _fixture = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static DataSettings Settings { get; } = DataFolder.AllFiles with { Attributes = ["gender", "age"] };

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Attributes_are_in_the_rows_and_not_among_the_features()
    {
        var dataset = await PrepareAsync(Settings, ("data/a.csv", Csv(Lines)));

        dataset.Schema.Features.Select(feature => feature.Name).Should().Equal("hour", "origin");
        dataset.Summary.Attributes.Should().Equal(new AttributeColumn("gender", FeatureKind.Categorical), new AttributeColumn("age", FeatureKind.Numeric));
        var gender = new SliceReader(dataset, DataFolder.Definition(_fixture, Settings)).Read("gender", Token);
        gender.Values.Should().BeEquivalentTo("f", "m");
        gender.Counts().Should().Equal(62, 62);
    }

    [Fact]
    public async Task An_attribute_that_is_NaN_is_missing_and_no_condition_counts_it_as_great()
    {
        var settings = Settings with { Query = "SELECT * REPLACE (CASE WHEN age < 30 THEN 'nan'::FLOAT ELSE age END AS age) FROM source" };
        var definition = DataFolder.Definition(_fixture, settings);
        definition = definition with { Evaluation = EvaluationSettings.Default with { Slices = [new SliceSettings("old", null, "age > 60"), new SliceSettings("unknown", null, "age IS NULL")] } };

        var dataset = await PrepareAsync(settings, ("data/a.csv", Csv(Lines)));

        var slices = new SliceReader(dataset, definition).Declared(Token);
        slices[0].Rows.Should().NotBeEmpty();
        slices[1].Rows.Should().NotBeEmpty().And.NotIntersectWith(slices[0].Rows);
        new SliceReader(dataset, definition).Read("age", Token).Values.Should().Contain(SliceColumn.Missing);
    }

    [Theory]
    [InlineData("SELECT * FROM source", "gendr", "*  data.attributes 'gendr' is not among them; did you mean 'gender'?")]
    [InlineData("SELECT * EXCLUDE (gender) FROM source", "gender", "*  data.attributes 'gender' is not among them; known: departure, late, hour, origin, age")]
    [InlineData("SELECT *, departure::DATE AS born FROM source", "born", "*  the column 'born' has type DATE, which cannot be an attribute; cast it to a number, text or boolean, or leave it out")]
    [InlineData("SELECT *, [hour] AS hours FROM source", "hours", "*  the column 'hours' has type BIGINT[[]], which cannot be an attribute; *")]
    [InlineData("SELECT departure, late, gender FROM source", "gender", "*  there is no feature: the query gives nothing but label, time and attributes")]
    public async Task An_attribute_that_cannot_be_had_is_told(string query, string attribute, string message)
    {
        var act = () => PrepareAsync(Settings with { Query = query, Attributes = [attribute] }, ("data/a.csv", Csv(Lines)));

        (await act.Should().ThrowAsync<PipelineException>()).WithMessage(message.Replace("[[]]", "[]", StringComparison.Ordinal)).Which.ExitCode.Should().Be(ExitCode.Usage);
        _fixture.Stored.Should().BeEmpty();
    }

    [Fact]
    public async Task All_features_named_as_attributes_leave_none()
    {
        var act = () => PrepareAsync(Settings with { Attributes = ["hour", "origin", "gender", "age"] }, ("data/a.csv", Csv(Lines)));

        (await act.Should().ThrowAsync<PipelineException>()).WithMessage("*  there is no feature: the query gives nothing but label, time and attributes");
    }

    [Fact]
    public async Task Missing_attributes_are_a_slice_of_their_own_and_no_fault_even_where_training_has_none()
    {
        var lines = Lines.Select((line, i) => i % 4 == 0 ? line[..line.LastIndexOf(',', line.LastIndexOf(',') - 1)] + ",,\n" : line);

        var dataset = await PrepareAsync(Settings, ("data/a.csv", Csv(lines)));
        var empty = await PrepareAsync(Settings with { Query = "SELECT * REPLACE (NULL::VARCHAR AS gender) FROM source" }, ("data/a.csv", Csv(Lines)));

        Counts(dataset, "gender").Should().BeEquivalentTo(new Dictionary<string, int> { ["m"] = 62, ["f"] = 31, [SliceColumn.Missing] = 31 });
        Counts(dataset, "age")[SliceColumn.Missing].Should().Be(31);
        Counts(empty, "gender").Should().Equal(new Dictionary<string, int> { [SliceColumn.Missing] = 124 });
        _fixture.Log.Should().NotContainMatch("*missing in*", "requests do not have attributes");
    }

    [Fact]
    public async Task The_same_rows_give_the_same_digest_whatever_the_files_and_another_attribute_another()
    {
        var one = await PrepareAsync(Settings, ("data/a.csv", Csv(Lines)));
        var reversed = await PrepareAsync(Settings, ("data/a.csv", Csv(Lines.Reverse().Take(300))), ("data/b.csv", Csv(Lines.Reverse().Skip(300))));
        var renamed = await PrepareAsync(Settings with { Attributes = ["age", "gender"] }, ("data/z.csv", Csv(Lines)));
        var changed = await PrepareAsync(Settings, ("data/a.csv", Csv(Lines.Select((line, i) => i == 7 ? line.Replace(",m,", ",f,", StringComparison.Ordinal) : line))));
        var missing = await PrepareAsync(Settings, ("data/a.csv", Csv(Lines.Select((line, i) => i == 7 ? line.Replace(",m,", ",,", StringComparison.Ordinal) : line))));
        var seen = await PrepareAsync(Settings with { Attributes = ["gender"] }, ("data/a.csv", Csv(Lines)));

        reversed.Digest.Should().Be(one.Digest);
        reversed.Directory.Should().NotBe(one.Directory);
        renamed.Digest.Should().Be(one.Digest, "their order in model.yaml is none of the rows");
        new[] { one.Digest, changed.Digest, missing.Digest, seen.Digest }.Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task Rows_that_differ_in_an_attribute_alone_are_in_one_order_whatever_the_files()
    {
        var twins = Lines.SelectMany(line => (string[])[line, line.Replace(",m,", ",x,", StringComparison.Ordinal).Replace(",f,", ",x,", StringComparison.Ordinal)]).ToList();

        var one = await PrepareAsync(Settings, ("data/a.csv", Csv(twins)));
        var reversed = await PrepareAsync(Settings, ("data/a.csv", Csv(Enumerable.Reverse(twins))));

        reversed.Digest.Should().Be(one.Digest);
    }

    [Fact]
    public void Golden_requests_that_name_an_attribute_are_told_that_the_model_does_not_take_it()
    {
        var path = Path.Combine(_fixture.Root, "golden-requests.json");
        File.WriteAllText(path, """[{"hour": 1, "gender": "f"}, {"hour": 1, "gander": "f"}]""");

        var read = () => GoldenRequests.Read(path, new FeatureSchema([new Feature("hour", FeatureKind.Numeric, AllowsMissing: false)]), "gender");

        read.Should().Throw<PipelineException>().Which.Message.Split("\n  ")[1..].Should().Equal(
            "row 1: 'gender' is one of data.attributes, which the model does not take; leave it out", "row 2: 'gander' is not a column; known: hour");
    }

    [Fact]
    public async Task A_delivery_refuses_golden_requests_that_name_an_attribute()
    {
        using var stages = trained.Copy();

        var package = () => stages.PackageAsync(WithAttribute(stages));

        (await package.Should().ThrowAsync<PipelineException>()).WithMessage("*golden-requests.json does not fit*row 1: 'shop' is one of data.attributes, which the model does not take; leave it out*");
    }

    [Fact]
    public async Task The_service_refuses_a_request_that_names_an_attribute()
    {
        using var stages = trained.Copy();
        var (package, _) = await PackageAsync(stages);
        await using var service = InferenceService.Create(new InferenceOptions { PackageDirectory = package.Directory, Address = IPAddress.Loopback, Port = 0 }, TimeProvider.System);
        await service.StartAsync(Token);
        service.Services.GetRequiredService<ModelLoader>().Load();
        using var client = new HttpClient { BaseAddress = new Uri(service.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()) };

        using var named = await AskAsync(client, """{"amount": 3.5, "discount": 1, "colour": "red", "shop": "north"}""");
        using var unnamed = await AskAsync(client, """{"amount": 3.5, "discount": 1, "colour": "red"}""");

        (named.StatusCode, unnamed.StatusCode).Should().Be((HttpStatusCode.BadRequest, HttpStatusCode.OK));
        (await named.Content.ReadAsStringAsync(Token)).Should().Contain("shop").And.Contain("an unknown column");
        await service.StopAsync(Token);
    }

    [Theory]
    [InlineData("SELECT amount, discount, colour, shop, won, day FROM source", "*")]
    [InlineData("SELECT amount, discount, colour, shop, won, day FROM source", "* EXCLUDE (shop)")]
    [InlineData("SELECT * EXCLUDE (price), price / 100 AS amount FROM source", "* EXCLUDE (amount), amount * 100 AS price")]
    [InlineData("SELECT * EXCLUDE (price), price / 100 AS amount FROM source", "* EXCLUDE (amount, shop), amount * 100 AS price")]
    public async Task Files_are_compared_with_the_attribute_and_without(string query, string columns)
    {
        using var stages = trained.Copy();
        var (package, dataset) = await PackageAsync(stages);
        var definition = WithAttribute(stages);
        var model = new ComparedModel(package, PackageReader.ReadReferenceProfile(package), definition with { Data = definition.Data with { Query = query } });
        using (var database = new DuckDatabase(spillDirectory: string.Empty))
        {
            database.Execute($"COPY (SELECT {columns} FROM read_csv({DuckDatabase.Literal(Path.Combine(stages.ModelDirectory, "data", "rows.csv"))})) TO {DuckDatabase.Literal(Path.Combine(_fixture.Root, "rows.parquet"))} (FORMAT parquet)", Token);
        }

        var window = (await new FileDriftSource(model, new FileRows(_fixture.Root, ["rows.parquet"]), _fixture.Runner.Store).ReadAsync(Month, Token)).Should().ContainSingle().Subject;
        var own = (await new DatasetDriftSource(model, dataset, DataSplit.Test).ReadAsync(Month, Token)).Should().ContainSingle().Subject;

        window.Profile.Rows.Should().Be(290);
        window.Profile.Features.Keys.Should().BeEquivalentTo("amount", "discount", "colour");
        window.Profile.Features.Should().BeEquivalentTo(own.Profile.Features);
    }

    private static string Csv(IEnumerable<string> lines) => Header + string.Concat(lines);

    private static ModelDefinition WithAttribute(Stages stages) => stages.Definition with { Data = stages.Definition.Data with { Attributes = ["shop"] } };

    private static async Task<(PackagedModel Package, Dataset Dataset)> PackageAsync(Stages stages)
    {
        await File.WriteAllTextAsync(stages.Definition.GoldenRequestsPath, """[{"amount": 3.5, "discount": 1, "colour": "red"}]""", Token);
        var model = await stages.PackageAsync(WithAttribute(stages));
        return (model.Stored.Package, model.Dataset);
    }

    private static Task<HttpResponseMessage> AskAsync(HttpClient client, string row) =>
        client.PostAsJsonAsync(new Uri("v1/predict", UriKind.Relative), new JsonObject { ["rows"] = new JsonArray(JsonNode.Parse(row)) }, Token);

    private Dictionary<string, int> Counts(Dataset dataset, string column)
    {
        var slices = new SliceReader(dataset, DataFolder.Definition(_fixture, Settings)).Read(column, Token);
        return slices.Values.Zip(slices.Counts()).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    private Task<Dataset> PrepareAsync(DataSettings settings, params (string Path, object Content)[] files)
    {
        DataFolder.Write(_fixture, files);
        return new PrepareDataStage(_fixture.Runner).RunAsync(DataFolder.Definition(_fixture, settings), "code", Token);
    }
}
