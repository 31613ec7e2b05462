#!/usr/bin/env bash
# Copies the records of a stage that a run made, and nothing else, to a folder, with their paths; prints count=N for GITHUB_OUTPUT.
# Usage: collect-records.sh STAGE FOLDER, in the repository.
set -euo pipefail

stage=$1 folder=$2 count=0
mkdir -p "$folder"
while IFS= read -r -d '' path; do
  if [[ $path =~ ^models/[A-Za-z0-9._-]+/stages/"$stage"/[0-9]{4,}\.json$ ]]; then
    install -D -m 644 "$path" "$folder/$path"
    count=$((count + 1))
  else
    echo "::warning::$path is new and no record of $stage; it stays here." >&2
  fi
done < <(git ls-files -z --others --exclude-standard -- models)
if ! git diff --quiet HEAD -- models; then
  echo "::error::Files under models/ have changed, which promoting never does: $(git diff --name-only HEAD -- models | head -3 | tr '\n' ' ')" >&2
  exit 1
fi
echo "count=$count"
