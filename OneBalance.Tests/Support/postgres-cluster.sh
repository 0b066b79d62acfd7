#!/usr/bin/env bash
# Runs a private PostgreSQL cluster until standard input closes, then stops it and removes its folder.
# postgres-cluster.sh <folder with initdb and postgres> <port>; prints "ready" once it answers.
set -eu
bin=$1
port=$2
umask 077
folder=$(mktemp -d "$([ -w "${TMPDIR:-/tmp}" ] && echo "${TMPDIR:-/tmp}" || echo /tmp)/onebalance-postgres-XXXXXX")
server=
stop() {
  trap - EXIT INT TERM HUP
  if [ -n "$server" ]; then
    kill -QUIT "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$folder"
}
trap stop EXIT
trap 'exit 1' INT TERM HUP

"$bin/initdb" -D "$folder/data" -U onebalance -A trust -E UTF8 --locale=C --no-instructions >"$folder/initdb.log" 2>&1 \
  || { cat "$folder/initdb.log" >&2; exit 1; }
"$bin/postgres" -D "$folder/data" -p "$port" -c listen_addresses=127.0.0.1 -c unix_socket_directories="$folder" \
  -c fsync=on -c max_connections=400 -c shared_buffers=256MB -c log_min_messages=fatal >"$folder/server.log" 2>&1 </dev/null &
server=$!
for _ in $(seq 300); do
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && "$bin/pg_isready" -q -h 127.0.0.1 -p "$port" -U onebalance; then
    echo ready
    cat >/dev/null
    exit 0
  fi
  kill -0 "$server" 2>/dev/null || break
  sleep 0.1
done
cat "$folder/server.log" >&2
exit 1
