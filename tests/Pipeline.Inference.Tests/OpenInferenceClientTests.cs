using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Pipeline.ModelPackage.Tests;

namespace Pipeline.Inference.Tests;

/// <summary>Requests byte by byte as the clients of Triton (tritonclient.http on gevent) and of KServe (InferenceRESTClient on httpx) send them.</summary>
public sealed class OpenInferenceClientTests(SharedService shared) : IClassFixture<SharedService>
{
    public static TheoryData<string, string, string, string> Recorded => new()
    {
        {
            "Triton's client, binary both ways",
            """
            POST /v2/models/delay/infer HTTP/1.1
            user-agent: python/gevent-http-client-2.0.8
            inference-header-content-length: 406
            host: service
            content-length: 464
            """,
            """
            {"inputs":[{"name":"hour","shape":[2,1],"datatype":"FP32","parameters":{"binary_data_size":8}},{"name":"origin","shape":[2,1],"datatype":"BYTES","parameters":{"binary_data_size":24}},{"name":"distance","shape":[2,1],"datatype":"FP32","parameters":{"binary_data_size":8}},{"name":"destination","shape":[2,1],"datatype":"BYTES","parameters":{"binary_data_size":18}}],"parameters":{"binary_data_output":true}}
            """,
            "0000E0400000B4410300000041544C0D0000005AC3BC7269636820224F7374220000FA430000F841030000004C4158070000006E6F7768657265"
        },
        {
            "Triton's client, JSON both ways",
            """
            POST /v2/models/delay/infer HTTP/1.1
            user-agent: python/gevent-http-client-2.0.8
            host: service
            content-length: 451
            """,
            """
            {"id":"42","inputs":[{"name":"hour","shape":[2,1],"datatype":"FP32","data":[7.0,22.5]},{"name":"origin","shape":[2,1],"datatype":"BYTES","data":["ATL","Z\u00FCrich \"Ost\""]},{"name":"distance","shape":[2,1],"datatype":"FP32","data":[500.0,31.0]},{"name":"destination","shape":[2,1],"datatype":"BYTES","data":["LAX","nowhere"]}],"outputs":[{"name":"label","parameters":{"binary_data":false}},{"name":"probability","parameters":{"binary_data":false}}]}
            """,
            ""
        },
        {
            "KServe's client, binary both ways",
            """
            POST /v2/models/delay/infer HTTP/1.1
            Host: service
            Accept: */*
            Accept-Encoding: gzip, deflate, br
            Connection: keep-alive
            User-Agent: python-httpx/0.23.3
            inference-header-content-length: 550
            content-type: application/octet-stream
            Content-Length: 608
            """,
            """
            {"id":"4f0a7be8-52a2-4d7c-9b0c-0f6e0f1b9a11","model_name":"delay","inputs":[{"name":"hour","shape":[2,1],"datatype":"FP32","parameters":{"binary_data_size":8}},{"name":"origin","shape":[2,1],"datatype":"BYTES","parameters":{"binary_data_size":24}},{"name":"distance","shape":[2,1],"datatype":"FP32","parameters":{"binary_data_size":8}},{"name":"destination","shape":[2,1],"datatype":"BYTES","parameters":{"binary_data_size":18}}],"outputs":[{"name":"probability","parameters":{"binary_data":true}},{"name":"label","parameters":{"binary_data":true}}]}
            """,
            "0000E0400000B4410300000041544C0D0000005AC3BC7269636820224F7374220000FA430000F841030000004C4158070000006E6F7768657265"
        },
        {
            "KServe's client, JSON both ways",
            """
            POST /v2/models/delay/infer HTTP/1.1
            Host: service
            Accept: */*
            Accept-Encoding: gzip, deflate, br
            Connection: keep-alive
            User-Agent: python-httpx/0.23.3
            content-type: application/json
            Content-Length: 380
            """,
            """
            {"id":"4f0a7be8-52a2-4d7c-9b0c-0f6e0f1b9a11","model_name":"delay","inputs":[{"name":"hour","shape":[2,1],"datatype":"FP32","data":[7.0,22.5]},{"name":"origin","shape":[2,1],"datatype":"BYTES","data":["ATL","Zürich \"Ost\""]},{"name":"distance","shape":[2,1],"datatype":"FP32","data":[500.0,31.0]},{"name":"destination","shape":[2,1],"datatype":"BYTES","data":["LAX","nowhere"]}]}
            """,
            ""
        },
    };

    [Theory]
    [MemberData(nameof(Recorded))]
    public async Task A_recorded_request_is_answered_as_its_client_reads_it(string client, string head, string json, string binary)
    {
        byte[] request = [.. Encoding.UTF8.GetBytes(head.ReplaceLineEndings("\r\n") + "\r\n\r\n" + json), .. Convert.FromHexString(binary)];
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, shared.Running.Client.BaseAddress!.Port, TestContext.Current.CancellationToken);

        // Twice on the connection, as a client that keeps it open.
        for (var i = 0; i < 2; i++)
        {
            await socket.SendAsync(request, TestContext.Current.CancellationToken);
            var (headers, body) = await AnswerOf(socket);

            headers.Should().StartWith("HTTP/1.1 200 OK", client);
            var jsonLength = HeaderOf(headers, OpenInferenceRequest.JsonLengthHeader) is { } length ? length : body.Length;
            (jsonLength < body.Length).Should().Be(binary.Length > 0);
            CheckAnswer(JsonNode.Parse(body.AsSpan(0, jsonLength))!.AsObject(), body[jsonLength..], JsonNode.Parse(json)!["id"]);
        }
    }

    private static void CheckAnswer(JsonObject answer, byte[] binary, JsonNode? id)
    {
        ((string?)answer["model_name"]).Should().Be("delay");
        if (id is not null)
        {
            ((string?)answer["id"]).Should().Be((string?)id);
        }

        float[] expected = [TestModel.Probability(7, "ATL", 500, "LAX"), TestModel.Probability(22.5, "Zürich \"Ost\"", 31, "nowhere")];
        var probabilities = binary.Length > 0 ? [BitConverter.ToSingle(binary), BitConverter.ToSingle(binary, 4)] : OpenInferenceRequest.Probabilities(answer);
        probabilities.Zip(expected).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-6f);
        if (binary.Length > 0)
        {
            binary[8..].Should().Equal(OpenInferenceRequest.Texts("late", "late"));
        }
        else
        {
            OpenInferenceRequest.Output(answer, "label")["data"]!.ToJsonString().Should().Be("""["late","late"]""");
        }
    }

    private static async Task<(string Headers, byte[] Body)> AnswerOf(Socket socket)
    {
        var buffer = new byte[8_192];
        var length = 0;
        while (true)
        {
            var count = await socket.ReceiveAsync(buffer.AsMemory(length), TestContext.Current.CancellationToken);
            count.Should().BePositive("the service must not hang up");
            length += count;
            var end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            if (end < 0)
            {
                continue;
            }

            var headers = Encoding.ASCII.GetString(buffer, 0, end);
            if (length >= end + 4 + HeaderOf(headers, "Content-Length"))
            {
                return (headers, buffer[(end + 4)..length]);
            }
        }
    }

    private static int? HeaderOf(string headers, string name) => headers.Split("\r\n")
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
        .Select(line => (int?)int.Parse(line.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture))
        .FirstOrDefault();
}
