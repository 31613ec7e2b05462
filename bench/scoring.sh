#!/usr/bin/env bash
# What scoring costs on one thread: ML.NET's own Transform, the exported graph in ONNX Runtime in three forms, and the scorer as the service uses it, side by side in one run.
# Usage: bench/scoring.sh [--quick] [--rounds N] [--trees N] [--leaves N]
# LightGBM is trained on three months of models/flight-delay and scores its test month, in requests of 100 rows, for each task. All cases in turn, ROUNDS times (5), medians of the CPU time, as others may
# share the cores (ML.NET scores the classes of one row on several threads at once). And once each in a process of its own, which is how a pipeline scores a test month: ML.NET's code is compiled while
# it runs then, ONNX Runtime's is not.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

rounds=5
seconds=1
trees=100
leaves=31
while [ $# -gt 0 ]; do
    case $1 in
        --quick) rounds=3 ;;
        --rounds) rounds=$2 && shift ;;
        --trees) trees=$2 && shift ;;
        --leaves) leaves=$2 && shift ;;
        *) die "There is no option $1. Usage: bench/scoring.sh [--quick] [--rounds N] [--trees N] [--leaves N]" ;;
    esac
    shift
done

need dotnet:dotnet-sdk-10.0
program=$built/Pipeline.ScoringBenchmarks/scoring-benchmarks
if [ "${BENCH_AS_BUILT:-}" != 1 ]; then
    dotnet publish "$root/bench/Pipeline.ScoringBenchmarks" -c Release -p:RunAnalyzers=false -o "$built/Pipeline.ScoringBenchmarks" >"$work/publish.log" 2>&1 \
        || { tail -20 "$work/publish.log" >&2; die "bench/Pipeline.ScoringBenchmarks cannot be published."; }
fi

of() { # task, case: µs of CPU a row
    awk -v name="$2" '$1 == name { print $2; found = 1 } END { if (!found) print "nan" }' "$work/$1"
}

over() { # task, case, case: the first over the second
    awk -v a="$(of "$1" "$2")" -v b="$(of "$1" "$3")" 'BEGIN { if (a == "nan" || b == "nan" || b == 0) print "nan"; else printf "%.3g", a / b }'
}

measure() { # task, options…
    local task=$1
    shift
    "$program" --data "$root/models/flight-delay/data" --task "$task" --trees "$trees" --leaves "$leaves" "$@" 2>>"$work/errors" >>"$work/$task" || { tail -5 "$work/errors" >&2; die "$task cannot be measured."; }
}

header
echo "LightGBM, $trees trees of $leaves leaves (a class); $rounds rounds of $seconds s; CPU µs a row"
for task in binary multiclass regression; do
    measure "$task" --rounds "$rounds" --seconds "$seconds"
    for name in chain mlnet scorer; do measure "$task" --first "$name"; done
    echo
    printf '  %-66s %10s %16s\n' "$task, $(of "$task" rows) rows" "CPU µs" "the first time"
    while read -r name label; do
        printf '  %-66s %10s %16s\n' "$label" "$(of "$task" "$name")" "$(of "$task" "first_$name" | sed 's/nan//')"
    done <<'CASES'
chain ML.NET, Transform from columns: one-hot, concatenation, trees
mlnet ML.NET, Transform from vectors encoded as the pipeline does it
slots ONNX Runtime, the file: a slot a category, all x <= threshold
equalities ONNX Runtime, categories as codes, x = code
ranges ONNX Runtime, categories as codes, two x <= code
scorer-strings scorer, categories as strings
scorer scorer, categories as codes, as the service has them
CASES
    if [ "$task" = binary ]; then
        figure "the test month once: ML.NET's Transform over the scorer" "$(over "$task" first_chain first_scorer)" ">=" 10 x
        figure "again and again: ML.NET's Transform over the scorer" "$(over "$task" chain scorer)" ">=" 10 x
    else
        printf '  %-68s %10s\n' "ML.NET's Transform over the scorer, once" "$(over "$task" first_chain first_scorer)" "again and again" "$(over "$task" chain scorer)"
    fi
    figure "the file's form over the best other form" "$(awk -v s="$(of "$task" slots)" -v e="$(of "$task" equalities)" -v r="$(of "$task" ranges)" 'BEGIN { printf "%.3g", s / (e < r ? e : r) }')" "<=" 1.0
done
close
