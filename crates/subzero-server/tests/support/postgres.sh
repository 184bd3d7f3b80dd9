# A PostgreSQL for one test program: `postgres.sh BIN [--standby-of FOLDER] [SETTING…]`. Says on its output which folder its socket is in, and goes on
# until its input ends, which it does with whoever started it, however that one ends. Then it stops the database and removes everything.
set -eu
bin=$1
shift
# Ctrl-C ends the tests; their end ends us.
trap '' INT TERM HUP
folder=$(mktemp -d "${TMPDIR:-/tmp}/subzero-postgres.XXXXXX")
stop() {
    "$bin/pg_ctl" --pgdata "$folder/data" --mode immediate --silent stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap stop EXIT
primary=
if [ "${1:-}" = --standby-of ]; then
    primary=$2
    shift 2
fi
settings="-k $folder -c listen_addresses= -c max_connections=300"
for setting in "$@"; do
    settings="$settings -c $setting"
    # Of its own making, for the name localhost.
    [ "$setting" != ssl=on ] || {
        openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
            -addext basicConstraints=critical,CA:FALSE -keyout "$folder/server.key" -out "$folder/server.crt" 2>/dev/null
        settings="$settings -c ssl_cert_file=$folder/server.crt -c ssl_key_file=$folder/server.key"
    }
done
make() {
    if [ -n "$primary" ]; then
        "$bin/pg_basebackup" --host "$primary" --username subzero --pgdata "$folder/data" --checkpoint fast --write-recovery-conf --no-sync
    else
        "$bin/initdb" --pgdata "$folder/data" --username subzero --auth trust --no-sync --encoding UTF8 --locale C
    fi
}
make >"$folder/log" 2>&1 &&
    "$bin/pg_ctl" --pgdata "$folder/data" --log "$folder/log" --options "$settings" --wait --silent start >/dev/null 2>&1 || {
    cat "$folder/log" >&2
    exit 1
}
echo "$folder"
read -r _ || true
