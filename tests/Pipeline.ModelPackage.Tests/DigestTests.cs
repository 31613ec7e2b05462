using System.Text.Json;

namespace Pipeline.ModelPackage.Tests;

public sealed class DigestTests
{
    // From FIPS 180-2: SHA-256 of "abc".
    private const string OfAbc = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    [Fact]
    public void The_digest_is_SHA_256()
    {
        Digest.OfText("abc").ToString().Should().Be(OfAbc);
        Digest.Of("abc"u8).Abbreviated.Should().Be("ba7816bf8f01");
    }

    [Fact]
    public void Bytes_text_and_file_of_the_same_content_have_the_same_digest()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "abc");

            Digest.OfFile(file).Should().Be(Digest.OfText("abc")).And.Be(Digest.Parse(OfAbc));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("sha256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD")]
    [InlineData("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a")]
    [InlineData("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015adf")]
    [InlineData("sha256:ga7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("sha512:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    public void Other_texts_are_no_digests(string? text)
    {
        Digest.TryParse(text, out var digest).Should().BeFalse();
        digest.IsEmpty.Should().BeTrue();
    }

    [Fact]
    public void A_digest_survives_JSON_and_a_bad_one_is_a_JSON_fault()
    {
        var json = JsonSerializer.Serialize(Digest.Parse(OfAbc));

        json.Should().Be($"\"{OfAbc}\"");
        JsonSerializer.Deserialize<Digest>(json).Should().Be(Digest.Parse(OfAbc));
        FluentActions.Invoking(() => JsonSerializer.Deserialize<Digest>("\"abc\"")).Should().Throw<JsonException>();
    }

    [Fact]
    public void An_empty_digest_has_no_hex()
    {
        FluentActions.Invoking(() => default(Digest).Hex).Should().Throw<InvalidOperationException>();
        default(Digest).ToString().Should().Be("(none)");
    }
}
