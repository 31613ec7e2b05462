#!/usr/bin/env bash
# Promotes a model to a stage, as far as policy lets it; a refusal is told in the step's summary.
# Usage: promote.sh MODEL STAGE REGISTRY POLICY-REF [DEPLOYMENT-REVIEWS]. Environment: MODEL_SIGNING_KEY, an EC key as PEM, if models are signed.
set -euo pipefail

model=$1 stage=$2 registry=$3 policy=$4 reviews=${5:-}
here=$(dirname "${BASH_SOURCE[0]}")
work=$(umask 077 && mktemp -d)
trap 'rm -rf "$work"' EXIT
key=
if [ -n "${MODEL_SIGNING_KEY:-}" ]; then
  key=$work/key.pem
  (umask 077 && printf '%s\n' "$MODEL_SIGNING_KEY" > "$key")
fi
unset MODEL_SIGNING_KEY

status=0
./build.sh Promote --model "$model" --stage "$stage" --registry "$registry" --policy-ref "$policy" \
  ${reviews:+--deployment-reviews "$reviews"} ${key:+--model-signing-key "$key"} 2>&1 | tee "$work/log" || status=$?
{
  case $status in
    0) echo "**$model is promoted to $stage.**" ;;
    2) echo "**$model is not promoted to $stage: policy says no.**" ;;
    3) echo "**$model is not promoted to $stage: there is not enough data to say.**" ;;
    *) echo "**Promoting $model to $stage failed with exit code $status.**" ;;
  esac
  printf '\n```\n'
  tail -n 30 "$work/log"
  printf '```\n'
} > "$work/summary.md"
bash "$here/step-summary.sh" "$work/summary.md" "the step's log"
exit "$status"
