using Pipeline.Delivery.Data;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Gates;
using Pipeline.Delivery.Packaging;
using Pipeline.Delivery.Training;

namespace Pipeline.Delivery.Tests;

/// <summary>What the stages up to Package made of one definition.</summary>
internal sealed record JudgedModel(Dataset Dataset, CandidateModel Candidate, CandidateEvaluation Evaluation, GatePass GatePass, StoredPackage Stored);
