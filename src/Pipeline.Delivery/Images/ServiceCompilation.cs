using Pipeline.Engine;

namespace Pipeline.Delivery.Images;

/// <summary>How the service is compiled here: ahead of time where a C compiler can link it, else to ReadyToRun. docs/decisions/0009-ahead-of-time.md says what the two cost.</summary>
/// <param name="Compiler">What links it, <c>clang</c> or <c>gcc</c>; null for ReadyToRun, which needs none.</param>
/// <param name="Toolchain">Names and versions of compiler and linker: other ones give other bytes. Null for ReadyToRun.</param>
/// <param name="WhyNot">Why it is not compiled ahead of time; null if it is.</param>
public sealed record ServiceCompilation(string? Compiler, string? Toolchain, string? WhyNot)
{
    /// <summary>Set to 0, the service is compiled to ReadyToRun, which takes a quarter of the time: for work on what is around it.</summary>
    public const string Switch = "PIPELINE_AHEAD_OF_TIME";

    // In the order in which the .NET SDK looks for them.
    private static readonly string[] Compilers = ["clang", "gcc"];

    // What the SDK links against.
    private static readonly string[] Libraries = ["-pthread", "-ldl", "-lrt", "-lm"];

    public bool IsAheadOfTime => Compiler is not null;

    /// <summary>For the stage's key.</summary>
    public string Key => IsAheadOfTime ? $"ahead of time, {Toolchain}" : "ready to run";

    /// <summary>For people: which, and why.</summary>
    public string Summary => IsAheadOfTime
        ? $"compiled ahead of time, linked by {Compiler}"
        : $"compiled to ReadyToRun and not ahead of time: {WhyNot}. It starts in about 400 ms instead of 50 and takes twice the memory.";

    /// <param name="runtimeIdentifier">What the service is to run on, such as <c>linux-x64</c>.</param>
    /// <param name="store">Gives a folder for a trial.</param>
    /// <param name="cancellationToken">Ends a compiler that is being tried.</param>
    public static Task<ServiceCompilation> FindAsync(string runtimeIdentifier, RunStore store, CancellationToken cancellationToken) =>
        Environment.GetEnvironmentVariable(Switch) == "0"
            ? Task.FromResult(ReadyToRun($"{Switch} is 0"))
            : FindAsync(runtimeIdentifier, Compilers, store, cancellationToken);

    internal static async Task<ServiceCompilation> FindAsync(string runtimeIdentifier, IReadOnlyList<string> compilers, RunStore store, CancellationToken cancellationToken)
    {
        var host = ModelDelivery.HostRuntimeIdentifier;
        if (runtimeIdentifier != host)
        {
            return ReadyToRun($"{runtimeIdentifier} cannot be linked on {host}");
        }

        if (!OperatingSystem.IsLinux())
        {
            return ReadyToRun($"that is set up for Linux only, and this is {host}");
        }

        var faults = new List<string>();
        foreach (var compiler in compilers)
        {
            try
            {
                return new ServiceCompilation(compiler, await TryAsync(compiler, store, cancellationToken), null);
            }
            catch (PipelineException e)
            {
                faults.Add(e.Message);
            }
        }

        return ReadyToRun(faults.FirstOrDefault(fault => !fault.Contains("cannot be started", StringComparison.Ordinal)) is { } broken
            ? $"the C compiler does not link a program ({broken.ReplaceLineEndings(" ").Trim()}); Debian's packages gcc and libc6-dev suffice"
            : $"no C compiler was found ({string.Join(" or ", compilers)})");
    }

    private static ServiceCompilation ReadyToRun(string whyNot) => new(null, null, whyNot);

    // Being there is not enough: without the C library's own files nothing can be linked, and without objcopy nothing stripped.
    private static async Task<string> TryAsync(string compiler, RunStore store, CancellationToken cancellationToken)
    {
        using var scratch = store.CreateScratch();
        var source = Path.Combine(scratch.Path, "trial.c");
        await File.WriteAllTextAsync(source, "int main(void) { return 0; }\n", cancellationToken);
        await CommandLine.RunAsync(compiler, ["-fuse-ld=bfd", "-o", Path.Combine(scratch.Path, "trial"), source, .. Libraries], scratch.Path, cancellationToken);
        var versions = new List<string>();
        foreach (var program in new[] { compiler, "ld.bfd", "objcopy" })
        {
            versions.Add((await CommandLine.RunAsync(program, ["--version"], scratch.Path, cancellationToken)).Split('\n', 2)[0].Trim());
        }

        return string.Join(", ", versions);
    }
}
