namespace Nuke.Common.Tooling;

/// <summary>Changes settings and gives them back.</summary>
public delegate T Configure<T>(T options);
