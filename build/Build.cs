using Nuke.Common;
using Pipeline.Delivery;
using Pipeline.Delivery.Approvals;

/// <summary>The table of contents: every target, what it takes and makes, and what comes before it.</summary>
sealed partial class Build : NukeBuild
{
    Target New => _ => _
        .Description("data files, --label → model folder, that Promote takes as it is; says what it guessed")
        .Executes(() => Run(stop => ModelDelivery.NewAsync(NewModelOptions, RunLog, stop)));

    Target PrepareData => _ => _
        .Description("data files → dataset")
        .Executes(() => Run(async stop => Dataset = await Delivery.PrepareDataAsync(stop)));

    Target Train => _ => _
        .Description("dataset → candidate model, proven to predict in ONNX as in ML.NET")
        .DependsOn(PrepareData)
        .Executes(() => Run(async stop => Candidate = await Delivery.TrainAsync(Dataset, stop)));

    Target Evaluate => _ => _
        .Description("candidate model → metrics on the test rows")
        .DependsOn(Train)
        .Executes(() => Run(async stop => Evaluation = await Delivery.EvaluateAsync(Dataset, Candidate, stop)));

    Target Gate => _ => _
        .Description("metrics → pass, or exit code 2 with the table of what failed")
        .DependsOn(Evaluate)
        .Executes(() => Run(async stop => GatePass = await Delivery.GateAsync(Dataset, Candidate, Evaluation, stop)));

    Target Report => _ => _
        .Description("metrics → verdict as page, Markdown, JUnit and JSON, also of a refused candidate; --open shows it")
        .DependsOn(Evaluate)
        .Executes(() => Run(stop => Delivery.ReportAsync(Dataset, Candidate, Evaluation, Open, stop)));

    Target Compare => _ => _
        .Description("candidate or --and, and --with: a stage or a version → what differs on the same test rows; --open shows it")
        .DependsOn(Evaluate)
        .Executes(() => Run(stop => Delivery.CompareAsync(Dataset, Given(And) is null ? Candidate : null, Open, stop)));

    Target Waive => _ => _
        .Description("a gate that said no → waiver of it for this model, with --reason and --expires, to be reviewed")
        .DependsOn(Evaluate)
        .Executes(() => Run(stop => Delivery.WaiveAsync(Dataset, Candidate, Evaluation, stop)));

    Target Package => _ => _
        .Description("candidate model that passed → model package, bundle, image; signed with --model-signing-key")
        .DependsOn(Gate)
        .Executes(() => Run(async stop => DeliveryPackage = await Delivery.PackageAsync(Dataset, Candidate, Evaluation, GatePass, stop)));

    Target BaseImage => _ => _
        .Description("Debian packages → base image, where the default one cannot be pulled")
        .Before(Package)
        .Executes(() => Run(stop => Delivery.BaseImageAsync(stop)));

    Target SmokeTest => _ => _
        .Description("package → proof that it serves: as a container, or as a process without Docker")
        .DependsOn(Package)
        .OnlyWhenStatic(() => !PromotesWhatRuns)
        .Executes(() => Run(async stop => SmokePass = await Delivery.SmokeTestAsync(Candidate, Evaluation, GatePass, DeliveryPackage, stop)));

    Target Push => _ => _
        .Description("image → registry, without promoting it")
        .DependsOn(SmokeTest)
        .Executes(() => Run(stop => Delivery.PushAsync(DeliveryPackage, GatePass, SmokePass, stop)));

    Target Promote => _ => _
        .Description("package → the furthest stage that policy allows; pushes if there is a registry. To a stage with approvals: what the stage before runs")
        .DependsOn(SmokeTest)
        .After(Push, Approve)
        .Executes(() => Run(stop => PromotesWhatRuns ? Delivery.ReleaseAsync(stop) : Delivery.PromoteAsync(DeliveryPackage, GatePass, SmokePass, stop)));

    Target Approve => _ => _
        .Description("what the stage before --stage runs → evidence, and your signed approval of it, with --reason")
        .Executes(() => Run(stop => Delivery.DecideAsync(Decision.Approve, stop)));

    Target Reject => _ => _
        .Description("what the stage before --stage runs → evidence, and your signed rejection of it, with --reason")
        .Executes(() => Run(stop => Delivery.DecideAsync(Decision.Reject, stop)));

    Target Rollback => _ => _
        .Description("--stage → what it ran before, or --to VERSION that it has run; with --reason, also in a freeze")
        .Executes(() => Run(stop => Delivery.RollbackAsync(Given(To), stop)));

    Target History => _ => _
        .Description("--stage → what ran in it, who put it there and why; --at 2026-10-03: on that day")
        .After(Promote, Rollback)
        .Executes(() => Run(_ => { Delivery.History(Given(At)); return Task.CompletedTask; }));

    Target Verify => _ => _
        .Description("every record → exit code 2 if a chain, signature, policy or the registry's tags do not fit")
        .After(Promote, Rollback, Approve, Reject)
        .Executes(() => Run(stop => Delivery.VerifyAsync(stop)));

    new Target Plan => _ => _
        .Description("what each stage would do: run or restore, and which input changed")
        .Before(PrepareData)
        .Executes(() => Run(stop => Delivery.PlanAsync(stop)));

    Target Serve => _ => _
        .Description("promoted model, or --package → inference service on --port")
        .After(Promote)
        .Executes(() => Run(stop => Delivery.ServeAsync(PackagePath, Port, stop)));

    Target DriftCheck => _ => _
        .Description("rows or counters, the promoted model → drift report; exit code 2 for drift, 3 for too few rows")
        .After(Promote)
        .Executes(() => Run(stop => Delivery.DriftCheckAsync(DriftCheckOptions, stop)));

    Target Runs => _ => _
        .Description("logged runs → table, sorted with --sort METRIC; --with and --and: two of them side by side")
        .After(Promote, SyncTracking)
        .Executes(() => Run(stop => Delivery.RunsAsync(RunsOptions, stop)));

    Target SyncTracking => _ => _
        .Description("runs and versions that the tracking server lacks → the server, each once")
        .After(Promote, Rollback)
        .Executes(() => Run(stop => Delivery.SyncTrackingAsync(stop)));

    Target Prune => _ => _
        .Description("run store → at most --keep of it, without what stages run or runs restore; --dry-run only shows it")
        .After(Promote, Rollback)
        .Executes(() => Run(stop => ModelDelivery.PruneAsync(Options, PruneSettings, RunLog, stop)));

    Target Test => _ => _
        .Description("every test project → passed, failed, skipped")
        .Before(Plan, PrepareData)
        .Executes(() => Run(TestAsync));

    Target Clean => _ => _
        .Description("removes artifacts/; records of promotions stay")
        .Before(Plan, PrepareData, BaseImage, Test)
        .Executes(() => Run(CleanAsync));
}
