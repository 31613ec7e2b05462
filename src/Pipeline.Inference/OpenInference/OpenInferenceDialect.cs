using System.Buffers;
using System.Globalization;
using Pipeline.Inference.Hosting;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Telemetry;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.OpenInference;

/// <summary>
/// The Open Inference Protocol's inference requests, with the extension for binary tensors. As in Triton, whose clients name no content type or a wrong one, the header
/// for the JSON's length alone tells what the body is.
/// </summary>
public sealed class OpenInferenceDialect(InferenceOptions options) : IDialect
{
    /// <summary>The length of the body's JSON if binary tensors follow; 0 if the body is the only tensor, with no JSON at all.</summary>
    public const string JsonLengthHeader = "Inference-Header-Content-Length";

    public Protocol Protocol => Protocol.V2;

    public void Read(Exchange exchange, ReadOnlySpan<byte> body)
    {
        var header = exchange.Context.Request.Headers[JsonLengthHeader];
        if (header.Count == 0)
        {
            new InferRequestReader(exchange, options, body, []).Read();
        }
        else if (header.Count > 1 || !int.TryParse(header[0], NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > body.Length)
        {
            exchange.Faults.Add(null, JsonLengthHeader, $"the number of the JSON's bytes, of {body.Length} in all", header.ToString());
        }
        else if (length == 0)
        {
            ReadRaw(exchange, body);
        }
        else
        {
            Read(exchange, body[..length], body[length..]);
        }

        if (exchange.IsLogged && exchange.Infer.HasId)
        {
            exchange.RequestId = exchange.Infer.IdText();
        }
    }

    public void Write(Exchange exchange, IBufferWriter<byte> answer)
    {
        var response = exchange.Context.Response;
        if (exchange.Model.OpenInference.Writer.Write(exchange.Infer, exchange.Predictions, answer) is { } jsonLength)
        {
            response.ContentType = "application/octet-stream";
            response.Headers[JsonLengthHeader] = jsonLength.ToString(CultureInfo.InvariantCulture);
        }
        else
        {
            response.ContentType = "application/json";
        }
    }

    private void Read(Exchange exchange, ReadOnlySpan<byte> json, ReadOnlySpan<byte> binary)
    {
        var templates = exchange.Model.OpenInference.Templates;
        if (templates.Find(json, binary) is { } template)
        {
            template.Read(exchange, json, binary);
            return;
        }

        var reader = new InferRequestReader(exchange, options, json, binary);
        reader.Read();
        if (reader.IsAllBinary && !exchange.IsRefused)
        {
            templates.Keep(json, exchange, reader.IdPlace);
        }
    }

    // The body is the only input's elements, or its one string. All outputs are answered in binary form.
    private void ReadRaw(Exchange exchange, ReadOnlySpan<byte> body)
    {
        if (exchange.Model.Columns.Columns is not [var column])
        {
            exchange.Faults.Add(null, JsonLengthHeader, $"the JSON's length, for this model has {exchange.Model.Columns.Columns.Count} inputs", "0, which is for models with one");
            return;
        }

        var rows = column.Kind == FeatureKind.Categorical ? 1 : body.Length / sizeof(float);
        if (column.Kind == FeatureKind.Numeric && (rows == 0 || body.Length % sizeof(float) != 0))
        {
            exchange.Faults.Add(null, column.Name, "FP32 numbers of 4 bytes each", $"{body.Length} bytes");
        }
        else if (exchange.Model.MaxRowsOf(options.MaxRows) is var maxRows && rows > maxRows)
        {
            exchange.Faults.Add(null, column.Name, $"at most {maxRows} rows", $"{rows}");
            exchange.Refuse(StatusCodes.Status413PayloadTooLarge);
        }
        else
        {
            ReadRaw(exchange, column, rows, body);
        }
    }

    private static void ReadRaw(Exchange exchange, Column column, int rows, ReadOnlySpan<byte> body)
    {
        exchange.Infer.ResolveOutputs(isBinaryByDefault: true, exchange.Model.OpenInference);
        exchange.Rows.AddRows(rows);
        if (column.Kind == FeatureKind.Categorical)
        {
            TensorCell.SetCategory(exchange, column, 0, body);
        }
        else
        {
            BinaryTensor.Read(exchange, new BinaryInput(column, Datatype.Fp32, body.Length), rows, body);
        }
    }
}
