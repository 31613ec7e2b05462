#!/usr/bin/env bash
# What serving costs, side by side in one run: the service, an endpoint in the same process that only parses and validates, ONNX Runtime in a tight loop, and the peers.
# Usage: bench/serving.sh [--quick] [--no-peers] [--peer-trees N] [--rounds N] [--seconds N] [PACKAGE_DIR]
# Every case is run ROUNDS times (3), all cases in turn, so that the machine's noise hits all alike; the tables show medians. wrk shares the cores with the server: the
# CPU time that the server spends on a request is the steadier figure.
# Debian packages: wrk curl build-essential; for the peers python3-fastapi python3-uvicorn python3-uvloop python3-httptools python3-sklearn python3-pandas.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

seconds=10
rounds=3
peers=yes
trees=100
directory=
while [ $# -gt 0 ]; do
    case $1 in
        --quick) seconds=3 ;;
        --no-peers) peers=no ;;
        --peer-trees) trees=$2 && shift ;;
        --rounds) rounds=$2 && shift ;;
        --seconds) seconds=$2 && shift ;;
        -*) die "There is no option $1. Usage: bench/serving.sh [--quick] [--no-peers] [--peer-trees N] [--rounds N] [--seconds N] [PACKAGE_DIR]" ;;
        *) directory=$1 ;;
    esac
    shift
done

# Debian's own interpreter: another one would not see its packages.
python=/usr/bin/python3
need wrk:wrk curl:curl
if [ "$peers" = yes ] && ! "$python" -c 'import fastapi, uvicorn, uvloop, httptools, sklearn, pandas' 2>/dev/null; then
    die "The peers need Debian packages: apt-get install python3-fastapi python3-uvicorn python3-uvloop python3-httptools python3-sklearn python3-pandas. Without them: --no-peers"
fi
find_package "$directory"
publish
"$benchmarks" requests --package "$package" --output "$work/requests"

# name, requests, connections, rows a request; the port and process of each server are set below
cases=(
    "empty empty 16 0"
    "constant constant-1 16 1"
    "native native-1 16 1"
    "native-v2-json v2-json-1 16 1"
    "native-v2-binary v2-binary-1 16 1"
    "native native-100 8 100"
    "native-v2-json v2-json-100 8 100"
    "native-v2-binary v2-binary-100 8 100"
)
declare -A ports pids

host() { # name, package: a host of the service with the routes to compare it with
    ports[$1]=$(free_port)
    start "$1" "${ports[$1]}" /health/ready "$benchmarks" serve --package "$2" --address 127.0.0.1 --port "${ports[$1]}"
    pids[$1]=$pid
}

peer() { # module
    ports[$1]=$(free_port)
    start "$1" "${ports[$1]}" /health env MODEL="$built/peer-$trees.joblib" OMP_NUM_THREADS=1 "$python" -m uvicorn --app-dir "$bench/peers" "$1:app" \
        --host 127.0.0.1 --port "${ports[$1]}" --loop uvloop --http httptools --log-level warning --no-access-log
    pids[$1]=$pid
    cases+=("$1 peer-1 16 1" "$1 peer-100 8 100")
}

train_peers() { # once: training takes a minute
    if [ ! -f "$built/peer-$trees.joblib" ] || [ "$bench/peers/train.py" -nt "$built/peer-$trees.joblib" ]; then
        # A folder of its own: the repository's build settings must not reach the program.
        mkdir "$work/flights"
        cp "$bench/peers/flights.cs" "$work/flights/"
        (cd "$work/flights" && dotnet run flights.cs -- "$root/models/flight-delay/data" "$work/flights.csv") >"$work/flights.log" 2>&1 || { tail -5 "$work/flights.log" >&2; die "The flights cannot be read."; }
        "$python" "$bench/peers/train.py" "$work/flights.csv" "$built/peer-$trees.joblib" "$trees"
    fi
}

host native "$package"
if [ -f "$package/reference.json" ]; then
    "$benchmarks" without-reference --package "$package" --output "$work/without-reference"
    host without-drift "$work/without-reference"
    cases+=("without-drift native-1 16 1" "without-drift native-100 8 100")
fi
if [ "$peers" = yes ]; then
    train_peers
    peer tutorial
    peer tuned
fi

run() { # case, requests, connections, rows, seconds: adds a line to the results
    local server=${1%%-v2-*} before after figures
    case $1 in empty | constant) server=native ;; esac
    before=$(cpu_us "${pids[$server]}")
    figures=$(wrk -t1 -c"$3" -d"$5s" --timeout 10s -s "$bench/wrk.lua" "http://127.0.0.1:${ports[$server]}" -- "$work/requests/$2" | sed -n 's/^figures //p')
    after=$(cpu_us "${pids[$server]}")
    awk -v name="$1" -v rows="$4" -v cpu=$((after - before)) '
        $5 + $6 > 0 { printf "%s: %d answers were errors, %d connections broke\n", name, $5, $6 > "/dev/stderr"; exit }
        { print name "/" rows, $1 / $2, $3, $4, cpu / $1, $1 * rows / $2 }' <<<"$figures" >>"$work/results"
}

tight_loop() { # seconds
    "$benchmarks" tight-loop --package "$package" --rows 100 --seconds "$1" | awk '{ print "tight-loop-" $1 "/100", $2 }' >>"$work/loops"
}

every() { # seconds: each case once
    for case in "${cases[@]}"; do
        # shellcheck disable=SC2086  # its fields
        run $case "$1"
    done
    tight_loop "$1"
}

