#!/usr/bin/env bash
# The full three million flights, of which the repository has a sample, from the file to the metrics: seconds of each stage, the share that is not the trainers' own, and the peak of resident
# memory. It fetches the file with npm, once, into artifacts/bench/.
# Usage: bench/scale.sh
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need dotnet:dotnet-sdk-10.0 npm:npm
flights=$built/flights-3m.parquet
program=$built/Pipeline.TrainingBenchmarks/training-benchmarks
if [ ! -f "$flights" ]; then
    echo "fetching the flights" >&2
    mkdir -p "$built"
    (cd "$work" && npm pack vega-datasets@3.2.1 --silent >/dev/null && tar -xzf vega-datasets-3.2.1.tgz package/data/flights-3m.parquet) || die "npm cannot fetch vega-datasets."
    echo "dbeb920c90f59b6ccaff823dcc3d08f25a97fa1ce128d93f40be4e931f5900b0  $work/package/data/flights-3m.parquet" | sha256sum --check --quiet || die "The file is not the one that is known."
    mv "$work/package/data/flights-3m.parquet" "$flights"
fi

if [ "${BENCH_AS_BUILT:-}" != 1 ]; then
    dotnet publish "$root/bench/Pipeline.TrainingBenchmarks" -c Release -p:RunAnalyzers=false -o "$built/Pipeline.TrainingBenchmarks" >"$work/publish.log" 2>&1 \
        || { tail -20 "$work/publish.log" >&2; die "bench/Pipeline.TrainingBenchmarks cannot be published."; }
fi

model=$work/models/flight-delay
mkdir -p "$model/data"
cp "$root/models/flight-delay/model.yaml" "$root/models/flight-delay/golden-requests.json" "$model/"
ln -s "$flights" "$model/data/flights-3m.parquet"

package=
header
"$program" stages --model "$model" --store "$work/store" >"$work/stages" || die "The stages fail."
of() { awk -v name="$1" '$1 == name { print $2 }' "$work/stages"; }
[ "$(of rows)" -gt 2900000 ] || die "Only $(of rows) rows were used."
[ "$(of fits)" -gt 0 ] || die "No trainer told what its fitting took."
total=$(calc "$(of prepare_seconds) + $(of train_seconds) + $(of evaluate_seconds)")
echo "  $(of rows) rows, $(of fits) trainers: PrepareData $(of prepare_seconds) s, Train $(of train_seconds) s (fitting $(of fit_seconds) s), Evaluate on $(of test_rows) rows $(of evaluate_seconds) s"
figure "PrepareData, s" "$(of prepare_seconds)" "<=" 10 s
figure "time outside the trainers' own fitting, % of $total s" "$(calc "100 * ($total - $(of fit_seconds)) / $total")" "<=" 20 %
figure "peak resident memory, MB" "$(of peak_mb)" "<=" 6000 MB
close
