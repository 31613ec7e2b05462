#!/usr/bin/env bash
# Moves a stage back to a version that it ran before. The record is signed by a key that lives for this script only.
# Usage: rollback.sh MODEL STAGE REGISTRY POLICY-REF. Environment: REASON; VERSION, if not the one before; ROLLBACK_SSH_KEY, where the stage wants a signature.
set -euo pipefail

model=$1 stage=$2 registry=$3 policy=$4
to=${VERSION:-}
work=$(umask 077 && mktemp -d)
trap 'rm -rf "$work"' EXIT
key=
if [ -n "${ROLLBACK_SSH_KEY:-}" ]; then
  key=$work/key
  # ssh-keygen takes no key that others can read, and none without the last line break.
  (umask 077 && printf '%s\n' "$ROLLBACK_SSH_KEY" > "$key")
fi
unset ROLLBACK_SSH_KEY

./build.sh Rollback --model "$model" --stage "$stage" --registry "$registry" --policy-ref "$policy" --reason "$REASON" --yes \
  ${to:+--to "$to"} ${key:+--ssh-key "$key"}
