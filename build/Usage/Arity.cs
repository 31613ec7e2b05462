/// <summary>How many values an option takes.</summary>
enum Arity
{
    /// <summary>None, or true or false.</summary>
    Switch,

    /// <summary>Exactly one.</summary>
    One,

    /// <summary>Names of targets; none is allowed.</summary>
    Targets,
}
