# Sourced by what brings a server for the tests: `beside NAME COMMAND ...` runs a command beside the server that the
# function `begin` becomes. It prints its address on the first line, may keep files in $state, and ends on SIGTERM.

stop() {
  kill "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  rm -rf "$state"
}

beside() {
  local name=$1 address=
  shift
  state=$(mktemp -d)
  : >"$state/address"
  begin >"$state/address" 2>"$state/log" &
  pid=$!
  trap stop EXIT
  for _ in $(seq 300); do
    read -r address <"$state/address" && break # fails until the line is whole
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  if [ -z "$address" ]; then
    echo "$name: the server did not start:" >&2
    cat "$state/log" >&2
    exit 1
  fi
  export SOCIARIUM_TEST_MONGODB=$address
  "$@"
}
