using System.Net;
using System.Security.Authentication;

namespace Pipeline.Tracking.MlflowRest;

/// <summary>Turns what a server answers, or that it does not, into a message with the next step.</summary>
internal static class MlflowFaults
{
    private const int LongestWords = 400;

    /// <summary>An answer that is not the one wanted.</summary>
    public static TrackingException Of(MlflowAnswer answer)
    {
        var (fault, meaning) = MeaningOf(answer);
        return new TrackingException(fault, $"{answer.Call.Failure}: {meaning} (It says: {(int)answer.Status}{WordsOf(answer)})");
    }

    /// <summary>An answer that is not what MLflow's documents say.</summary>
    public static TrackingException OfForm(MlflowServer server, string failure, string what, Exception? inner = null) =>
        new(TrackingFault.Refused, $"{failure}: {server.Address} answers otherwise than MLflow does: {what} Is the address that of an MLflow server?", inner);

    /// <summary>No answer.</summary>
    public static TrackingException Of(MlflowCall call, MlflowServer server, HttpRequestException e)
    {
        var reason = Innermost(e).Message.TrimEnd('.');
        if (e.HttpRequestError == HttpRequestError.SecureConnectionError && IsDistrust(e))
        {
            return new TrackingException(
                TrackingFault.Refused,
                $"{call.Failure}: {server.Address} gives no trusted TLS connection. Set {MlflowTls.AuthoritiesVariable} to a PEM file with the authority of its certificate, and {MlflowTls.ClientVariable} if it asks for one. ({reason}.)",
                e);
        }

        var meaning = e.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => $"The host of {server.Address} is not known. Is the address spelled right?",
            HttpRequestError.ConnectionError => $"Nothing answers at {server.Address}. Is the server running, and is the port right?",
            HttpRequestError.SecureConnectionError => $"{server.Address} broke off while TLS was agreed on.",
            _ => $"The connection to {server.Address} broke.",
        };
        return new TrackingException(TrackingFault.Unreachable, $"{call.Failure}: {meaning} ({reason}.)", e);
    }

    /// <summary>An answer too late.</summary>
    public static TrackingException OfTimeout(MlflowCall call, MlflowServer server, TimeSpan timeout) =>
        new(TrackingFault.Unreachable, $"{call.Failure}: {server.Address} is silent for {timeout.TotalSeconds:0.#} s. Is it running and reachable from here? MLFLOW_HTTP_REQUEST_TIMEOUT sets how long is waited.");

    private static (TrackingFault Fault, string Meaning) MeaningOf(MlflowAnswer answer)
    {
        var address = answer.Server.Address;
        if (answer.IsRedirect)
        {
            return (TrackingFault.Refused, $"{address} sends the request on to {answer.Location ?? "nowhere"}, where neither it nor credentials are sent. Set the server's address to where it really is, or sign in there.");
        }

        if (answer.IsPassing)
        {
            return (TrackingFault.Unreachable, (int)answer.Status == 429 ? $"{address} wants fewer requests." : $"{address} has a fault of its own. See its log.");
        }

        return answer.ErrorCode is { } code ? MeaningOf(code, answer) : MeaningOfText(answer);
    }

    private static (TrackingFault Fault, string Meaning) MeaningOf(string code, MlflowAnswer answer) => code switch
    {
        "UNAUTHENTICATED" or "CUSTOMER_UNAUTHORIZED" => (TrackingFault.Denied, UnknownMeaning(answer.Server)),
        "PERMISSION_DENIED" => (TrackingFault.Denied, ForbiddenMeaning(answer.Server)),
        "RESOURCE_DOES_NOT_EXIST" or "NOT_FOUND" => (TrackingFault.Refused, $"{answer.Server.Address} does not have it."),
        "ENDPOINT_NOT_FOUND" => (TrackingFault.Refused, UnknownCallMeaning(answer.Server)),
        _ => (TrackingFault.Refused, $"{answer.Server.Address} does not take it."),
    };

    private static (TrackingFault Fault, string Meaning) MeaningOfText(MlflowAnswer answer)
    {
        var address = answer.Server.Address;
        if (answer.Text.Contains("Invalid Host header", StringComparison.OrdinalIgnoreCase))
        {
            return (TrackingFault.Refused, $"{address} does not answer under the host '{answer.Server.Root.Authority}'. Start it with --allowed-hosts {answer.Server.Root.Authority}, or use a host that it allows.");
        }

        return answer.Status switch
        {
            _ when answer.IsSwitchedOff => (TrackingFault.Refused, $"{address} was started so that it does not do this. Start it with --serve-artifacts, its default, and without --artifacts-only."),
            HttpStatusCode.Unauthorized => (TrackingFault.Denied, UnknownMeaning(answer.Server)),
            HttpStatusCode.Forbidden => (TrackingFault.Denied, ForbiddenMeaning(answer.Server)),
            _ when answer.IsUnknownCall => (TrackingFault.Refused, UnknownCallMeaning(answer.Server)),
            HttpStatusCode.RequestEntityTooLarge => (TrackingFault.Refused, $"{address}, or a proxy before it, does not take requests that large. Raise the proxy's limit (nginx: client_max_body_size)."),
            >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices =>
                (TrackingFault.Refused, $"{address} does not answer as MLflow does, but with something else, such as a proxy's page to sign in. Set the address of the MLflow server itself, and what it needs to know who asks."),
            _ => (TrackingFault.Refused, $"{address}, or a proxy before it, does not take it."),
        };
    }

    private static string UnknownMeaning(MlflowServer server) => server.Credentials is null
        ? $"{server.Address} wants to know who asks. Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN."
        : $"{server.Address} does not take the credentials of {server.Credentials}. Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN, to valid ones.";

    private static string ForbiddenMeaning(MlflowServer server) => server.Credentials is null
        ? $"{server.Address} does not allow it to somebody unknown. Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN."
        : $"{server.Address} does not allow it to {server.Credentials}. Ask the server's administrator for the right to edit, or set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD of somebody who has it.";

    private static string UnknownCallMeaning(MlflowServer server) =>
        $"{server.Address} does not know this call: the server is too old for it (MLflow 2.3 and newer have all that is needed but inputs, which came with 2.4), or it is not at this address.";

    private static string WordsOf(MlflowAnswer answer)
    {
        var words = answer.ErrorCode is { } code ? $"{code} {answer.Message}" : answer.Message;
        words = words.Length > 64 * 1024 ? words[..(64 * 1024)] : words;
        words = answer.Server.Credentials?.Redact(words) ?? words;
        var line = new string([.. words.Select(letter => char.IsControl(letter) ? ' ' : letter)]).Trim();
        return line.Length == 0 ? string.Empty : $" {TrackingLimits.Cut(line, LongestWords)}";
    }

    // A certificate that is not trusted stays so; a connection that broke in the middle does not.
    private static bool IsDistrust(Exception e) => e is AuthenticationException || (e.InnerException is { } inner && IsDistrust(inner));

    private static Exception Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e;
}
