using System.Globalization;
using System.Text;
using Pipeline.Delivery.Sources;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Images;

/// <summary>Sources → the inference service, self-contained, compiled ahead of time where that can be done. Built in a scratch folder, so that neither the clone's bin and obj nor a build that runs at the same time is touched.</summary>
/// <param name="runner">Restores or makes.</param>
/// <param name="repositoryRoot">The clone's folder.</param>
public sealed class PublishServiceStage(StageRunner runner, string repositoryRoot)
{
    public const string Name = "Service";

    private const string Project = "src/Pipeline.Inference/Pipeline.Inference.csproj";

    // Changes when the command line below does.
    private const string Recipe = "2";

    private const UnixFileMode ReadableByAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode ExecutableByAll = ReadableByAll | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private static readonly string[] Sources =
    [
        "src/Pipeline.Inference", "src/Pipeline.ModelPackage", "src/Pipeline.Drift",
        "Directory.Build.props", "global.json", "BannedSymbols.txt",
    ];

    // Diagnostics of the runtime that a container with diagnostics switched off cannot use.
    private static readonly string[] Unneeded = ["createdump", "libmscordaccore.so", "libmscordbi.so", "libcoreclrtraceptprovider.so"];

    // A parent that is itself a build leaves variables that point its children at its own SDK.
    private static readonly Dictionary<string, string?> Environment = new()
    {
        ["MSBUILDDISABLENODEREUSE"] = "1",
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        ["DOTNET_NOLOGO"] = "1",
        ["MSBuildSDKsPath"] = null,
        ["MSBUILD_EXE_PATH"] = null,
        ["MSBuildExtensionsPath"] = null,
    };

    private static string Dotnet => System.Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } path ? path : "dotnet";

    /// <param name="runtimeIdentifier">Such as <c>linux-x64</c>.</param>
    /// <param name="cancellationToken">Cancelled: the build is killed and nothing is kept.</param>
    public async Task<ServiceBinaries> RunAsync(string runtimeIdentifier, CancellationToken cancellationToken)
    {
        var compilation = await CompilationAsync(runtimeIdentifier, cancellationToken);
        runner.Log.Info($"{Name} ({runtimeIdentifier}): {compilation.Summary}");
        return await runner.RunAsync<ServiceBinaries>(
            await KeyAsync(runtimeIdentifier, compilation, cancellationToken), (output, token) => PublishAsync(runtimeIdentifier, compilation, output, token), cancellationToken);
    }

    /// <summary>The key, for plans.</summary>
    public async Task<StageKey> KeyAsync(string runtimeIdentifier, CancellationToken cancellationToken) =>
        await KeyAsync(runtimeIdentifier, await CompilationAsync(runtimeIdentifier, cancellationToken), cancellationToken);

    /// <summary>How it would be compiled, for plans.</summary>
    public Task<ServiceCompilation> CompilationAsync(string runtimeIdentifier, CancellationToken cancellationToken) =>
        ServiceCompilation.FindAsync(runtimeIdentifier, runner.Store, cancellationToken);

    /// <summary>The key, where it is known how it is compiled.</summary>
    public async Task<StageKey> KeyAsync(string runtimeIdentifier, ServiceCompilation compilation, CancellationToken cancellationToken)
    {
        // The SDK's version also fixes that of the runtime which is published with the service.
        var sdk = await CommandLine.RunAsync(Dotnet, ["--version"], repositoryRoot, cancellationToken, Environment);
        return new StageKey(Name, "-", new StageInputs
        {
            ["recipe"] = Recipe,
            ["runtime identifier"] = runtimeIdentifier,
            ["compilation"] = compilation.Key,
            ["sdk"] = sdk.Trim(),
            ["sources"] = SourceCode.Of(repositoryRoot, Sources).Input,
        });
    }

    private async Task PublishAsync(string runtimeIdentifier, ServiceCompilation compilation, string output, CancellationToken cancellationToken)
    {
        using var scratch = runner.Store.CreateScratch();
        var app = Path.Combine(output, "app");
        await CommandLine.RunAsync(
            Dotnet,
            [
                "publish", Project, "--configuration", "Release", "--runtime", runtimeIdentifier, "--self-contained", $"-p:PublishDir={Escaped(app)}", $"-p:ArtifactsPath={Escaped(scratch.Path)}", "--nologo",
                // The same sources give the same bytes, wherever the clone lies and whatever its commit is.
                $"-p:PathMap={Mapped(scratch.Path)}=/_/artifacts%2C{Mapped(repositoryRoot)}=/_", "-p:DebugType=none", "-p:IncludeSourceRevisionInInformationalVersion=false",
                // On a full disk each of some hundred files would be tried ten times, a second apart.
                "-p:CopyRetryCount=0",
                // Analysers have their say in the solution's build.
                "-p:GenerateDocumentationFile=false", "-p:RunAnalyzers=false", "-p:EnforceCodeStyleInBuild=false",
                .. CompilationArguments(compilation),
            ],
            repositoryRoot,
            cancellationToken,
            Environment);
        foreach (var name in Unneeded)
        {
            File.Delete(Path.Combine(app, name));
        }

        ServiceBinaries.Describe(output, runtimeIdentifier, DigestOf(app));
    }

    // Without debug symbols, which would be twice the program's size and name the folders of this machine.
    private static string[] CompilationArguments(ServiceCompilation compilation) => compilation.Compiler is { } compiler
        ? ["-p:PublishAot=true", $"-p:CppCompilerAndLinker={compiler}", "-p:NativeDebugSymbols=false", "-p:CopyOutputSymbolsToPublishDirectory=false"]
        : [];

    /// <summary>MSBuild reads these characters as its own, and the command line splits at semicolons and commas.</summary>
    private static string Escaped(string path) =>
        string.Concat(path.Select(c => "%*?@$();',".Contains(c, StringComparison.Ordinal) ? string.Create(CultureInfo.InvariantCulture, $"%{(int)c:X2}") : c.ToString()));

    /// <summary>The compiler takes a doubled comma or equals sign in a map for the character itself.</summary>
    private static string Mapped(string path) => Escaped(path.Replace(",", ",,", StringComparison.Ordinal).Replace("=", "==", StringComparison.Ordinal));

    private static Digest DigestOf(string app)
    {
        var text = new StringBuilder();
        foreach (var path in Directory.EnumerateFiles(app, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var mode = Path.GetFileName(path) is "inference" ? ExecutableByAll : ReadableByAll;
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, mode);
            }

            text.Append(CultureInfo.InvariantCulture, $"{Path.GetRelativePath(app, path).Replace('\\', '/')}\0{(int)mode}\0{Digest.OfFile(path).Hex}\n");
        }

        return Digest.OfText(text.ToString());
    }
}
