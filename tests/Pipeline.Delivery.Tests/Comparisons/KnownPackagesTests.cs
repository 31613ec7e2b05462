using Pipeline.Delivery.Comparisons;
using Pipeline.Delivery.Promotion;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.Comparisons;

/// <summary>Which package a person means.</summary>
public sealed class KnownPackagesTests(TrainedStore trained) : IDisposable
{
    private const string Old = "abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789";
    private const string Twin = "abcdef0123456799abcdef0123456789abcdef0123456789abcdef0123456789";

    private readonly Stages _stages = trained.Copy();

    public void Dispose() => _stages.Dispose();

    [Fact]
    public async Task A_stage_is_what_its_newest_record_names()
    {
        var (old, model) = (await _stages.PackageAsync(_stages.WithStump), await _stages.PackageAsync());
        _stages.Promote(old, "dev");
        var newest = _stages.Promote(model, "dev");

        var named = Resolve("dev");

        named.Name.Should().Be($"dev {model.Stored.Package.Version}");
        named.Digest.Should().Be(model.Stored.Package.Digest);
        named.Records.Should().ContainSingle().Which.Path.Should().Be(newest.Path);
    }

    [Fact]
    public async Task A_package_in_the_store_goes_by_its_version_however_it_is_written()
    {
        var model = await _stages.PackageAsync();
        var digest = model.Stored.Package.Digest;
        await _stages.PackageAsync(_stages.WithStump);

        foreach (var written in new[] { digest.Abbreviated, digest.Hex[..6], digest.Hex, digest.ToString(), $"bids:{digest.Abbreviated}", $"bids:{digest}", $"sha256:{digest.Hex[..8]}", digest.Abbreviated.ToUpperInvariant() })
        {
            Resolve(written).Should().BeEquivalentTo(new NamedPackage(null, digest, []), written);
        }
    }

    [Fact]
    public void A_version_that_only_old_records_name_is_found_with_all_of_them()
    {
        Record("dev", Old);
        Record("dev", Digest.OfText("newer").Hex);
        Record("canary", Old);

        var named = Resolve(Old[..6]);

        named.Digest.Hex.Should().Be(Old);
        named.Records.Select(record => record.Statement.Predicate.Stage).Should().BeEquivalentTo("dev", "canary");
    }

    [Fact]
    public void Digits_that_several_versions_begin_with_are_too_few()
    {
        Record("dev", Old);
        Record("dev", Twin);

        var fault = Fault("abcdef");

        fault.ExitCode.Should().Be(ExitCode.Usage);
        fault.Message.Should().StartWith("--with abcdef: several versions of bids begin so: ").And.Contain(Old[..15]).And.Contain(Twin[..15]).And.EndWith(". Give more digits.");
        Resolve(Old[..15]).Digest.Hex.Should().Be(Old);
    }

    [Theory]
    [InlineData("dve", "; did you mean 'dev'?")]
    [InlineData("Dev", "; did you mean 'dev'?")]
    [InlineData("abcdef012346", "; did you mean 'abcdef012345'?")]
    [InlineData("bids:abcdef012346", "; did you mean 'abcdef012345'?")]
    [InlineData("abc", "; did you mean 'abcdef012345'?")]
    [InlineData("9999999999", ". Stages")]
    public void An_unknown_name_is_wrong_usage_and_told_with_what_there_is(string written, string hint)
    {
        Record("dev", Old);

        var fault = Fault(written);

        fault.ExitCode.Should().Be(ExitCode.Usage);
        fault.Message.Should().StartWith($"--with {written}: bids has no such stage or version{hint}").And.EndWith(" Stages: dev, staging, production. Versions: abcdef012345 (at least 6 digits).".TrimStart());
    }

    [Fact]
    public void Where_there_is_no_version_that_is_told() => Fault("abcdef").Message.Should().EndWith("There is no version yet.");

    [Fact]
    public void Of_many_versions_the_newest_are_told()
    {
        foreach (var number in Enumerable.Range(1, 13))
        {
            Record("dev", Digest.OfText($"{number}").Hex, DateTimeOffset.UnixEpoch.AddDays(number));
        }

        Fault("nobody's").Message.Should().Contain($"Versions: {Digest.OfText("13").Abbreviated}, {Digest.OfText("12").Abbreviated}, ").And.EndWith($"{Digest.OfText("4").Abbreviated} and 3 more (at least 6 digits).");
    }

    [Fact]
    public void A_version_of_another_model_is_wrong_usage()
    {
        var fault = Fault($"flights:{Old[..12]}");

        fault.ExitCode.Should().Be(ExitCode.Usage);
        fault.Message.Should().Be("--with flights:abcdef012345: this compares versions of bids. For those of another model give --model flights.");
    }

    [Fact]
    public void A_stage_that_runs_nothing_yet_is_told_with_the_next_command()
    {
        var fault = Fault("staging");

        fault.ExitCode.Should().Be(ExitCode.ToolError);
        fault.Message.Should().StartWith("--with staging: bids has nothing in staging yet. Run ./build.sh Promote --stage staging first");
    }

    [Fact]
    public void Records_that_do_not_verify_are_told()
    {
        Record("canary", Old);
        var second = Record("canary", Twin);
        File.AppendAllText(Path.Combine(Path.GetDirectoryName(second.Path)!, "0001.json"), " ");

        var fault = Fault(Old[..6]);

        fault.ExitCode.Should().Be(ExitCode.ToolError);
        fault.Message.Should().StartWith("The records of stage 'canary' do not verify");
    }

    private NamedPackage Resolve(string written) => new KnownPackages(_stages.Definition, _stages.Ledger, new ChampionSource(_stages.Ledger, _stages.Runner.Store, images: null)).Resolve("--with", written);

    private PipelineException Fault(string written)
    {
        var act = () => Resolve(written);
        return act.Should().Throw<PipelineException>().Which;
    }

    private PromotionRecord Record(string stage, string package, DateTimeOffset? at = null) => _stages.Ledger.Append(
        new PromotionPredicate(SmallModel.Name, stage, null, 0, null, package[..12], at ?? DateTimeOffset.UnixEpoch, "somebody", "c0ffee", Digest.OfText("model").Hex, []),
        [ResourceDescriptor.Of(SmallModel.Name, Digest.Parse("sha256:" + package))]);
}
