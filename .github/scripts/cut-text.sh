#!/usr/bin/env bash
# Prints a Markdown file, or as many of its lines as a number of bytes takes and then a pointer to the rest.
# Usage: cut-text.sh FILE BYTES POINTER
set -euo pipefail

file=$1 bytes=$2 pointer=$3
if [ "$(stat -c %s "$file")" -le "$bytes" ]; then
  cat "$file"
  exit
fi

cut=$(mktemp)
trap 'rm -f "$cut"' EXIT
# The last character may be cut in two, which iconv drops and then calls a fault.
head -c "$bytes" "$file" | { iconv -c -f UTF-8 -t UTF-8 2> /dev/null || true; } > "$cut"
# The last line is not whole; a file of one line would be gone.
[ "$(wc -l < "$cut")" -eq 0 ] || sed -i '$d' "$cut"
cat "$cut"
printf '\n'
# What is left open would swallow the pointer.
awk '/^```/ { fences++ } { details += gsub(/<details/, "") - gsub(/<\/details>/, "") } END { if (fences % 2) print "```"; for (; details > 0; details--) print "</details>" }' "$cut"
printf '\n%s\n' "$pointer"
