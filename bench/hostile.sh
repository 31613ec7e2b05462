#!/usr/bin/env bash
# Sends hostile requests to the service: random bytes, broken UTF-8, damaged bodies of every dialect, deep arrays, huge shapes, smuggling, slow senders, wrong lengths,
# compression bombs. Demanded: no 5xx but 503 and 504, no crash, no growth, and golden predictions as right afterwards as before.
# Usage: bench/hostile.sh [COUNT] [SEED] [PACKAGE_DIR]     COUNT is 200000; the same seed sends the same requests
# Debian packages: curl build-essential.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

count=${1:-200000}
seed=${2:-1}
need curl:curl
find_package "${3:-}"
publish
port=$(free_port)
start service "$port" /health/ready "$service" --package "$package" --address 127.0.0.1 --port "$port"
service_pid=$pid

send() { # requests, seed
    "$benchmarks" hostile --package "$package" --port "$port" --count "$1" --seed "$2"
}

megabytes() { # kB
    awk -v kb="$1" 'BEGIN { printf "%.1f", kb * 1024 / 1e6 }'
}

header
echo "$count requests, seed $seed, over 32 connections"
# Growth is that of the second half: what the first requests make resident is kept and used again. The service gives the memory of large bodies back within some seconds.
settle=12
begin=$SECONDS
fresh=$(resident_kb "$service_pid")
send $((count / 2)) "$seed" | tee "$work/hostile" || true
took=$((SECONDS - begin))
half=0
sleep "$settle"
kill -0 "$service_pid" 2>/dev/null && half=$(resident_kb "$service_pid")
begin=$SECONDS
send $((count - count / 2)) $((seed + 1000)) | tee -a "$work/hostile" || true
took=$((took + SECONDS - begin))
peak=0
kill -0 "$service_pid" 2>/dev/null && peak=$(awk '/VmHWM/ { print $2 }' "/proc/$service_pid/status")
sleep "$settle"
alive=0
kill -0 "$service_pid" 2>/dev/null && alive=1
ended=0
[ "$alive" -eq 0 ] || ended=$(resident_kb "$service_pid")
"$benchmarks" golden --package "$package" --port "$port" >"$work/golden" || true

echo
echo "  $took s; resident $(megabytes "$fresh") MB before, $(megabytes "$half") MB after half of the requests, $(megabytes "$ended") MB $settle s after the end, $(megabytes "$peak") MB at most"
figure "answers 5xx other than 503 and 504, or none in time" "$(awk '$1 == "faults" { sum += $2; n++ } END { print n == 2 ? sum : "nan" }' "$work/hostile")" "<=" 0
figure "service alive" "$alive" ">=" 1
figure "growth of resident memory over the second half, MB" "$(awk -v a="$half" -v b="$ended" 'BEGIN { printf "%.1f", (b - a) * 1024 / 1e6 }')" "<=" 10
figure "golden predictions right afterwards" "$(grep -c right "$work/golden" || true)" ">=" 1
close
