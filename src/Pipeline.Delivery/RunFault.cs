using System.Net.Sockets;
using Docker.DotNet;
using Pipeline.Engine;

namespace Pipeline.Delivery;

/// <summary>Turns what the machine or the Docker engine does in the middle of a run into a message with the next step.</summary>
public static class RunFault
{
    /// <returns>What to tell the user; null if the exception is a fault of the pipeline's own, whose stack helps.</returns>
    public static PipelineException? Of(Exception exception) => exception switch
    {
        PipelineException or OperationCanceledException => null,
        DockerApiException refused => new PipelineException(ExitCode.ToolError, $"The Docker engine refuses: {(refused.ResponseBody ?? refused.Message).Trim()}. Put that right and run again; finished stages are kept.", exception),
        _ when Chain(exception).Any(e => e is HttpRequestException or SocketException) =>
            new PipelineException(ExitCode.ToolError, $"The Docker engine does not answer any more: {Chain(exception).Last().Message.TrimEnd('.')}. Start it and run again; finished stages are kept.", exception),
        _ => MachineFault.Of(exception),
    };

    private static IEnumerable<Exception> Chain(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            yield return e;
        }
    }
}
