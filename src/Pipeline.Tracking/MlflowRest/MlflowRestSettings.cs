using System.Globalization;

namespace Pipeline.Tracking.MlflowRest;

/// <summary>All that a connection to an MLflow server needs, by the variables of MLflow's own client.</summary>
/// <param name="Tracking">Where runs are kept.</param>
public sealed record MlflowRestSettings(MlflowServer Tracking)
{
    // As many as MLflow's own client allows at most by default; 10 doublings are half an hour.
    private const int MostRetries = 10;
    private const double MostSeconds = 24 * 60 * 60;

    /// <summary>Where models are registered; the same server unless <c>MLFLOW_REGISTRY_URI</c> names another.</summary>
    public MlflowServer Registry { get; init; } = Tracking;

    /// <summary>The workspace on a server that has such (MLflow 3.10 and newer); null for its default.</summary>
    public string? Workspace { get; init; }

    public MlflowTlsSettings Tls { get; init; } = new();

    public MlflowRetrySettings Retries { get; init; } = new();

    /// <summary>Reads the variables that MLflow's client reads. An empty one counts as unset.</summary>
    /// <param name="trackingUri">The server; user and password in it win over the variables.</param>
    /// <param name="environment">A variable's value; null if unset.</param>
    /// <param name="homeDirectory">Where <c>.mlflow/credentials</c> may be.</param>
    /// <exception cref="TrackingException">A value is not what it should be; the message names the variable, and nothing secret.</exception>
    public static MlflowRestSettings FromEnvironment(Uri trackingUri, Func<string, string?> environment, string homeDirectory)
    {
        string? Value(string name) => environment(name) is { Length: > 0 } value ? value : null;

        var credentials = CredentialsOf(Value, homeDirectory);
        var tracking = new MlflowServer(trackingUri, credentials);
        var settings = new MlflowRestSettings(tracking)
        {
            Registry = Value("MLFLOW_REGISTRY_URI") is { } registry ? RegistryOf(registry, tracking, credentials) : tracking,
            Workspace = WorkspaceOf(Value("MLFLOW_WORKSPACE")),
            Tls = TlsOf(Value),
            Retries = RetriesOf(Value),
        };

        // A file that cannot be read is told now, not at the first call.
        _ = MlflowTls.OptionsOf(settings.Tls);
        return settings;
    }

    private static MlflowCredentials? CredentialsOf(Func<string, string?> value, string homeDirectory)
    {
        const string UserVariable = "MLFLOW_TRACKING_USERNAME";
        const string PasswordVariable = "MLFLOW_TRACKING_PASSWORD";
        const string TokenVariable = "MLFLOW_TRACKING_TOKEN";
        var (user, password, token) = (value(UserVariable), value(PasswordVariable), value(TokenVariable));
        if (user is null || password is null)
        {
            var file = MlflowCredentialsFile.Read(homeDirectory);
            user ??= file.User;
            password ??= file.Password;
        }

        if (user is { Length: > 0 } && password is { Length: > 0 })
        {
            return !user.Contains(':', StringComparison.Ordinal)
                ? MlflowCredentials.Basic(user, password)
                : throw Malformed(UserVariable, "the name of a user, which has no colon");
        }

        if (token is not null)
        {
            return token.All(letter => letter is > ' ' and < (char)127) ? MlflowCredentials.Bearer(token) : throw Malformed(TokenVariable, "a token: ASCII without blanks and line ends");
        }

        return user is { Length: > 0 } ? throw Malformed(PasswordVariable, $"the password of the user that {UserVariable} or {MlflowCredentialsFile.PathIn(homeDirectory)} names")
            : password is { Length: > 0 } ? throw Malformed(UserVariable, $"the user that the password in {PasswordVariable} or {MlflowCredentialsFile.PathIn(homeDirectory)} is of")
            : null;
    }

    private static MlflowServer RegistryOf(string registry, MlflowServer tracking, MlflowCredentials? credentials)
    {
        const string Variable = "MLFLOW_REGISTRY_URI";
        if (!Uri.TryCreate(registry, UriKind.Absolute, out var address))
        {
            throw Malformed(Variable, "an address that begins with http:// or https://");
        }

        var server = new MlflowServer(address, credentials, Variable);
        // The same server named without the user and password that the other address has.
        return server.Root == tracking.Root && address.UserInfo.Length == 0 ? tracking : server;
    }

    private static string? WorkspaceOf(string? workspace) =>
        workspace is null || workspace.All(letter => letter is >= ' ' and < (char)127) ? workspace : throw Malformed("MLFLOW_WORKSPACE", "a workspace's name in ASCII");

    private static MlflowTlsSettings TlsOf(Func<string, string?> value)
    {
        var tls = new MlflowTlsSettings
        {
            IsUnchecked = SwitchOf(MlflowTls.InsecureVariable, value(MlflowTls.InsecureVariable)),
            AuthoritiesPath = value(MlflowTls.AuthoritiesVariable),
            ClientCertificatePath = value(MlflowTls.ClientVariable),
        };
        return tls is { IsUnchecked: true, AuthoritiesPath: not null }
            ? throw new TrackingException(TrackingFault.Refused, $"{MlflowTls.InsecureVariable} says that no certificate is checked, and {MlflowTls.AuthoritiesVariable} by what it is checked. Unset one of them.")
            : tls;
    }

    private static MlflowRetrySettings RetriesOf(Func<string, string?> value)
    {
        var defaults = new MlflowRetrySettings();
        return new MlflowRetrySettings
        {
            MaximumRetries = CountOf("MLFLOW_HTTP_REQUEST_MAX_RETRIES", value) ?? defaults.MaximumRetries,
            Backoff = SecondsOf("MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR", value, 0) ?? defaults.Backoff,
            Jitter = SecondsOf("MLFLOW_HTTP_REQUEST_BACKOFF_JITTER", value, 0) ?? defaults.Jitter,
            Timeout = SecondsOf("MLFLOW_HTTP_REQUEST_TIMEOUT", value, 0.001) ?? defaults.Timeout,
        };
    }

    private static bool SwitchOf(string variable, string? value) => value?.ToLowerInvariant() switch
    {
        null or "false" or "0" => false,
        "true" or "1" => true,
        _ => throw Malformed(variable, "true or false"),
    };

    private static int? CountOf(string variable, Func<string, string?> value) => value(variable) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= MostRetries ? count
        : throw Malformed(variable, $"a number from 0 to {MostRetries}");

    private static TimeSpan? SecondsOf(string variable, Func<string, string?> value, double least) => value(variable) is not { } text ? null
        : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds >= least && seconds <= MostSeconds ? TimeSpan.FromSeconds(seconds)
        : throw Malformed(variable, least > 0 ? "a number of seconds above 0" : "a number of seconds, 0 or more");

    // The value is not shown: people paste secrets into the wrong variable.
    private static TrackingException Malformed(string variable, string wanted) => new(TrackingFault.Refused, $"{variable} is not {wanted}. Set it so, or unset it.");
}
