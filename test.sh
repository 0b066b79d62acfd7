#!/usr/bin/env bash
# Builds the product and runs every test; ends with the line "N passed, N failed, N skipped".
#
#   ./test.sh                  everything
#   ./test.sh browser          one group: fast, usecases or browser
#
# On Debian and Ubuntu it installs the tools the tests need. Logs, the published product and the browser's screenshots go to
# artifacts/ (git-ignored). With CI=true a skipped test is a failed one. After restore only the loopback network is used.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1

groups=("$@")
[ ${#groups[@]} -gt 0 ] || groups=(fast usecases browser)
ci=false
case "${CI:-}" in '' | 0 | false) ;; *) ci=true ;; esac

passed=0 failed=0 skipped=0
cluster= memory=

# A step that is not a test but must hold: its failure counts as one.
fail() {
  failed=$((failed + 1))
  echo "FAILED: $1" >&2
}

finish() {
  trap - EXIT INT TERM
  [ -z "$cluster" ] || { exec 8>&-; wait "$cluster" 2>/dev/null; rm -f "$logs/cluster.in" "$logs/cluster.out"; }
  [ -z "$memory" ] || rm -rf "$memory"
  echo "$passed passed, $failed failed, $skipped skipped"
  # A bare "exit" in a trap would answer what was true before the trap.
  exit $((failed > 0))
}
trap finish EXIT
trap 'failed=$((failed + 1)); exit 1' INT TERM

for group in "${groups[@]}"; do
  case $group in
    fast | usecases | browser) ;;
    *) fail "there is no group '$group': fast, usecases, browser"; exit 1 ;;
  esac
done

logs=$PWD/artifacts/test
tests=OneBalance.Tests/bin/Release/net10.0/OneBalance.Tests.dll
rm -rf "$logs"
mkdir -p "$logs"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1

# Short-lived processes: no write protection of compiled code, no profiling for later optimization.
export DOTNET_EnableWriteXorExecute=0 DOTNET_TieredPGO=0

chromium_path() {
  local candidate
  for candidate in "${CHROMIUM:-}" /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome; do
    [ -n "$candidate" ] && [ -x "$candidate" ] && { echo "$candidate"; return; }
  done
  return 1
}

postgres_bin() {
  local folder
  for folder in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -Vr) ${PATH//:/ }; do
    [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ] && { echo "$folder"; return; }
  done
  return 1
}

