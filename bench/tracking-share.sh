#!/usr/bin/env bash
# What logging costs the main job: Promote of the flights in a fresh clone without Docker, with and without --no-tracking in turn. Everything is made anew each time but the build tool and the
# published service, which would only add the same seconds to both. Times are of whole commands.
# Usage: bench/tracking-share.sh [RUNS]     5 by default
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

runs=${1:-5}
case $runs in
    '' | 0 | *[!0-9]*) die "RUNS must be a number from 1 on; it is '$runs'. Usage: bench/tracking-share.sh [RUNS]" ;;
esac
need git:git dotnet:dotnet-sdk-10.0
unset MLFLOW_TRACKING_URI
clone="$work/the clone"

promote() { # arguments…: prints the seconds of a Promote that has nothing to restore but the service
    find "$clone/artifacts/store" -mindepth 1 -maxdepth 1 ! -name Service -exec rm -rf {} + 2>/dev/null || true
    rm -rf "$clone/models/flight-delay/stages/dev" "$clone/mlruns" "$clone"/mlflow.db*
    local start=$EPOCHREALTIME
    "$clone/build.sh" Promote --no-docker "$@" >"$work/log" 2>&1 </dev/null || { tail -30 "$work/log" >&2; die "./build.sh Promote $* ended with an error."; }
    awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.2f", b - a }'
}

median() { # file
    sort -n "$1" | awk '{ v[NR] = $1 } END { printf "%.2f", NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

git clone -q "$root" "$clone"
echo "building the tool and the service in a fresh clone" >&2
promote >/dev/null
package=none/none/none
header
for run in $(seq "$runs"); do
    without=$(promote --no-tracking)
    with=$(promote)
    [ -f "$clone/mlflow.db" ] || die "Promote has logged nothing."
    echo "$without" >>"$work/without"
    echo "$with" >>"$work/with"
    echo "  run $run: $without s without, $with s with logging; load $(cut -d' ' -f1 /proc/loadavg)"
done

echo
figure "the main job with logging over the one without, medians of $runs" "$(calc "$(median "$work/with") / $(median "$work/without")")" "<=" 1.03
echo "  $(median "$work/without") s and $(median "$work/with") s"
close
