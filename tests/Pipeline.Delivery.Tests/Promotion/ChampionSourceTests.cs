using Pipeline.Delivery.Promotion;
using Pipeline.Delivery.Publishing;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.Promotion;

public sealed class ChampionSourceTests(TrainedStore trained) : IDisposable
{
    private readonly Stages _stages = trained.Copy();

    private ChampionSource Source => new(_stages.Ledger, _stages.Runner.Store, images: null);

    public void Dispose() => _stages.Dispose();

    [Fact]
    public async Task A_package_is_found_in_the_store_by_its_digest()
    {
        var one = await _stages.PackageAsync();
        var other = await _stages.PackageAsync(_stages.WithStump);

        Source.FindInStore(one.Stored.Package.Digest)!.Directory.Should().Be(one.Stored.Package.Directory);
        Source.FindInStore(other.Stored.Package.Digest)!.Directory.Should().Be(other.Stored.Package.Directory);
        Source.FindInStore(Digest.OfText("nobody's")).Should().BeNull();
    }

    [Fact]
    public async Task A_harmed_package_is_not_found()
    {
        var model = await _stages.PackageAsync();

        await File.AppendAllTextAsync(model.Stored.Package.OnnxPath, "x", TestContext.Current.CancellationToken);

        Source.FindInStore(model.Stored.Package.Digest).Should().BeNull();
    }

    [Fact]
    public async Task Each_stage_with_a_record_has_a_champion_and_the_others_have_none()
    {
        var old = await _stages.PackageAsync(_stages.WithStump);
        var model = await _stages.PackageAsync();
        _stages.Promote(old, "dev");
        _stages.Promote(model, "dev");
        _stages.Promote(old, "production");

        var champions = await FindAsync("dev", "staging", "production");

        champions.Select(champion => (champion.Stage, champion.PackageDigest, champion.ModelDigest, champion.WhyMissing)).Should().Equal(
            ("dev", model.Stored.Package.Digest, model.Candidate.Digest, null),
            ("production", old.Stored.Package.Digest, old.Candidate.Digest, null));
        champions[0].Package!.Directory.Should().Be(model.Stored.Package.Directory);
    }

    [Fact]
    public async Task A_package_that_only_an_image_holds_needs_a_Docker_engine()
    {
        var model = await _stages.PackageAsync();
        _stages.Promote(model, "staging", new PushedImage(new ImageReference("127.0.0.1:5000", SmallModel.Name), "1", Digest.OfText("image"), model.Stored.Package.Digest));
        Directory.Delete(Path.Combine(_stages.Fixture.Artifacts, "store", "Package"), recursive: true);

        var champion = (await FindAsync("staging")).Single();

        champion.Package.Should().BeNull();
        champion.WhyMissing.Should().Contain("(there is no Docker engine)");
    }

    [Theory]
    [InlineData("\"modelDigest\": \"", "\"modelDigest\": \"zz")]
    [InlineData("127.0.0.1:5000/bids", "bids")]
    public async Task A_newest_record_that_makes_no_sense_is_told_as_one_that_does_not_verify(string passage, string replacement)
    {
        var model = await _stages.PackageAsync();
        var record = _stages.Promote(model, "staging", new PushedImage(new ImageReference("127.0.0.1:5000", SmallModel.Name), "1", Digest.OfText("image"), model.Stored.Package.Digest));
        var text = await File.ReadAllTextAsync(record.Path, TestContext.Current.CancellationToken);
        text.Should().Contain(passage);
        await File.WriteAllTextAsync(record.Path, text.Replace(passage, replacement, StringComparison.Ordinal), TestContext.Current.CancellationToken);

        var act = () => FindAsync("staging");

        await act.Should().ThrowAsync<PipelineException>().WithMessage("The records of stage 'staging' do not verify*0001.json*");
    }

    private Task<IReadOnlyList<Pipeline.Delivery.Gates.Champion>> FindAsync(params string[] stages) =>
        Source.FindAsync(stages, Path.Combine(_stages.Fixture.Root, "scratch"), TestContext.Current.CancellationToken);
}