tools() {
  command -v dotnet >/dev/null || { echo "The .NET SDK named in global.json is needed: https://dot.net"; return 1; }
  local missing=()
  chromium_path >/dev/null || missing+=(chromium)
  postgres_bin >/dev/null || missing+=(postgresql)
  command -v zbarimg >/dev/null || missing+=(zbar-tools)
  command -v pdftoppm >/dev/null || missing+=(poppler-utils)
  [ ${#missing[@]} -gt 0 ] || return 0
  if ! command -v apt-get >/dev/null; then
    echo "Please install what these Debian packages hold, then run this again: ${missing[*]}"
    echo "(Chromium may lie anywhere: name it in the environment variable CHROMIUM.)"
    return 1
  fi
  local sudo=()
  [ "$(id -u)" -eq 0 ] || sudo=(sudo)
  echo "Installing ${missing[*]}"
  "${sudo[@]}" apt-get update -qq >"$logs/install.log" 2>&1
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" >>"$logs/install.log" 2>&1 \
    || { tail -20 "$logs/install.log"; echo "apt-get could not install: ${missing[*]}"; return 1; }
}

step() { # step <name> <seconds allowed> <command...>
  local name=$1 limit=$2 begun=$SECONDS
  shift 2
  if timeout --kill-after=20 "$limit" "$@" >"$logs/$name.log" 2>&1 </dev/null; then
    echo "$name: done in $((SECONDS - begun)) s"
  else
    tail -40 "$logs/$name.log"
    fail "$name (artifacts/test/$name.log)"
    return 1
  fi
}

# Databases and data folders of the tests live in memory where there is plenty: hundreds of them come and go.
use_memory() {
  local free
  free=$(df --output=avail -k /dev/shm 2>/dev/null | tail -1)
  [ "${free:-0}" -gt 6000000 ] && memory=$(mktemp -d /dev/shm/onebalance-tests-XXXXXX) || return 0
  chmod 755 "$memory"
  mkdir -m 1777 "$memory/tmp"
  export TMPDIR=$memory/tmp
}

# One PostgreSQL cluster for every test process; its shell stops it when file descriptor 8 closes, however this script ends.
start_cluster() {
  local as_user=() bin port answer
  bin=$(postgres_bin) || return 1
  if [ "$(id -u)" -eq 0 ]; then
    local user=nobody
    getent passwd postgres >/dev/null && user=postgres
    as_user=(setpriv "--reuid=$user" "--regid=$(id -g "$user")" --clear-groups --)
  fi
  port=$((20000 + RANDOM % 12000))
  mkfifo "$logs/cluster.in" "$logs/cluster.out"
  # Handed over as text: the ordinary user may not be able to read this folder.
  "${as_user[@]}" bash -c "$(cat OneBalance.Tests/Support/postgres-cluster.sh)" postgres-cluster "$bin" "$port" \
    <"$logs/cluster.in" >"$logs/cluster.out" 2>"$logs/cluster.log" 8>&- &
  cluster=$!
  exec 8>"$logs/cluster.in"
  read -r -t 60 answer <"$logs/cluster.out"
  [ "${answer:-}" = ready ] || { cat "$logs/cluster.log"; return 1; }
  export ONEBALANCE_TEST_POSTGRES="Host=127.0.0.1;Port=$port;Username=onebalance;Include Error Detail=true"
}

run_group() { # run_group <name> <seconds allowed> <filters...>
  local name=$1 limit=$2 begun=$SECONDS
  shift 2
  local options=(-noColor -noLogo -xml "$logs/$name.xml")
  $ci && options+=(-failSkips)
  timeout --signal=KILL "$limit" dotnet "$tests" "${options[@]}" "$@" >"$logs/$name.log" 2>&1 </dev/null 8>&-
  local code=$? counts total=0 p=0 f=0 s=0 e=0
  counts=$(grep -o '<assembly [^>]*>' "$logs/$name.xml" 2>/dev/null | head -1)
  count() { grep -o " $1=\"[0-9]*\"" <<<"$counts" | grep -o '[0-9]*'; }
  if [ -n "$counts" ]; then
    total=$(count total) p=$(count passed) f=$(count failed) s=$(count skipped) e=$(count errors)
  fi
  passed=$((passed + p)) failed=$((failed + f + e)) skipped=$((skipped + s))
  echo "$name: $p passed, $((f + e)) failed, $s skipped in $((SECONDS - begun)) s"
  if [ $((f + e)) -gt 0 ] || [ "$code" -ne 0 ]; then
    grep -A 25 -E '\[FAIL\]|\[SKIP\]|fatal|Unhandled' "$logs/$name.log" | head -200
  elif [ "$s" -gt 0 ]; then
    grep -A 2 '\[SKIP\]' "$logs/$name.log"
  fi
  if [ -z "$counts" ] || { [ "$code" -ne 0 ] && [ $((f + e)) -eq 0 ]; }; then
    fail "$name ended with code $code before its tests did (137: $limit s were not enough; artifacts/test/$name.log)"
  elif [ "$total" -eq 0 ]; then
    fail "$name found no test"
  fi
}

tools || { fail "tools are missing"; exit 1; }
export CHROMIUM
CHROMIUM=$(chromium_path)
step restore 900 dotnet restore || exit 1
step build 900 dotnet build --no-restore -c Release -p:UseSharedCompilation=false || exit 1
step publish 600 dotnet publish OneBalance.Web --no-build -c Release -o artifacts/published || exit 1
export ONEBALANCE_TEST_PUBLISHED=$PWD/artifacts/published
# The build has enforced the style rules already; this adds layout and the order of imports.
step format 300 dotnet format whitespace --no-restore --verify-no-changes &
format=$!
use_memory
start_cluster || { fail "the PostgreSQL cluster did not start"; exit 1; }

for group in "${groups[@]}"; do
  case $group in
    fast) run_group fast 900 -namespace- "OneBalance.Tests.Web*" -namespace- "OneBalance.Tests.Browser*" ;;
    usecases) run_group usecases 1200 -namespace "OneBalance.Tests.Web*" ;;
    # Browser tests often wait for the product, for a countdown or for each other's pages: a third keeps two cores busy.
    browser) run_group browser 1500 -maxThreads 3 -namespace "OneBalance.Tests.Browser*" ;;
  esac
done
wait "$format" || failed=$((failed + 1))
exit
