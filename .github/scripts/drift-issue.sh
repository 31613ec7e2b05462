#!/usr/bin/env bash
# Keeps one issue of a model's drift: opens it when the model drifts, comments when what drifts changes, closes it when it is calm again.
# Usage: drift-issue.sh MODEL REPORT-FOLDER, with gh and jq on the PATH. RUN_URL is linked to.
set -euo pipefail

model=$1 report=$2
status=$(cat "$report/exit-code")
title="Drift: $model"
number=$(gh issue list --state open --label drift --limit 200 --json number,title | jq -r --arg title "$title" '[.[] | select(.title == $title) | .number] | min // empty')

case $status in
  2) ;;
  0)
    if [ -n "$number" ]; then
      gh issue comment "$number" --body "The model is calm again: no drift in the last windows. ${RUN_URL:-}"
      gh issue close "$number" --reason completed
      echo "closed #$number"
    else
      echo "no drift, no issue"
    fi
    exit 0
    ;;
  3)
    # Neither drift nor calm: an issue that is open stays so.
    echo "too few rows to say; nothing changes"
    exit 0
    ;;
  *)
    echo "drift-issue.sh: the check itself failed with exit code $status; issues are left alone." >&2
    exit 1
    ;;
esac

drifted=$(jq -r '[.windows[-1].drift.subjects[] | select(.verdict == "drift") | .name] | sort | join(", ")' "$report/drift.json")
mark="<!-- drifts: $drifted -->"
body=$(mktemp)
trap 'rm -f "$body"' EXIT
# An issue takes 65,536 characters.
{
  bash "$(dirname "${BASH_SOURCE[0]}")/cut-text.sh" "$report/drift.md" 60000 "The issue ends here, as GitHub takes no more."
  printf '\n\n%s\n\n%s\n' "The whole report is with the run: ${RUN_URL:-}" "$mark"
} > "$body"

if [ -z "$number" ]; then
  gh label create drift --description "A model is asked what it was not trained on" --color d93f0b 2> /dev/null || true
  gh issue create --title "$title" --label drift --body-file "$body"
elif gh issue view "$number" --json body | jq -r .body | grep -qxF -- "$mark"; then
  # The same features as before: the numbers are renewed, nobody is told again.
  gh issue edit "$number" --body-file "$body"
else
  gh issue edit "$number" --body-file "$body"
  gh issue comment "$number" --body "What drifts has changed: ${drifted:-nothing by itself in the last window}. ${RUN_URL:-}"
fi
