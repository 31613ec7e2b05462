namespace Pipeline.Tracking.Tests.MlflowRest;

/// <summary>What goes wrong with a request to the stand-in.</summary>
public enum RecordedFault
{
    /// <summary>It answers 503 with a proxy's text.</summary>
    Unavailable,

    /// <summary>It answers 429 and says when to come again.</summary>
    TooMany,

    /// <summary>It does what is asked, and the connection breaks before the answer.</summary>
    AnswerLost,

    /// <summary>The connection breaks amidst the answer.</summary>
    AnswerCut,

    /// <summary>It does not answer.</summary>
    Silence,

    /// <summary>It sends the request on to another server.</summary>
    Redirect,

    /// <summary>A proxy answers with its page to sign in.</summary>
    SignInPage,

    /// <summary>It is reached under a name that it does not know.</summary>
    InvalidHost,

    /// <summary>It repeats, in its refusal, what it was sent to know who asks.</summary>
    Echo,
}
