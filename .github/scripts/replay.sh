#!/usr/bin/env bash
# Replays a workflow's run lines on this machine, in order: what CI would type, without CI.
# Usage: replay.sh WORKFLOW [JOB…] [--values FILE.json] [--set CONTEXT.NAME=VALUE…] [--keep]
#   replay.sh drift
#   replay.sh promote --values .github/replay/values.json --set inputs.stage=staging --set vars.REGISTRY=127.0.0.1:5000
# It replays the commit that is checked out, in a clone of its own; pushes reach that clone's origin, a bare repository beside it. gh, docker login and docker logout are
# noted and not carried out; upload-artifact and download-artifact copy folders; other actions are named and left out. docs/release-workflows.md has the rest.
# Exit codes: 0 every step ended well; 1 one did not; 64 wrong usage.
set -euo pipefail

root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
project=$root/.github/replay/Pipeline.WorkflowReplay.csproj
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1
log=$(mktemp)
trap 'rm -f "$log"' EXIT
dotnet build "$project" -c Release -nologo -v quiet -nodeReuse:false -p:UseSharedCompilation=false > "$log" 2>&1 || { cat "$log" >&2; exit 1; }
dotnet "$root/.github/replay/bin/Release/net10.0/workflow-replay.dll" "$root" "$@"
