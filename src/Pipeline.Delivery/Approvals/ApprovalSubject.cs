using Pipeline.Delivery.Promotion;

namespace Pipeline.Delivery.Approvals;

/// <summary>What an approval must have been given for, to count for one promotion.</summary>
/// <param name="Policy">Then in force.</param>
/// <param name="FromRecord">The record of the stage before.</param>
/// <param name="Subject">Package and image.</param>
/// <param name="Evidence">That of the record.</param>
/// <param name="Barred">Who may not approve.</param>
public sealed record ApprovalSubject(
    StagePolicy Policy, ResourceDescriptor FromRecord, IReadOnlyList<ResourceDescriptor> Subject, IReadOnlyList<ResourceDescriptor> Evidence, IReadOnlyList<BarredPerson> Barred);
