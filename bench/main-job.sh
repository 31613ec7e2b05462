#!/usr/bin/env bash
# Times the main job in a fresh clone: cold without Docker, cold with a Docker engine and a registry, and with nothing changed; and the peak memory of all its processes.
# Usage: bench/main-job.sh [REGISTRY]     REGISTRY (host:port of a running registry) adds the run with Docker.
# NuGet packages are restored before the clock starts.
set -euo pipefail

registry=${1:-}
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

descendants_kib() { # pid: resident memory of it and of all below it, in KiB
    ps -eo pid=,ppid=,rss= | awk -v root="$1" '
        { parent[$1] = $2; rss[$1] = $3 }
        END {
            for (p in parent) { q = p; while (q != root && q in parent && q > 1) q = parent[q]; if (q == root) sum += rss[p] }
            print sum + 0
        }'
}

run() { # name, clone, arguments…: prints seconds, peak MiB, and the seconds that the stages say they took
    local name=$1 clone=$2
    shift 2
    local start end peak=0 now pid status=0
    start=$(date +%s.%N)
    "$clone/build.sh" "$@" >"$work/log" 2>&1 &
    pid=$!
    while kill -0 "$pid" 2>/dev/null; do
        now=$(descendants_kib "$pid")
        [ "$now" -gt "$peak" ] && peak=$now
        sleep 0.2
    done
    wait "$pid" || status=$?
    end=$(date +%s.%N)
    if [ "$status" -ne 0 ]; then
        tail -30 "$work/log" >&2
        echo "$name: ended with exit code $status" >&2
        exit 1
    fi
    awk -v name="$name" -v start="$start" -v end="$end" -v peak="$peak" '
        match($0, /(restored|done) in [0-9.]+ s/) { split(substr($0, RSTART, RLENGTH), w, " "); stages += w[3] }
        END { printf "%-40s %7.1f s   stages %6.1f s   peak memory %5.0f MiB\n", name, end - start, stages, peak / 1024 }' "$work/log"
}

fresh_clone() { # name
    git clone -q "$source" "$work/$1"
    dotnet restore "$work/$1/Pipeline.sln" >/dev/null
    dotnet restore "$work/$1/src/Pipeline.Inference" -r linux-x64 >/dev/null
    rm -rf "$work/$1"/{src,build,tests}/*/{obj,bin} "$work/$1"/build/{obj,bin}
    echo "$work/$1"
}

echo "$(nproc) cores, $(date -u +%F), commit $(git -C "$source" rev-parse --short HEAD)"
clone=$(fresh_clone without-docker)
run "cold, no Docker" "$clone" Promote --no-docker
run "nothing changed, no Docker" "$clone" Promote --no-docker
if [ -n "$registry" ]; then
    clone=$(fresh_clone with-docker)
    run "cold, Docker and registry" "$clone" Promote --registry "$registry"
    run "nothing changed, Docker and registry" "$clone" Promote --registry "$registry"
fi
