#!/usr/bin/env bash
# What all metrics of a task with their 95 % intervals cost: seconds, of which sorting is a part, and peak resident memory of the process. It makes its rows; nearly all answers differ.
# Usage: bench/metrics.sh [ROWS [REPLICATES]]
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

rows=${1:-1000000}
replicates=${2:-1000}
need dotnet:dotnet-sdk-10.0
program=$built/Pipeline.MetricBenchmarks/metric-benchmarks
if [ "${BENCH_AS_BUILT:-}" != 1 ]; then
    dotnet publish "$root/bench/Pipeline.MetricBenchmarks" -c Release -p:RunAnalyzers=false -o "$built/Pipeline.MetricBenchmarks" >"$work/publish.log" 2>&1 \
        || { tail -20 "$work/publish.log" >&2; die "bench/Pipeline.MetricBenchmarks cannot be published."; }
fi

package=none/none/none
header
for task in binary regression multiclass; do
    "$program" --task "$task" --rows "$rows" --replicates "$replicates" >"$work/$task"
    asked=(15 s)
    [ "$task" = binary ] || asked=(60 s)
    figure "$task: $rows rows, $replicates resamples, s" "$(awk '$1 == "seconds" { print $2 }' "$work/$task")" "<=" "${asked[@]}"
    figure "  peak resident memory, MB" "$(awk '$1 == "peak_mb" { print $2 }' "$work/$task")" "<=" 1500 MB
done
DOTNET_PROCESSOR_COUNT=1 "$program" --rows "$((rows / 10))" --replicates 20 >"$work/one"
"$program" --rows "$((rows / 10))" --replicates 20 >"$work/all"
same=0
[ "$(grep digest "$work/one")" = "$(grep digest "$work/all")" ] && same=1
figure "one processor gives the same to the last bit" "$same" ">=" 1
close
