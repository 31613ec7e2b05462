namespace Pipeline.Tracking.MlflowRest;

/// <summary>Where an MLflow server is, and who asks there.</summary>
public sealed record MlflowServer
{
    /// <param name="root">http or https; a path is kept. User and password in it win over the others, as with MLflow's own client.</param>
    /// <param name="credentials">Null if none are needed.</param>
    /// <exception cref="TrackingException">It is no such address.</exception>
    public MlflowServer(Uri root, MlflowCredentials? credentials = null)
        : this(root, credentials, "MLFLOW_TRACKING_URI")
    {
    }

    /// <param name="root">The address.</param>
    /// <param name="credentials">Null if none are needed.</param>
    /// <param name="variable">Where the address is from, for the message.</param>
    internal MlflowServer(Uri root, MlflowCredentials? credentials, string variable)
    {
        if (!root.IsAbsoluteUri || root.Scheme is not ("http" or "https") || root.Host.Length == 0)
        {
            throw new TrackingException(TrackingFault.Refused, $"{variable} names no MLflow server that is spoken with: its address must begin with http:// or https://{SchemeOf(root)}. Set it to the server's address, as https://mlflow.example.com.");
        }

        if (root.Query.Length > 0 || root.Fragment.Length > 0)
        {
            throw new TrackingException(TrackingFault.Refused, $"{variable} has a part after '?' or '#', which an MLflow server's address has not. Set it to the address that ends before.");
        }

        Root = new UriBuilder(root) { UserName = string.Empty, Password = string.Empty, Path = root.AbsolutePath.TrimEnd('/') + '/' }.Uri;
        Credentials = root.UserInfo.Length > 0 ? OfUserInfo(root.UserInfo) : credentials;
    }

    /// <summary>Ends with a slash, and has neither user nor password.</summary>
    public Uri Root { get; }

    public MlflowCredentials? Credentials { get; }

    /// <summary>For people.</summary>
    public string Address => Root.AbsoluteUri.TrimEnd('/');

    private static MlflowCredentials OfUserInfo(string userInfo)
    {
        var colon = userInfo.IndexOf(':', StringComparison.Ordinal);
        return colon < 0
            ? MlflowCredentials.Basic(Uri.UnescapeDataString(userInfo), string.Empty)
            : MlflowCredentials.Basic(Uri.UnescapeDataString(userInfo[..colon]), Uri.UnescapeDataString(userInfo[(colon + 1)..]));
    }

    // Only the scheme: the rest of an address of a database has its password.
    private static string SchemeOf(Uri root) => root.IsAbsoluteUri ? $", and this one begins with {root.Scheme}:" : string.Empty;
}
