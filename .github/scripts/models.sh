#!/usr/bin/env bash
# Prints the folders under models/ that hold a definition, as a JSON list for a matrix.
set -euo pipefail

shopt -s nullglob
names=(models/*/model.yaml)
names=("${names[@]%/model.yaml}")
jq -cn '$ARGS.positional' --args "${names[@]#models/}"
