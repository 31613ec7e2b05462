#!/usr/bin/env bash
# What the embedded store of runs takes: seconds to log many points of metrics in one call, and of runs that are logged at once, by tasks and by processes, of which nothing may be lost.
# Usage: bench/tracking.sh [POINTS [RUNS]]
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

points=${1:-100000}
runs=${2:-20}
need dotnet:dotnet-sdk-10.0
program=$built/Pipeline.TrackingBenchmarks/tracking-benchmarks
if [ "${BENCH_AS_BUILT:-}" != 1 ]; then
    dotnet publish "$root/bench/Pipeline.TrackingBenchmarks" -c Release -p:RunAnalyzers=false -o "$built/Pipeline.TrackingBenchmarks" >"$work/publish.log" 2>&1 \
        || { tail -20 "$work/publish.log" >&2; die "bench/Pipeline.TrackingBenchmarks cannot be published."; }
fi

value() { # name, file
    awk -v name="$1" '$1 == name { print $2 }' "$2"
}

package=none/none/none
header
mkdir "$work/points" "$work/tasks" "$work/processes" "$work/search"

"$program" points --directory "$work/points" --number "$points" >"$work/points.txt"
figure "making the store and a run, s" "$(value open_seconds "$work/points.txt")" "<=" 5 s
figure "$points points of metrics in one call, s" "$(value points_seconds "$work/points.txt")" "<=" 2 s
figure "  the same call again, which adds nothing, s" "$(value again_seconds "$work/points.txt")" "<=" 2 s
figure "  reading them, s" "$(value history_seconds "$work/points.txt")" "<=" 2 s
figure "  points that are lost" "$(value points_lost "$work/points.txt")" "<=" 0

"$program" concurrent --directory "$work/tasks" --number "$runs" >"$work/tasks.txt"
"$program" check --directory "$work/tasks" --number "$runs" >>"$work/tasks.txt"
figure "$runs runs at once in one process: 1,000 points and a file each, s" "$(value seconds "$work/tasks.txt")" "<=" 10 s
figure "  what is lost" "$(value missing "$work/tasks.txt")" "<=" 0

before=$(date +%s%N)
for number in $(seq "$runs"); do
    "$program" run --directory "$work/processes" --number "$number" &
    started+=("$!")
done
for pid in "${started[@]}"; do
    wait "$pid" || die "A process that logs a run failed."
done
started=()
seconds=$(calc "($(date +%s%N) - $before) / 1e9")
"$program" check --directory "$work/processes" --number "$runs" >"$work/processes.txt"
figure "the same in $runs processes, which also make the store, s" "$seconds" "<=" 30 s
figure "  what is lost" "$(value missing "$work/processes.txt")" "<=" 0

"$program" search --directory "$work/search" --number 1000 >"$work/search.txt"
figure "listing 1000 runs with 20 parameters and 20 metrics each, s" "$(value search_seconds "$work/search.txt")" "<=" 2 s
figure "  runs that are lost" "$(value runs_lost "$work/search.txt")" "<=" 0
close
