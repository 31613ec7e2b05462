#!/usr/bin/env bash
# How the service starts and what it takes, compiled ahead of time and to ReadyToRun, side by side: time from the process's start to the first 200 of /health/ready,
# resident memory, size; and, where wrk is installed, requests a second, processor time a request and memory under load.
# Usage: bench/start.sh [PACKAGE] [SECONDS]     PACKAGE: a model package's folder, by default the newest in the store. SECONDS of each load, by default 5; 0 for none.
# RUN_AS="chrt -r 10" (as root) keeps a machine's other work out of the start.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
package=${1:-$(find "$root/artifacts/store/Package" -mindepth 3 -maxdepth 3 -name package -printf '%T@ %p\n' 2>/dev/null | sort -n | tail -1 | cut -d' ' -f2-)}
seconds=${2:-5}
starts=7
[ -f "$package/manifest.json" ] || { echo "No model package. Run ./build.sh Promote first, or name one: bench/start.sh PACKAGE" >&2; exit 64; }
case "$(uname -m)" in aarch64) rid=linux-arm64 ;; *) rid=linux-x64 ;; esac

work=$(mktemp -d)
pid=
port=$((20000 + RANDOM % 20000))
finish() {
    [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

publish() { # name, property…
    local name=$1
    shift
    if ! MSBUILDDISABLENODEREUSE=1 dotnet publish "$root/src/Pipeline.Inference/Pipeline.Inference.csproj" --configuration Release --runtime "$rid" --self-contained --nologo \
        -p:PublishDir="$work/$name" -p:ArtifactsPath="$work/build-$name" -p:DebugType=none -p:RunAnalyzers=false -p:GenerateDocumentationFile=false "$@" >"$work/$name.log" 2>&1; then
        tail -20 "$work/$name.log" >&2
        exit 1
    fi
    rm -rf "$work/build-$name"
}

is_ready() {
    local line=
    exec 3<>"/dev/tcp/127.0.0.1/$port" || return 1
    printf 'GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
    read -r line <&3 || true
    exec 3<&- 3>&-
    [[ $line == *" 200 "* ]]
} 2>/dev/null

start() { # folder: sets pid and microseconds
    local began
    port=$((port + 1))
    began=${EPOCHREALTIME/./}
    ${RUN_AS:-} "$1/inference" --package "$package" --address 127.0.0.1 --port "$port" >"$work/service.log" 2>&1 &
    pid=$!
    until is_ready; do
        kill -0 "$pid" 2>/dev/null || { cat "$work/service.log" >&2; exit 1; }
        read -rt 0.001 <> <(:) || true
    done
    microseconds=$((${EPOCHREALTIME/./} - began))
}

stop() {
    kill "$pid"
    wait "$pid" 2>/dev/null || true
    pid=
}

resident() { awk '/^VmRSS/ { printf "%.1f", $2 / 1024 }' "/proc/$pid/status"; }
ticks() { awk '{ print $14 + $15 }' "/proc/$pid/stat"; }

body() { # rows: a wrk script that posts that many golden rows
    python3 - "$package/golden.json" "$1" <<'PYTHON'
import json, sys
golden = [row["row"] for row in json.load(open(sys.argv[1]))["rows"]]
rows = [golden[i % len(golden)] for i in range(int(sys.argv[2]))]
print('wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\nwrk.body = [==[' + json.dumps({"rows": rows}, separators=(",", ":")) + "]==]")
PYTHON
}

load() { # rows, connections: "requests/s, µs of processor time a request, MiB resident"
    local before requests output
    body "$1" >"$work/body.lua"
    before=$(ticks)
    output=$(wrk -t1 -c"$2" -d"${seconds}s" -s "$work/body.lua" "http://127.0.0.1:$port/v1/predict")
    requests=$(awk '/requests in/ { print $1 }' <<<"$output")
    ! grep -q 'Non-2xx' <<<"$output" || { echo "$output" >&2; exit 1; }
    printf '%.0f requests/s, %d µs of processor time each, %s MiB resident' \
        "$(awk '/Requests\/sec/ { print $2 }' <<<"$output")" $((($(ticks) - before) * 1000000 / $(getconf CLK_TCK) / requests)) "$(resident)"
}

measure() { # title, folder
    local times=() i
    for ((i = 0; i < starts; i++)); do
        start "$2"
        times+=("$microseconds")
        [ "$i" -eq $((starts - 1)) ] || stop
    done
    mapfile -t times < <(printf '%s\n' "${times[@]}" | sort -n)
    sleep 0.5
    echo "$1"
    echo "  ready after      $((times[starts / 2] / 1000)) ms (median of $starts; $((times[0] / 1000)) to $((times[starts - 1] / 1000)))"
    echo "  idle             $(resident) MiB resident"
    echo "  files            $(du -sb "$2" | awk '{ printf "%.1f", $1 / 1e6 }') MB in $(find "$2" -type f | wc -l) files, the program $(stat -c %s "$2/inference" | awk '{ printf "%.1f", $1 / 1e6 }') MB"
    if [ "$seconds" -gt 0 ] && command -v wrk >/dev/null; then
        load 1 16 >/dev/null
        echo "  1 row, c=16      $(load 1 16)"
        echo "  100 rows, c=8    $(load 100 8)"
    fi
    stop
}

publish ahead-of-time -p:PublishAot=true -p:NativeDebugSymbols=false -p:CopyOutputSymbolsToPublishDirectory=false
publish ready-to-run
measure "ahead of time" "$work/ahead-of-time"
measure "ReadyToRun with the JIT" "$work/ready-to-run"
