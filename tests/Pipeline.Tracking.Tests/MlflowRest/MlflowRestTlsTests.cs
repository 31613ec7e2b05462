using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Pipeline.Tracking.MlflowRest;

namespace Pipeline.Tracking.Tests.MlflowRest;

public sealed class MlflowRestTlsTests : IDisposable
{
    private static readonly DateTimeOffset From = DateTimeOffset.UtcNow.AddDays(-1);

    private readonly TemporaryDirectory _folder = new();
    private readonly RSA _key = RSA.Create(2048);
    private readonly X509Certificate2 _authority;

    public MlflowRestTlsTests()
    {
        var request = new CertificateRequest("CN=own authority", _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _authority = request.CreateSelfSigned(From, From.AddDays(10));
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _authority.Dispose();
        _key.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task An_authority_of_ones_own_is_trusted_when_it_is_named_and_only_then()
    {
        using var certificate = Issue("localhost");
        await using var server = await RecordedMlflowServer.StartAsync(certificate);
        var authority = Write("ca.pem", _authority.ExportCertificatePem());

        var fault = (await FluentActions.Awaiting(() => CallAsync(server)).Should().ThrowAsync<TrackingException>()).Which;
        await CallAsync(server, ("MLFLOW_TRACKING_SERVER_CERT_PATH", authority));
        await CallAsync(server, ("MLFLOW_TRACKING_INSECURE_TLS", "true"));

        fault.Fault.Should().Be(TrackingFault.Refused);
        fault.Message.Should().Contain("no trusted TLS").And.Contain("MLFLOW_TRACKING_SERVER_CERT_PATH");
    }

    [Fact]
    public async Task A_certificate_for_another_host_is_not_trusted()
    {
        using var certificate = Issue("elsewhere");
        await using var server = await RecordedMlflowServer.StartAsync(certificate);

        await FluentActions.Awaiting(() => CallAsync(server, ("MLFLOW_TRACKING_SERVER_CERT_PATH", Write("ca.pem", _authority.ExportCertificatePem())))).Should().ThrowAsync<TrackingException>();
    }

    [Fact]
    public async Task A_certificate_of_the_clients_is_shown()
    {
        using var certificate = Issue("localhost");
        using var mine = Issue("anna");
        await using var server = await RecordedMlflowServer.StartAsync(certificate, ClientCertificateMode.RequireCertificate);
        var trust = ("MLFLOW_TRACKING_SERVER_CERT_PATH", Write("ca.pem", _authority.ExportCertificatePem()));
        var client = Write("client.pem", mine.ExportCertificatePem() + "\n" + mine.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());

        await FluentActions.Awaiting(() => CallAsync(server, trust)).Should().ThrowAsync<TrackingException>();
        await CallAsync(server, trust, ("MLFLOW_TRACKING_CLIENT_CERT_PATH", client));
    }

    [Fact]
    public void A_file_that_holds_no_certificate_is_refused() =>
        FluentActions.Invoking(() => MlflowRestSettings.FromEnvironment(new Uri("https://host"), name => name == "MLFLOW_TRACKING_SERVER_CERT_PATH" ? Write("ca.pem", "none") : null, _folder.Path))
            .Should().Throw<TrackingException>().WithMessage("MLFLOW_TRACKING_SERVER_CERT_PATH*ca.pem*");

    private static async Task CallAsync(RecordedMlflowServer server, params (string Name, string Value)[] environment)
    {
        var address = new UriBuilder(server.Address) { Host = "localhost" }.Uri;
        var settings = MlflowRestSettings.FromEnvironment(address, name => environment.Where(variable => variable.Name == name).Select(variable => variable.Value).FirstOrDefault(), "/no such home");
        await using var store = new MlflowRestStore(settings with { Retries = new() { MaximumRetries = 0 } }, TimeProvider.System, 1);
        await store.EnsureExperimentAsync("experiment", Stop);
    }

    private X509Certificate2 Issue(string host)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(_authority, From, From.AddDays(5), RandomNumberGenerator.GetBytes(8));
        using var whole = certificate.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    private string Write(string name, string text) => _folder.File(name, System.Text.Encoding.ASCII.GetBytes(text));
}
