#!/usr/bin/env bash
# Checks a model for drift and leaves the exit code beside the reports; drift (2) and too few rows (3) are verdicts for people, anything else fails the step.
# Usage: drift-check.sh MODEL. Environment: SOURCE and STAGE, if not the defaults; PROMETHEUS_TOKEN.
set -euo pipefail

model=$1
status=0
./build.sh DriftCheck --model "$model" || status=$?
reports=artifacts/reports/$model/drift
mkdir -p "$reports"
echo "$status" > "$reports/exit-code"
bash "$(dirname "${BASH_SOURCE[0]}")/step-summary.sh" "$reports/drift.md" "the artifact \`drift-$model\`"
case $status in
  0 | 2 | 3) echo "DriftCheck ended with exit code $status" ;;
  *) exit "$status" ;;
esac
