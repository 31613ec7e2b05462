#!/usr/bin/env bash
# How long a drift check takes to read one window from Prometheus: 20 features of 10 bins and 6 states, 10 replicas, a day of scrapes every 15 s, in which one replica restarts,
# one dies and one is born. The counts must be exact. Ends with exit code 2 if a figure falls short.
# Usage: bench/drift-prometheus.sh          needs dotnet, and Debian's prometheus (which has promtool) and curl; some 2 GB in the temporary folder, some minutes to fill it.
# RUN_AS="chrt -r 10" (as root) keeps a machine's other work out of the figures.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need dotnet:dotnet-sdk-10.0 prometheus:prometheus promtool:prometheus curl:curl
dotnet build "$root/bench/Pipeline.DriftBenchmarks" -c Release -p:RunAnalyzers=false -o "$built/Pipeline.DriftBenchmarks" >"$work/build.log" 2>&1 || { tail -20 "$work/build.log" >&2; die "It cannot be built."; }
benchmarks=$built/Pipeline.DriftBenchmarks/drift-benchmarks

# A whole day in the past, on the hour of a block.
day=$(($(date +%s) / 7200 * 7200 - 2 * 86400))
echo "writing a day of scrapes" >&2
for hour in 0 2 4 6 8 10 12 14 16 18 20 22 24; do
    "$benchmarks" prometheus-history "$day" "$hour" "$work/history.om"
    promtool tsdb create-blocks-from openmetrics --quiet "$work/history.om" "$work/data" >"$work/promtool.log" 2>&1 || { tail -5 "$work/promtool.log" >&2; die "promtool makes no block."; }
done
rm "$work/history.om"

printf 'scrape_configs: []\n' >"$work/prometheus.yml"
port=$(free_port)
# shellcheck disable=SC2086  # words of a command
start prometheus "$port" /-/ready ${RUN_AS:-} prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/data" --storage.tsdb.retention.time=30d --web.listen-address="127.0.0.1:$port" --log.level=warn

window() { # name, from, to (seconds of the day)
    local first=nan usual=nan exact=1
    # shellcheck disable=SC2086  # words of a command
    read -r first usual < <(${RUN_AS:-} "$benchmarks" prometheus-window "http://127.0.0.1:$port" "$day" "$2" "$3" 6) || true
    "$benchmarks" prometheus-window "http://127.0.0.1:$port" "$day" "$2" "$3" 2 >/dev/null || exact=0
    figure "$1: counts are exact (1)" "$exact" '>=' 1
    figure "$1: the first read of a process" "$first" '<=' 1000 ms
    figure "$1: median of the next five" "$usual" '<=' 1000 ms
}

echo "$(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(prometheus --version 2>&1 | head -1 | cut -d' ' -f1-3), load before $(cut -d' ' -f1 /proc/loadavg)"
window "an hour with a restart" 30000 33600
window "the day but its first hour" 3600 86400
close
