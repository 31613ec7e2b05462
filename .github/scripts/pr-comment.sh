#!/usr/bin/env bash
# Keeps one comment on a pull request with the reports of its models: written once, renewed by every later run. Needs gh and jq.
# Usage: pr-comment.sh FOLDER, which holds a folder report-MODEL for each model.
# Environment: GITHUB_REPOSITORY, PR_NUMBER, RUN_URL, COMMIT.
set -euo pipefail

reports=$1
here=$(dirname "${BASH_SOURCE[0]}")
mark='<!-- pipeline: report of the models -->'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

shopt -s nullglob
files=("$reports"/report-*/report.md)
{
  echo "$mark"
  echo "Models of ${COMMIT:0:12}; pages and data are with [the run]($RUN_URL)."
  if [ "${#files[@]}" -eq 0 ]; then
    printf '\nThere is no report: the run ended before there was one.\n'
  fi
  for file in "${files[@]}"; do
    folder=$(basename "$(dirname "$file")")
    printf '\n# %s\n\n' "${folder#report-}"
    # A comment takes 65,536 characters.
    bash "$here/cut-text.sh" "$file" $((60000 / ${#files[@]})) "The comment ends here, as GitHub takes no more; the whole is in the artifact \`$folder\` of [the run]($RUN_URL)."
  done
} > "$work/body.md"
jq -n --rawfile body "$work/body.md" '{ $body }' > "$work/body.json"

# Only a bot's own comment: anybody can write the mark.
gh api --paginate "repos/$GITHUB_REPOSITORY/issues/$PR_NUMBER/comments?per_page=100" > "$work/comments.json"
id=$(jq -rs --arg mark "$mark" '[.[][] | select(.user.type == "Bot" and (.body | startswith($mark))) | .id] | min // empty' "$work/comments.json")
if [ -z "$id" ]; then
  gh api --method POST "repos/$GITHUB_REPOSITORY/issues/$PR_NUMBER/comments" --input "$work/body.json" > /dev/null
  echo "commented"
else
  gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" --input "$work/body.json" > /dev/null
  echo "renewed comment $id"
fi
