#!/usr/bin/env bash
# Adds a Markdown file to the step's summary. GitHub takes 1 MiB a step and drops the summary, not the step, when it is longer: what does not fit is cut, and a line says where it is.
# Usage: step-summary.sh FILE WHERE-THE-WHOLE-IS
set -euo pipefail

file=$1 where=$2
if [ ! -f "$file" ]; then
  echo "There is no \`$file\`: the run ended before it was written." >> "$GITHUB_STEP_SUMMARY"
  exit
fi

touch "$GITHUB_STEP_SUMMARY"
# 4 KiB are kept for the pointer and whoever writes after this.
left=$((1048576 - 4096 - $(stat -c %s "$GITHUB_STEP_SUMMARY")))
bash "$(dirname "${BASH_SOURCE[0]}")/cut-text.sh" "$file" "$((left > 0 ? left : 0))" "The summary ends here, as GitHub takes no more; the whole is in $where." >> "$GITHUB_STEP_SUMMARY"
