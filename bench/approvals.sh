#!/usr/bin/env bash
# What approvals cost: Approve and Promote of an image that is in a registry, and Verify of 1,000 records of a stage (500 approvals with real signatures, 500 promotions) with the 500 of the stage
# before, all committed. In a fresh clone; it measures what is committed. Times are of whole commands, the start of the build tool with them.
# Usage: bench/approvals.sh HOST:PORT [PROMOTIONS]     a registry on loopback; needs a Docker engine
# Debian packages: git openssh-client.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

registry=${1:-}
promotions=${2:-500}
[ -n "$registry" ] || die "Usage: bench/approvals.sh HOST:PORT [PROMOTIONS], with a registry on loopback."
need git:git ssh-keygen:openssh-client dotnet:dotnet-sdk-10.0
clone="$work/the clone"
model="$clone/models/flight-delay"

build() { # log, arguments…
    local log=$1
    shift
    "$clone/build.sh" "$@" >"$log" 2>&1 </dev/null || { tail -30 "$log" >&2; die "./build.sh $* ended with an error."; }
}

seconds() { # log, arguments…: how long the command takes
    local start=$EPOCHREALTIME
    build "$@"
    awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.2f", b - a }'
}

commit() { # person, message
    git -C "$clone" add -A
    git -C "$clone" -c user.name="${1%@*}" -c user.email="$1" -c commit.gpgsign=false commit -q -m "$2"
}

git clone -q "$root" "$clone"
git -C "$clone" config user.name requester
git -C "$clone" config user.email requester@example.com
ssh-keygen -q -t ed25519 -N "" -f "$work/key"
printf 'approver@example.com namespaces="ml-delivery-pipeline-approval" %s\n' "$(cat "$work/key.pub")" >"$model/approvers"
commit policy@example.com "who may approve"
echo "making a model and pushing it to $registry" >&2
build "$work/staging" Promote --stage staging --registry "$registry"
commit requester@example.com "staging"

header
approve=$(seconds "$work/approve" Approve --stage production --reason "it is better" --yes --ssh-key "$work/key")
promote=$(seconds "$work/promote" Promote --stage production --registry "$registry")
commit approver@example.com "release"
figure "Approve and Promote of a pushed digest, s" "$(awk -v a="$approve" -v b="$promote" 'BEGIN { printf "%.2f", a + b }')" "<=" 5 s
echo "  of which Approve: $approve s, Promote: $promote s"

program=$built/Pipeline.ReleaseBenchmarks/release-benchmarks
if [ "${BENCH_AS_BUILT:-}" != 1 ]; then
    dotnet publish "$root/bench/Pipeline.ReleaseBenchmarks" -c Release -p:RunAnalyzers=false -o "$built/Pipeline.ReleaseBenchmarks" >"$work/publish.log" 2>&1 \
        || { tail -20 "$work/publish.log" >&2; die "bench/Pipeline.ReleaseBenchmarks cannot be published."; }
fi
"$program" --model "$model" --key "$work/key" --person approver@example.com --promotions "$promotions" >&2
commit approver@example.com "years of releases"
for _ in 1 2 3; do seconds "$work/verify" Verify; echo; done | sort -n >"$work/verifies"
figure "Verify of $((2 * promotions)) records and $promotions before them, median of 3, s" "$(sed -n 2p "$work/verifies")" "<=" 2 s
grep -o 'Verify: [0-9]* records.*' "$work/verify" | sed 's/^/  /'
close
