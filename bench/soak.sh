#!/usr/bin/env bash
# Memory under constant load, and over reloads of a shadow model.
# Usage: bench/soak.sh [--reloads N] [MINUTES] [PACKAGE_DIR]     MINUTES is 10, N is 200; 0 leaves the reloads out
# First the service as it comes, then one with a shadow model whose package changes again and again under load.
# wrk asks for single rows and for 100 rows at the same time. Resident memory is read every 5 s; growth is that of the second half, between the means of its first and last tenth.
# Debian packages: wrk curl build-essential.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

reloads=200
minutes=10
directory=
while [ $# -gt 0 ]; do
    case $1 in
        --reloads) reloads=$2 && shift ;;
        -*) die "There is no option $1. Usage: bench/soak.sh [--reloads N] [MINUTES] [PACKAGE_DIR]" ;;
        *[!0-9]*) directory=$1 ;;
        *) minutes=$1 ;;
    esac
    shift
done

need wrk:wrk curl:curl
find_package "$directory"
publish
"$benchmarks" requests --package "$package" --output "$work/requests"
port=$(free_port)
start service "$port" /health/ready "$service" --package "$package" --address 127.0.0.1 --port "$port"
service_pid=$pid

metric() { # name: the sum of its series
    curl -fs "http://127.0.0.1:$port/metrics" | awk -v name="$1" '$1 ~ "^" name "([{]|$)" { sum += $2 } END { printf "%.0f", sum }'
}

pressure() { # seconds, requests, connections
    wrk -t1 -c"$3" -d"$1s" -s "$bench/wrk.lua" "http://127.0.0.1:$port" -- "$work/requests/$2" >>"$work/wrk" 2>&1 &
    started+=($!)
    loads+=($!)
}

growth() { # file of "seconds kB": MB between the means of the first and the last tenth of the second half
    awk '{ v[NR] = $2 }
        END {
            first = int(NR / 2) + 1; n = int((NR - first + 1) / 10); if (n < 1) n = 1
            for (i = 0; i < n; i++) { a += v[first + i]; b += v[NR - i] }
            printf "%.1f", (b - a) / n * 1024 / 1e6
        }' "$1"
}

megabytes() { # kB
    awk -v kb="$1" 'BEGIN { printf "%.1f", kb * 1024 / 1e6 }'
}

header
echo "$minutes minutes of load, then $reloads reloads; idle $(megabytes "$(resident_kb "$service_pid")") MB resident"
loads=()
pressure $((minutes * 60)) native-1 8
pressure $((minutes * 60)) native-100 4
begin=$SECONDS
million=
while [ $((SECONDS - begin)) -lt $((minutes * 60)) ]; do
    sleep 5
    kill -0 "$service_pid" 2>/dev/null || die "The service has died."
    now=$(resident_kb "$service_pid")
    echo "$((SECONDS - begin)) $now" >>"$work/resident"
    if [ -z "$million" ] && [ "$(metric inference_requests_total)" -ge 1000000 ]; then
        million=$(megabytes "$now")
    fi
    [ $(((SECONDS - begin) % 60)) -ge 5 ] || echo "  $(((SECONDS - begin) / 60)) min: $(megabytes "$now") MB, $(metric inference_rows_total) rows"
done
wait "${loads[@]}" || true
requests=$(metric inference_requests_total)
peak=$(awk '/^VmHWM/ { print $2 }' "/proc/$service_pid/status")

"$benchmarks" golden --package "$package" --port "$port" >"$work/golden" || true

if [ "$reloads" -gt 0 ]; then
    stop "$service_pid"
    mkdir "$work/shadow"
    cp "$package"/* "$work/shadow/"
    start service "$port" /health/ready "$service" --package "$package" --address 127.0.0.1 --port "$port" --shadow-package "$work/shadow" --shadow-poll-seconds 1
    service_pid=$pid
    loaded() { grep -c 'shadow loaded' "$work/service.log" || true; }
    loads=()
    pressure 100000 native-1 4
    before=$(loaded)
    echo "0 $(resident_kb "$service_pid")" >"$work/reloading"
    for reload in $(seq "$reloads"); do
        # Blank space at the manifest's end makes it another package by its digest.
        echo >>"$work/shadow/manifest.json"
        left=200
        until [ "$(loaded)" -ge $((before + reload)) ]; do
            left=$((left - 1))
            [ "$left" -gt 0 ] || { tail -3 "$work/service.log" >&2; die "Reload $reload of the shadow model has not happened after 20 s."; }
            sleep 0.1
        done
        echo "$reload $(resident_kb "$service_pid")" >>"$work/reloading"
        [ $((reload % 20)) -ne 0 ] || echo "  $reload reloads: $(megabytes "$(resident_kb "$service_pid")") MB"
    done
    kill "${loads[0]}"
    wait "${loads[0]}" 2>/dev/null || true
    "$benchmarks" golden --package "$package" --port "$port" >>"$work/golden" || true
fi

errors=$(sed -n 's/^figures //p' "$work/wrk" | awk '{ sum += $5 + $6 } END { print sum + 0 }')
echo
echo "  $requests requests, peak $(megabytes "$peak") MB"
figure "resident after a million requests, MB" "${million:-nan}" "<=" 90
figure "resident at the end of the load, MB" "$(megabytes "$(tail -1 "$work/resident" | cut -d' ' -f2)")" "<=" 90
figure "growth over the second half of the load, MB" "$(growth "$work/resident")" "<=" 10
[ "$reloads" -eq 0 ] || figure "growth over the second half of $reloads reloads, MB" "$(growth "$work/reloading")" "<=" 10
[ "$reloads" -eq 0 ] || figure "growth over all $reloads reloads, MB" "$(awk 'NR == 1 { a = $2 } { b = $2 } END { printf "%.1f", (b - a) * 1024 / 1e6 }' "$work/reloading")" "<=" 10
figure "answers that were errors, broken connections" "$errors" "<=" 0
figure "golden predictions wrong" "$(grep -c wrong "$work/golden" || true)" "<=" 0
close
