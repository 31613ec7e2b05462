using System.Text.Json.Serialization;

namespace Pipeline.Delivery.Data;

/// <summary>Which part of the rows.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DataSplit>))]
public enum DataSplit
{
    [JsonStringEnumMemberName("train")]
    Train,

    [JsonStringEnumMemberName("validation")]
    Validation,

    [JsonStringEnumMemberName("test")]
    Test,

    [JsonStringEnumMemberName("production")]
    Production,
}
