#!/usr/bin/env bash
# Opens a pull request with new records of a stage. The default branch is protected, so that nobody, this script included, writes to it without review; a record that is
# refused there never counts. Takes files of the form of records only, new ones only: what made them ran code of models, and this runs with a token that writes.
# Usage: propose-records.sh STAGE FOLDER, in a checkout of the default branch. Environment: GH_TOKEN, GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT, DEFAULT_BRANCH, RUN_URL.
set -euo pipefail

stage=$1 folder=$2
branch=records/$stage-$GITHUB_RUN_ID-${GITHUB_RUN_ATTEMPT:-1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

refuse() {
  echo "::error::propose-records.sh: $1" >&2
  exit 1
}

[[ $stage =~ ^[A-Za-z0-9._-]+$ ]] || refuse "'$stage' is no name of a stage."
git check-ref-format "refs/heads/$branch" || refuse "'$branch' is no name of a branch."
records=()
while IFS= read -r -d '' path; do
  [[ $path =~ ^models/[A-Za-z0-9._-]+/stages/"$stage"/[0-9]{4,}\.json$ ]] || refuse "$path is no record of $stage."
  [[ $path != *..* ]] || refuse "$path leaves its folder."
  [ ! -L "$folder/$path" ] || refuse "$path is a link."
  [ -f "$folder/$path" ] || refuse "$path is no file."
  [ "$(stat -c %s "$folder/$path")" -le 1048576 ] || refuse "$path is larger than 1 MiB."
  jq -e 'type == "object"' "$folder/$path" > /dev/null || refuse "$path is no JSON object."
  [ ! -e "$path" ] || refuse "$path is there already, and records never change. The default branch has moved on: promote again."
  records+=("$path")
done < <(cd "$folder" && find . ! -type d -printf '%P\0' | sort -z)
if [ "${#records[@]}" -eq 0 ]; then
  echo "no new record, no pull request"
  exit
fi

git switch -q -c "$branch"
for path in "${records[@]}"; do
  install -D -m 644 "$folder/$path" "$path"
done
git add -- "${records[@]}"
git -c user.name='github-actions[bot]' -c user.email='41898282+github-actions[bot]@users.noreply.github.com' commit -q -m "chore: records of $stage" -m "Made by $RUN_URL"
# The token is asked for by git itself and stands in no command line and no file.
# shellcheck disable=SC2016
git -c credential.helper= -c credential.helper='!f() { echo username=x-access-token; echo "password=$GH_TOKEN"; }; f' push -q origin "HEAD:refs/heads/$branch"

{
  echo "A run moved the stage \`$stage\`; these records say so. They count when they are in \`$DEFAULT_BRANCH\`; until then no other run moves the stage."
  printf '\n| record | SHA-256 |\n| --- | --- |\n'
  for path in "${records[@]}"; do
    # shellcheck disable=SC2016
    printf '| `%s` | `%s` |\n' "$path" "$(sha256sum "$path" | cut -d' ' -f1)"
  done
  # shellcheck disable=SC2016
  printf '\nThe run: %s\n\nTo check them: `git fetch origin %s && git switch --detach FETCH_HEAD && ./build.sh Verify`. Closing this takes nothing back that the registry has: `./build.sh Rollback` does.\n' "$RUN_URL" "$branch"
} > "$work/body.md"
gh pr create --base "$DEFAULT_BRANCH" --head "$branch" --title "Records of $stage" --body-file "$work/body.md"
