/// <summary>Ends a target whose message has been logged already: NUKE prints what <see cref="ToString"/> gives, and a stack trace would bury the message.</summary>
sealed class TargetEndedException(string message) : Exception(message)
{
    public override string ToString() => string.Empty;
}
