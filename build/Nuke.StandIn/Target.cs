namespace Nuke.Common;

/// <summary>Defines a target; a property of the build.</summary>
public delegate ITargetDefinition Target(ITargetDefinition definition);
