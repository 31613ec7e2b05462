using System.Net;
using System.Net.Sockets;
using Docker.DotNet;
using Pipeline.Engine;

namespace Pipeline.Delivery.Tests;

/// <summary>A Docker engine that goes away in the middle of a run ends it with a message, not with a stack trace.</summary>
public sealed class RunFaultTests
{
    [Fact]
    public void An_engine_that_stopped_is_said_to_be_gone()
    {
        var refused = new HttpRequestException("Connection failed.", new SocketException((int)SocketError.ConnectionRefused));
        var broken = new IOException("Unable to write data.", new SocketException((int)SocketError.ConnectionReset));

        foreach (var exception in new Exception[] { refused, broken })
        {
            var fault = RunFault.Of(exception);
            fault!.ExitCode.Should().Be(ExitCode.ToolError);
            fault.Message.Should().StartWith("The Docker engine does not answer any more: ").And.Contain("run again");
        }
    }

    [Fact]
    public void An_engine_that_refuses_is_quoted() =>
        RunFault.Of(new DockerApiException(HttpStatusCode.InternalServerError, "no space left on device"))!.Message.Should().Contain("no space left on device");

    [Fact]
    public void Outcomes_and_faults_of_the_pipeline_pass_through()
    {
        RunFault.Of(new PipelineException(ExitCode.Refused, "no")).Should().BeNull();
        RunFault.Of(new OperationCanceledException()).Should().BeNull();
        RunFault.Of(new InvalidOperationException("bug")).Should().BeNull();
    }
}
