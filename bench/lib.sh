# shellcheck shell=bash
# What the benchmark scripts of this folder share; they source it. It builds into artifacts/bench/, starts servers on loopback, and ends what it started, by process id.
set -euo pipefail

bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$bench")
built=$root/artifacts/bench
work=$(mktemp -d)
started=()
short=0
export LC_ALL=C

# shellcheck disable=SC2317  # called by the trap
finish() {
    local status=$?
    for pid in "${started[@]}"; do
        kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
    done
    rm -rf "$work"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

die() {
    echo "$*" >&2
    exit 1
}

need() { # command:debian-package…: stops with one line that names all that is missing
    local pair missing=()
    for pair in "$@"; do
        command -v "${pair%%:*}" >/dev/null || missing+=("${pair#*:}")
    done
    [ "${#missing[@]}" -eq 0 ] || die "Missing: ${missing[*]}. On Debian: apt-get install ${missing[*]}"
}

find_package() { # [DIR]: sets package
    package=${1:-$(find "$root/artifacts/store/Package" -mindepth 3 -maxdepth 3 -type d -name package -printf '%T@ %p\n' 2>/dev/null | sort -n | tail -1 | cut -d' ' -f2-)}
    [ -f "$package/manifest.json" ] || die "There is no model package at '$package'. Run ./build.sh Promote --no-docker first, or name a package's folder."
}

publish() { # compiles the service and the benchmarks ahead of time, as the service ships; with BENCH_AS_BUILT=1 it takes what is there
    local linker=() project
    # shellcheck disable=SC2034  # used by the scripts
    service=$built/Pipeline.Inference/inference benchmarks=$built/Pipeline.Benchmarks/benchmarks
    [ "${BENCH_AS_BUILT:-}" != 1 ] || return 0
    need dotnet:dotnet-sdk-10.0 gcc:build-essential
    command -v clang >/dev/null || linker=(-p:CppCompilerAndLinker=gcc -p:LinkerFlavor=)
    for project in src/Pipeline.Inference bench/Pipeline.Benchmarks; do
        echo "compiling $project" >&2
        dotnet publish "$root/$project" -c Release -r linux-x64 -p:PublishAot=true -p:RunAnalyzers=false -p:DebugType=none "${linker[@]}" -o "$built/$(basename "$project")" >"$work/publish.log" 2>&1 \
            || { tail -20 "$work/publish.log" >&2; die "$project cannot be published."; }
    done
}

free_port() { # prints a port that nothing listens on
    local port=$((20000 + RANDOM % 10000))
    while (: </dev/tcp/127.0.0.1/"$port") 2>/dev/null; do port=$((port + 1)); done
    echo "$port"
}

start() { # name, port, path that answers 200 when ready, command…: sets pid
    local name=$1 port=$2 path=$3 left=600
    shift 3
    "$@" >"$work/$name.log" 2>&1 &
    pid=$!
    started+=("$pid")
    until curl -fs -o /dev/null "http://127.0.0.1:$port$path"; do
        left=$((left - 1))
        if [ "$left" -eq 0 ] || ! kill -0 "$pid" 2>/dev/null; then
            tail -20 "$work/$name.log" >&2
            die "$name does not become ready."
        fi
        sleep 0.1
    done
}

stop() { # pid
    kill "$1" 2>/dev/null || return 0
    wait "$1" 2>/dev/null || true
}

cpu_us() { # pid: microseconds of CPU that the process has used, user and system
    local stat
    stat=$(<"/proc/$1/stat")
    # shellcheck disable=SC2086  # the fields after the command's name
    set -- ${stat##*) }
    echo $(((${12} + ${13}) * 1000000 / clock_ticks))
}
clock_ticks=$(getconf CLK_TCK)

resident_kb() { # pid
    awk '/^VmRSS/ { print $2 }' "/proc/$1/status"
}

calc() { # expression of awk: prints its value
    awk "BEGIN { printf \"%.6g\", $1 }"
}

figure() { # what, value, <= or >=, asked, [unit]: prints a line with ok or short
    local verdict=short
    case $2 in
        nan | n/a | '') verdict="not measured" ;;
        *) awk "BEGIN { exit !($2 $3 $4) }" && verdict=ok ;;
    esac
    [ "$verdict" = ok ] || short=$((short + 1))
    printf '  %-68s %10s   asked %s %s %-5s %s\n' "$1" "$2" "$3" "$4" "${5:-}" "$verdict"
}

header() {
    echo "$(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(date -u +%F), commit $(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo unknown)$(git -C "$root" diff --quiet HEAD 2>/dev/null || echo ' with changes')${package:+, package $(basename "$(dirname "$(dirname "$package")")" | cut -c1-12)}, load before $(cut -d' ' -f1 /proc/loadavg)"
}

close() {
    if [ "$short" -gt 0 ]; then
        echo "$short figures fall short or could not be measured"
        exit 2
    fi
    echo "all figures are met"
    exit 0
}