header
echo "$rounds rounds of $seconds s, one thread of wrk; 16 connections for one row a request, 8 for 100"
every 2 2>/dev/null
rm "$work/results" "$work/loops"
for round in $(seq "$rounds"); do
    echo "round $round" >&2
    every "$seconds"
done
metrics_us=$("$benchmarks" metrics --package "$package" | awk '{ print $2 }')
"$benchmarks" start --service "$service" --package "$package" --port "$(free_port)" >"$work/start"

medians() { # file: the median of each column by name
    awk '
        { count[$1]++; columns = NF; for (i = 2; i <= NF; i++) value[$1, i, count[$1]] = $i; if (count[$1] == 1) names[++n] = $1 }
        END {
            for (k = 1; k <= n; k++) {
                name = names[k]; line = name
                for (i = 2; i <= columns; i++) {
                    m = count[name]
                    for (a = 1; a <= m; a++) sorted[a] = value[name, i, a]
                    for (a = 2; a <= m; a++) for (b = a; b > 1 && sorted[b - 1] > sorted[b]; b--) { t = sorted[b]; sorted[b] = sorted[b - 1]; sorted[b - 1] = t }
                    line = line " " (m % 2 ? sorted[(m + 1) / 2] : (sorted[m / 2] + sorted[m / 2 + 1]) / 2)
                }
                print line
            }
        }' "$1"
}
medians "$work/results" >"$work/medians"
medians "$work/loops" >>"$work/medians"

of() { # case, column: 2 requests/s, 3 p50, 4 p99, 5 CPU µs a request
    awk -v name="$1" -v column="$2" '$1 == name { print $column; found = 1 } END { if (!found) print "nan" }' "$work/medians"
}

ratio() { # case, case, column: the first over the second
    awk -v a="$(of "$1" "$3")" -v b="$(of "$2" "$3")" 'BEGIN { if (a == "nan" || b == "nan" || b == 0) print "nan"; else printf "%.3g", a / b }'
}

over_loop() { # loop: the service's rows per CPU second over those of ONNX Runtime
    awk -v cpu="$(of native/100 5)" -v loop="$(of "tight-loop-$1/100" 2)" 'BEGIN { if (cpu == "nan" || loop == "nan") print "nan"; else printf "%.3g", 100e6 / cpu / loop }'
}

share_of_native() { # µs, case: percent of the case's CPU
    awk -v us="$1" -v cpu="$(of "$2" 5)" 'BEGIN { if (cpu == "nan") print "nan"; else printf "%.1f", 100 * us / cpu }'
}

drift_share() { # case, without: percent that drift counters add
    awk -v on="$(of "$1" 5)" -v off="$(of "$2" 5)" 'BEGIN { if (on == "nan" || off == "nan") print "nan"; else printf "%.1f", 100 * (on - off) / off }'
}

echo
printf '  %-24s %12s %10s %10s %12s %12s\n' "case / rows a request" requests/s "p50 ms" "p99 ms" "CPU µs/req" rows/s
awk 'NF == 6 { printf "  %-24s %12.0f %10.2f %10.2f %12.1f %12.0f\n", $1, $2, $3, $4, $5, $6 }
     NF == 2 { printf "  %-47s %25.0f rows a CPU second\n", $1, $2 }' "$work/medians"
echo
figure "one row: requests/s over the constant endpoint" "$(ratio native/1 constant/1 2)" ">=" 0.85
figure "one row: CPU over the constant endpoint" "$(ratio native/1 constant/1 5)" "<=" 1.25
figure "100 rows: rows a CPU second over ONNX Runtime, tensors made once" "$(over_loop made_once)" ">=" 0.7
figure "100 rows: the same with tensors built each time" "$(over_loop built_each_time)" ">=" 0.7
figure "100 rows: CPU of /v2 JSON over native" "$(ratio native-v2-json/100 native/100 5)" "<=" 1.3
figure "100 rows: CPU of /v2 binary over native" "$(ratio native-v2-binary/100 native/100 5)" "<=" 1.0
figure "one row: CPU of /v2 JSON over native" "$(ratio native-v2-json/1 native/1 5)" "<=" 1.3
figure "one row: CPU of /v2 binary over native" "$(ratio native-v2-binary/1 native/1 5)" "<=" 1.0
figure "one row: CPU of metrics, percent" "$(share_of_native "$metrics_us" native/1)" "<=" 10 %
figure "one row: CPU of drift counters, percent" "$(drift_share native/1 without-drift/1)" "<=" 10 %
figure "100 rows: CPU of drift counters, percent" "$(drift_share native/100 without-drift/100)" "<=" 10 %
if [ "$peers" = yes ]; then
    figure "one row: requests/s over the tutorial stack" "$(ratio native/1 tutorial/1 2)" ">=" 150
    figure "one row: requests/s over its best-tuned form" "$(ratio native/1 tuned/1 2)" ">=" 20
    figure "100 rows: requests/s over the tutorial stack" "$(ratio native/100 tutorial/100 2)" ">=" 60
    figure "100 rows: requests/s over its best-tuned form" "$(ratio native/100 tuned/100 2)" ">=" 15
fi
figure "process start to ready, ms (median of 7)" "$(awk '$1 == "ready_ms" { print $2 }' "$work/start")" "<=" 150
printf '  %-68s %10s\n' "resident when ready, MB" "$(awk '$1 == "resident_mb" { print $2 }' "$work/start")"
close
