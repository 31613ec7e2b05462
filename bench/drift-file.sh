#!/usr/bin/env bash
# What it costs to count rows of a Parquet file in a reference's bins: seconds, and peak resident memory of the process, without and with the distances of the values themselves.
# It makes its data and a model for them; the same seed makes the same.
# Usage: bench/drift-file.sh [SEED]
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

seed=${1:-1}
need dotnet:dotnet-sdk-10.0
program=$built/Pipeline.DriftBenchmarks/drift-benchmarks
if [ "${BENCH_AS_BUILT:-}" != 1 ]; then
    dotnet publish "$root/bench/Pipeline.DriftBenchmarks" -c Release -p:RunAnalyzers=false -o "$built/Pipeline.DriftBenchmarks" >"$work/publish.log" 2>&1 \
        || { tail -20 "$work/publish.log" >&2; die "bench/Pipeline.DriftBenchmarks cannot be published."; }
fi

measure() { # features, rows, seconds asked, MB asked
    local directory=$work/$1 distances
    "$program" make --directory "$directory" --features "$1" --rows "$2" --seed "$seed"
    for distances in 0 1; do
        "$program" read --directory "$directory" --features "$1" --distances "$distances" >"$work/read"
        [ "$(awk '$1 == "rows" { print $2 }' "$work/read")" = "$2" ] || die "Not all rows were counted."
        figure "$2 rows of $1 features$([ "$distances" = 1 ] && echo ', with distances'), s" "$(awk '$1 == "seconds" { print $2 }' "$work/read")" "<=" "$3" s
        figure "  peak resident memory, MB" "$(awk '$1 == "peak_mb" { print $2 }' "$work/read")" "<=" "$4" MB
    done
}

package=none/none/none
header
measure 5 3000000 3 1000
measure 200 1000000 30 1000
close
