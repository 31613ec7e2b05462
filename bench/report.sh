#!/usr/bin/env bash
# How long the verdict on the flights takes: Evaluate, Gate and the report, in a fresh clone in a folder with a space in its name, after Train. Times are those of the run log; of writing the
# report, from when its lines came. It measures what is committed.
# Usage: bench/report.sh [RUNS]     RUNS is 5; the median counts
# Debian packages: git.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

runs=${1:-5}
case $runs in
    '' | 0 | *[!0-9]*) die "RUNS must be a number from 1 on; it is '$runs'. Usage: bench/report.sh [RUNS]" ;;
esac
need git:git dotnet:dotnet-sdk-10.0
clone="$work/the clone"

build() { # log, arguments…: runs build.sh, each line of whose output goes into the log behind the second at which it came
    local log=$1 status=0
    shift
    "$clone/build.sh" "$@" --no-docker 2>&1 </dev/null | while IFS= read -r line; do printf '%s %s\n' "$EPOCHREALTIME" "$line"; done >"$log" || status=$?
    [ "$status" -eq 0 ] || { tail -30 "$log" >&2; die "./build.sh $* ended with exit code $status."; }
}

times() { # log: seconds of Evaluate, Gate, report, all three, and of the repeated training within Gate
    awk '
        match($0, /Evaluate: done in [0-9.]+ s/) { split(substr($0, RSTART, RLENGTH), w, " "); evaluate = w[4] }
        match($0, /Gate: done in [0-9.]+ s/) { split(substr($0, RSTART, RLENGTH), w, " "); gate = w[4]; judged = $1 }
        match($0, /TrainAgain: done in [0-9.]+ s/) { split(substr($0, RSTART, RLENGTH), w, " "); again = w[4] }
        /Gate: report: / { written = $1 }
        END {
            if (evaluate == "" || gate == "" || written == "" || again == "") exit 1
            printf "%.1f %.1f %.2f %.2f %.2f\n", evaluate, gate, written - judged, evaluate + gate + written - judged, again
        }' "$1"
}

median() { # field: of the runs
    cut -d' ' -f"$1" "$work/times" | sort -n | awk '{ v[NR] = $1 } END { printf "%.2f", NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

git clone -q "$root" "$clone"
echo "training in a fresh clone" >&2
build "$work/train" Train
header
for run in $(seq "$runs"); do
    rm -rf "$clone/artifacts/store/"{Evaluate,Gate,TrainAgain}
    build "$work/report" Report
    times "$work/report" >>"$work/times" || { tail -30 "$work/report" >&2; die "Run $run: the log does not say how long Evaluate and Gate took."; }
    tail -1 "$work/times" | while read -r evaluate gate report all again; do
        echo "  run $run: Evaluate $evaluate s, Gate $gate s, of which training once more $again s, report $report s: $all s; load $(cut -d' ' -f1 /proc/loadavg)"
    done
done

echo
figure "the report of the flights, median of $runs, s" "$(median 4)" "<=" 5 s
echo "  of which training once more, for the reproducibility gate: $(median 5) s"
close
