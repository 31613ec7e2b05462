#!/usr/bin/env bash
# Builds the build tool (build/) if anything in it changed, and runs it: ./build.sh --help
set -euo pipefail

# Closed streams: a file that is opened later would take their place, and output would go into it.
{ : <&0; } 2> /dev/null || exec < /dev/null
{ : >&1; } 2> /dev/null || exec > /dev/null
{ : >&2; } 2> /dev/null || exec 2> /dev/null

export PIPELINE_CALLER_DIRECTORY="${PIPELINE_CALLER_DIRECTORY:-$PWD}"
cd -P "$(dirname "${BASH_SOURCE[0]}")"

readonly project=build/_build.csproj tool=build/bin/Release/_build.dll temp=.nuke/temp
readonly stamp=$temp/build.stamp

fail() {
  echo "build.sh: $2" >&2
  exit "$1"
}

# NUKE and MSBuild take these from the environment, in any case, whoever set them and for what.
drop_stray_variables() {
  local name
  shopt -s nocasematch
  for name in $(compgen -e); do
    case $name in
      target | host | verbosity | skip | plan | help | continue | root | profile | partition | no_logo | nologo | version | configuration | platform | from | label | time | task)
        unset "$name" ;;
    esac
  done
  shopt -u nocasematch
}

find_dotnet() {
  if command -v dotnet > /dev/null; then
    return
  fi
  local folder
  for folder in "${DOTNET_ROOT:-}" "${HOME:-}/.dotnet" /usr/share/dotnet /usr/lib/dotnet /usr/local/share/dotnet; do
    if [ -x "$folder/dotnet" ]; then
      export PATH="$folder:$PATH"
      return
    fi
  done
  fail 1 "there is no .NET SDK. Install version $(wanted_sdk) (or a newer 10.0 one) from https://dot.net."
}

wanted_sdk() {
  sed -n 's/.*"version": *"\([^"]*\)".*/\1/p' global.json
}

# Everything that the tool is made of: path, time and size of each file. The service is not part of it.
list_inputs() {
  echo "engine $1"
  local format=(-exec stat -f '%N %m %z' {} +)
  if find . -maxdepth 0 -printf '' 2> /dev/null; then
    format=(-printf '%p %T@ %s\n')
  fi
  find build src global.json Directory.Build.props Directory.Packages.props .editorconfig BannedSymbols.txt \
    \( -name bin -o -name obj -o -path src/Pipeline.Inference \) -prune -o -type f "${format[@]}" | LC_ALL=C sort
}

# The engine is asked for by NUKE_ENGINE, or was found out before.
known_engine() {
  if [ -n "${NUKE_ENGINE:-}" ]; then
    echo "$NUKE_ENGINE"
  elif [ -f "$temp/engine" ]; then
    cat "$temp/engine"
  fi
}

is_current() {
  [ -f "$tool" ] && [ -f "$stamp" ] && [ "$(list_inputs "$(known_engine)")" = "$(cat "$stamp")" ]
}

# In a process group of its own, which a signal to this script ends whole: bash alone would leave the compilers running.
run_dotnet() {
  local status=0
  set -m
  dotnet "$@" < /dev/null > "$temp/dotnet.log" 2>&1 &
  set +m
  group=$!
  trap 'end_dotnet 130' INT
  trap 'end_dotnet 143' TERM
  trap 'end_dotnet 129' HUP
  wait "$group" || status=$?
  trap - INT TERM HUP
  return "$status"
}

# Again and again: a build that has been told to end may still start a compiler, which then knows nothing of it.
end_dotnet() {
  local left=50
  while kill -TERM -- "-$group" 2> /dev/null && [ "$left" -gt 0 ]; do
    left=$((left - 1))
    sleep 0.1
  done
  kill -KILL -- "-$group" 2> /dev/null || true
  wait "$group" || true
  echo "build.sh: cancelled; what was started has been ended." >&2
  exit "$1"
}

restore() {
  run_dotnet restore "$project" "-p:NukeEngine=$1" -nologo -v quiet -nodeReuse:false
}

# Some package feeds do not serve NUKE; only then does the stand-in take its place.
probe_engine() {
  if restore package; then
    echo package > "$temp/engine"
  elif grep -Eq 'NU110[12].*Nuke\.' "$temp/dotnet.log"; then
    echo "build.sh: the package feed does not serve Nuke.Common; the stand-in in build/Nuke.StandIn is used from now on." >&2
    echo standin > "$temp/engine"
  else
    cat "$temp/dotnet.log" >&2
    fail 1 "packages cannot be restored; see above."
  fi
}

build_tool() {
  dotnet --version > /dev/null 2>&1 || fail 1 "no installed .NET SDK fits global.json: $(wanted_sdk) (or a newer 10.0 one) is needed. Installed: $(dotnet --list-sdks | cut -d' ' -f1 | tr '\n' ' ')"
  [ -n "$(known_engine)" ] || probe_engine
  local engine inputs
  engine=$(known_engine)
  inputs=$(list_inputs "$engine")
  [ -f "$tool" ] || echo "build.sh: building the build tool, once." >&2
  rm -f "$stamp"
  if ! run_dotnet build "$project" -c Release "-p:NukeEngine=$engine" -p:UseSharedCompilation=false -nologo -v quiet "-clp:NoSummary;ErrorsOnly" -nodeReuse:false; then
    cat "$temp/dotnet.log" >&2
    fail 1 "the build tool does not compile; see above."
  fi
  printf '%s\n' "$inputs" > "$stamp"
}

build_tool_alone() {
  if command -v flock > /dev/null; then
    # Two runs at once: the second one waits here, and then finds the tool built. The compilers hold the lock too: they go on for a while if this script is killed.
    exec 9> "$temp/build.lock"
    flock 9
    is_current || build_tool
    exec 9>&-
  else
    build_tool
  fi
}

export DOTNET_CLI_TELEMETRY_OPTOUT=1 NUKE_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 MSBUILDDISABLENODEREUSE=1
# NUKE colours its output by TERM alone.
[ -t 1 ] || export TERM=dumb

case $PWD in
  *[%\;\"]* | *'$('* | *'@('* | *$'\n'*)
    fail 64 "MSBuild cannot build in the folder '$PWD': its path has a percent sign, semicolon, quotation mark, line break, \$( or @(. Move the clone elsewhere." ;;
esac
case ${NUKE_ENGINE:-} in
  '' | package | standin) ;;
  *) fail 64 "NUKE_ENGINE is '$NUKE_ENGINE'; it must be 'package' or 'standin'." ;;
esac
drop_stray_variables
find_dotnet
mkdir -p "$temp"
is_current || build_tool_alone
# Without the debugger's pipes, which a killed process would leave in the temporary folder.
export DOTNET_EnableDiagnostics=0
exec dotnet "$PWD/$tool" "$@"
