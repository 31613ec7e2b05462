namespace Pipeline.Inference.Shadow;

/// <summary>Why the shadow did not score rows; values of the label <c>reason</c>.</summary>
public enum ShadowDropReason
{
    /// <summary>More came than it could score.</summary>
    Full,

    /// <summary>A value that it must have was left out, as the served model allows.</summary>
    Missing,
}
