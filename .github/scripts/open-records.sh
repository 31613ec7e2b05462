#!/usr/bin/env bash
# Refuses to go on while a pull request with a record of the stage is open: the next record names the one before it, and that one must be in the default branch.
# Usage: open-records.sh STAGE. Exit code 2 if there is one.
set -euo pipefail

stage=$1
# A fork can name its branch as it likes.
open=$(gh pr list --state open --limit 200 --json url,headRefName,isCrossRepository | jq -r --arg begins "records/$stage-" '[.[] | select((.isCrossRepository | not) and (.headRefName | startswith($begins))) | .url] | first // empty')
if [ -n "$open" ]; then
  echo "::warning::$stage has a record that waits to be merged: $open. Merge it, or close it if it is not to be; then run this again." >&2
  exit 2
fi
