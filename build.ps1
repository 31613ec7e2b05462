# Builds the build tool (build/) and runs it, as build.sh does: .\build.ps1 --help
$ErrorActionPreference = 'Stop'

if (-not $env:PIPELINE_CALLER_DIRECTORY) { $env:PIPELINE_CALLER_DIRECTORY = (Get-Location).Path }
Set-Location -LiteralPath $PSScriptRoot

$project = 'build/_build.csproj'
$tool = Join-Path $PSScriptRoot 'build/bin/Release/_build.dll'
$engineFile = '.nuke/temp/engine'

function Stop-Build([int] $code, [string] $message) {
    [Console]::Error.WriteLine("build.ps1: $message")
    exit $code
}

# NUKE and MSBuild take these from the environment, whoever set them and for what.
foreach ($name in 'TARGET', 'HOST', 'VERBOSITY', 'SKIP', 'PLAN', 'HELP', 'CONTINUE', 'ROOT', 'PROFILE', 'PARTITION', 'NO_LOGO', 'NOLOGO', 'VERSION', 'CONFIGURATION', 'PLATFORM') {
    Remove-Item "env:$name" -ErrorAction SilentlyContinue
}
$env:DOTNET_CLI_TELEMETRY_OPTOUT = '1'
$env:NUKE_TELEMETRY_OPTOUT = '1'
$env:DOTNET_NOLOGO = '1'

$sdk = (Get-Content global.json -Raw | ConvertFrom-Json).sdk.version
if (-not (Get-Command dotnet -ErrorAction SilentlyContinue)) { Stop-Build 1 "there is no .NET SDK. Install version $sdk (or a newer 10.0 one) from https://dot.net." }
$ErrorActionPreference = 'Continue'
& dotnet --version *> $null
if ($LASTEXITCODE -ne 0) { Stop-Build 1 "no installed .NET SDK fits global.json: $sdk (or a newer 10.0 one) is needed." }

New-Item -ItemType Directory -Force '.nuke/temp' | Out-Null
$engine = $env:NUKE_ENGINE
if ($engine -and $engine -notin 'package', 'standin') { Stop-Build 64 "NUKE_ENGINE is '$engine'; it must be 'package' or 'standin'." }
if (-not $engine -and (Test-Path $engineFile)) { $engine = (Get-Content $engineFile -Raw).Trim() }
if (-not $engine) {
    # Some package feeds do not serve NUKE; only then does the stand-in take its place.
    $output = & dotnet restore $project '-p:NukeEngine=package' -nologo -v quiet 2>&1 | Out-String
    if ($LASTEXITCODE -eq 0) { $engine = 'package' }
    elseif ($output -match 'NU110[12].*Nuke\.') {
        [Console]::Error.WriteLine('build.ps1: the package feed does not serve Nuke.Common; the stand-in in build/Nuke.StandIn is used from now on.')
        $engine = 'standin'
    }
    else {
        [Console]::Error.WriteLine($output)
        Stop-Build 1 'packages cannot be restored; see above.'
    }
    Set-Content $engineFile $engine
}

$output = & dotnet build $project -c Release "-p:NukeEngine=$engine" -nologo -v quiet -clp:NoSummary 2>&1 | Out-String
if ($LASTEXITCODE -ne 0) {
    [Console]::Error.WriteLine($output)
    Stop-Build 1 'the build tool does not compile; see above.'
}
& dotnet $tool @args
exit $LASTEXITCODE
