#!/usr/bin/env bash
# What the service does with four times the load that it can carry: latencies of accepted and of refused requests, and of probes and metrics meanwhile.
# Usage: bench/overload.sh [--quick] [--rows N] [--max-concurrent N] [--seconds N] [PACKAGE_DIR]
# Capacity is what as many connections as the service takes requests at once get out of it, each asking again at once. Overload is four times as many connections, first
# with requests due at four times that rate whatever is answered (an open loop, as many clients are), then each asking again at once. The figures are of the
# open loop: in the closed one a thousand connections that ask again at once wait for each other, however soon each is answered.
# The first two seconds of each load don't count: a thousand connections are opened in them.
# The service has the first core to itself and the load generator the others, as clients have machines of their own; a request has 100 rows.
# Debian packages: curl build-essential util-linux.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

seconds=10
rounds=3
rows=100
concurrent=256
directory=
while [ $# -gt 0 ]; do
    case $1 in
        --quick) seconds=3 rounds=1 ;;
        --rows) rows=$2 && shift ;;
        --max-concurrent) concurrent=$2 && shift ;;
        --seconds) seconds=$2 && shift ;;
        -*) die "There is no option $1. Usage: bench/overload.sh [--quick] [--rows N] [--max-concurrent N] [--seconds N] [PACKAGE_DIR]" ;;
        *) directory=$1 ;;
    esac
    shift
done

need curl:curl taskset:util-linux
[ "$(nproc)" -ge 2 ] || die "Two cores are needed: one for the service, one for its clients."
others=1-$(($(nproc) - 1))
find_package "$directory"
publish
"$benchmarks" requests --package "$package" --output "$work/requests" --rows "$rows"
port=$(free_port)
start service "$port" /health/ready taskset -c 0 "$service" --package "$package" --address 127.0.0.1 --port "$port" --max-concurrent "$concurrent"
# The load generator and the prober need a file descriptor a connection.
ulimit -n $((concurrent * 4 + 200)) 2>/dev/null || die "The limit of open files is $(ulimit -n), overload needs $((concurrent * 4 + 200)): raise it or lower --max-concurrent."

load() { # connections, requests a second or 0: the load's figures, one a line
    DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS=1 taskset -c "$others" "$benchmarks" load --port "$port" --requests "$work/requests/native-$rows" --connections "$1" --seconds "$seconds" --warm-up 2 --rate "$2"
}

value() { # name, file
    awk -v name="$1" '$1 == name { print $2 }' "$2"
}

measure() { # case, connections, rate: appends the figures of load and probes to the case's file of this round
    load "$2" "$3" >"$work/$1.$round" &
    local loading=$!
    sleep 2
    taskset -c "$others" "$benchmarks" probe --port "$port" --seconds "$seconds" | awk '{ print "probe_p99 " $4; print "probe_max " $5; print "probe_failures " $6; print "probe:" $1, $3, $4, $5, $6 }' >"$work/probes"
    wait "$loading"
    awk '$1 == "probe_p99" && $2 > p { p = $2 } $1 == "probe_max" && $2 > m { m = $2 } $1 == "probe_failures" { f += $2 } END { print "probe_p99", p; print "probe_max", m; print "probe_failures", f + 0 }' "$work/probes" >>"$work/$1.$round"
    grep '^probe:' "$work/probes" >>"$work/$1.$round"
}

median() { # case, name
    for round in $(seq "$rounds"); do value "$2" "$work/$1.$round"; done | sort -g | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

header
echo "$rounds rounds of $seconds s; at most $concurrent requests at once, $rows rows a request; medians"
load "$concurrent" 0 >/dev/null
for round in $(seq "$rounds"); do
    echo "round $round" >&2
    measure capacity "$concurrent" 0
    measure open "$((concurrent * 4))" "$(($(value ok_rps "$work/capacity.$round") * 4))"
    measure closed "$((concurrent * 4))" 0
done
kill -0 "$pid" 2>/dev/null || die "The service has died."

echo
printf '  %-26s %10s %10s %10s %10s %10s %10s %10s %10s\n' case "asked/s" "200/s" "p50 ms" "p99 ms" "429 p50" "429 p99" "probe p99" "probe max"
for case in capacity open closed; do
    printf '  %-26s' "$case"
    for name in rps ok_rps ok_p50_ms ok_p99_ms refused_p50_ms refused_p99_ms probe_p99 probe_max; do printf ' %10s' "$(median "$case" "$name")"; done
    echo
done
echo "  requests not sent in time by the open loop, a round: $(median open late); answers other than 200 and 429: $(median open others), $(median closed others); broken connections: $(median open failures), $(median closed failures)"
echo
figure "p99 of accepted requests over its value at capacity" "$(calc "$(median open ok_p99_ms) / $(median capacity ok_p99_ms)")" "<=" 2
figure "p99 of refusals, ms" "$(median open refused_p99_ms)" "<" 10
figure "p99 of probes and /metrics, ms" "$(median open probe_p99)" "<" 50
figure "probes that failed" "$(median open probe_failures)" "<=" 0
close
