namespace Pipeline.Tracking.Tests.MlflowRest;

/// <summary>Tests that watch the whole process, and run when no other does.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;
