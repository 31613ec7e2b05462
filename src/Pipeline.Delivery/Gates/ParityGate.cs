using System.Globalization;
using Pipeline.OnnxExport;

namespace Pipeline.Delivery.Gates;

/// <summary>Whether the ONNX graph answers as the trained model does, on every test row. Training ends without it; the verdict shows it for the record.</summary>
internal static class ParityGate
{
    public static GateRow Judge(ParityReport parity)
    {
        var reason = string.Create(CultureInfo.InvariantCulture, $"largest difference {parity.MaxDifference:0.0e+0}, {parity.LabelDisagreements} labels differ");
        return new GateRow(string.Create(CultureInfo.InvariantCulture, $"ONNX Runtime within {parity.Tolerance:0e+0} of ML.NET, same labels"), parity.Rows, parity.Passed ? GateOutcome.Pass : GateOutcome.Fail, reason)
        {
            Meaning = "answers of the exported graph and of the trained model, row by row",
        };
    }
}
