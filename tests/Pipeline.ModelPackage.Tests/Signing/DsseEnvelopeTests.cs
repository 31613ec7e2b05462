using System.Text;
using Pipeline.ModelPackage.Signing;

namespace Pipeline.ModelPackage.Tests.Signing;

public sealed class DsseEnvelopeTests
{
    [Fact]
    public void What_is_signed_is_the_specifications_test_vector()
    {
        var bytes = DsseEnvelope.SignedBytes("http://example.com/HelloWorld", "hello world"u8);

        Encoding.UTF8.GetString(bytes).Should().Be("DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    }

    [Fact]
    public void Lengths_are_of_bytes_and_not_of_letters() =>
        Encoding.UTF8.GetString(DsseEnvelope.SignedBytes("é", "ü"u8)).Should().Be("DSSEv1 2 é 2 ü");

    [Theory]
    [InlineData("+/8=")]
    [InlineData("-_8=")]
    [InlineData("-_8")]
    public void A_payload_is_read_in_either_alphabet_of_base64(string payload) =>
        new DsseEnvelope(payload, DsseEnvelope.InTotoType, []).PayloadBytes().Should().Equal(0xFB, 0xFF);

    [Fact]
    public void A_payload_that_is_not_base64_is_refused()
    {
        var read = () => new DsseEnvelope("not base64!", DsseEnvelope.InTotoType, []).PayloadBytes();

        read.Should().Throw<FormatException>();
    }
}
