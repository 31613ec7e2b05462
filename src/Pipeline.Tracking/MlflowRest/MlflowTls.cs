using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Pipeline.Tracking.MlflowRest;

/// <summary>Turns TLS settings into what a connection takes.</summary>
internal static class MlflowTls
{
    public const string InsecureVariable = "MLFLOW_TRACKING_INSECURE_TLS";
    public const string AuthoritiesVariable = "MLFLOW_TRACKING_SERVER_CERT_PATH";
    public const string ClientVariable = "MLFLOW_TRACKING_CLIENT_CERT_PATH";

    /// <exception cref="TrackingException">A file is not there, or is not what it should be.</exception>
    public static SslClientAuthenticationOptions OptionsOf(MlflowTlsSettings settings)
    {
        var options = new SslClientAuthenticationOptions();
        if (settings.IsUnchecked)
        {
#pragma warning disable CA5359 // What the user asked for by MLflow's own variable.
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (settings.AuthoritiesPath is { } authorities)
        {
            options.CertificateChainPolicy = TrustOnly(Load(AuthoritiesVariable, authorities, "the certificates of authorities in PEM form", AuthoritiesIn));
        }

        if (settings.ClientCertificatePath is { } client)
        {
            options.ClientCertificates = [Load(ClientVariable, client, "a certificate and its key, not encrypted, in PEM form", ClientCertificateIn)];
        }

        return options;
    }

    private static X509ChainPolicy TrustOnly(X509Certificate2Collection authorities)
    {
        // No lists of revoked certificates: an authority of one's own seldom has any, and MLflow's client asks for none.
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        policy.ExtraStore.AddRange(authorities);
        return policy;
    }

    private static X509Certificate2Collection AuthoritiesIn(string path)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(path);
        return authorities.Count > 0 ? authorities : throw new CryptographicException("There is no certificate in it.");
    }

    private static X509Certificate2 ClientCertificateIn(string path)
    {
        using var certificate = X509Certificate2.CreateFromPemFile(path);
        // Windows' TLS does not use a key that is only in memory; of PKCS#12 it does.
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    private static T Load<T>(string variable, string path, string what, Func<string, T> read)
    {
        try
        {
            return read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new TrackingException(TrackingFault.Refused, $"{variable} names {path}, from which {what} cannot be read: {e.Message} Set it to such a file.", e);
        }
    }
}
