#!/usr/bin/env bash
# A throw-away PostgreSQL, Redis and Redis Cluster on free loopback ports, owned by an ordinary user, for tests and for developing by hand; and Chromium.
# Sourced by tests/run; on its own: tests/services.sh up|down [folder].
# Must never touch a server that it did not start, listen beyond loopback, or leave a policy file behind.

PG_MAJOR_MIN=15
REDIS_MAJOR_MIN=7
EX_UNAVAILABLE=69
POLICY_RCD=/usr/sbin/policy-rc.d
POLICY_RCD_MADE=
SERVICES_HOME=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# Prints the folder with the newest PostgreSQL server that is new enough.
services_find_postgres() {
    local bin major
    for bin in $(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql@*/bin 2>/dev/null | sort -rV) \
        "$(dirname "$(command -v initdb 2>/dev/null || echo /nowhere/initdb)")"; do
        [ -x "$bin/initdb" ] && [ -x "$bin/postgres" ] && [ -x "$bin/psql" ] || continue
        major=$("$bin/postgres" --version | sed -n 's/^[^0-9]*\([0-9]*\).*/\1/p')
        [ "${major:-0}" -ge "$PG_MAJOR_MIN" ] && { echo "$bin"; return 0; }
    done
    return 1
}

# Prints the path of a Redis server that is new enough; its client has to stand beside it.
services_find_redis() {
    local server major
    server=$(command -v redis-server) && command -v redis-cli >/dev/null || return 1
    major=$("$server" --version | sed -n 's/.*v=\([0-9]*\).*/\1/p')
    [ "${major:-0}" -ge "$REDIS_MAJOR_MIN" ] && echo "$server"
}

# Prints the path of a driver of Chromium; a browser has to stand beside it.
services_find_browser() {
    command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || return 1
    command -v chromedriver
}

# Whether this run may install: root, and a system that has apt.
services_may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

# Installs Debian packages without letting their services start. Arguments: packages.
services_install() {
    echo "installing $*" >&2
    if [ ! -e "$POLICY_RCD" ]; then
        POLICY_RCD_MADE=1
        printf '#!/bin/sh\nexit 101\n' >"$POLICY_RCD" && chmod 755 "$POLICY_RCD"
    fi
    local failed=
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y --no-install-recommends "$@" </dev/null >&2 ||
        { apt-get update </dev/null >&2 && apt-get install -y --no-install-recommends "$@" </dev/null >&2; } || failed=1
    services_remove_policy
    [ -z "$failed" ]
}

services_remove_policy() {
    [ -z "$POLICY_RCD_MADE" ] || rm -f "$POLICY_RCD"
    POLICY_RCD_MADE=
}

# Sets PG_BIN, REDIS_SERVER and CHROMEDRIVER for what is asked (postgres, redis, browser), installing it where that is possible. Fails with 69 otherwise.
services_require() {
    local need missing="" packages=""
    for need in "$@"; do
        case $need in
        postgres) PG_BIN=$(services_find_postgres) || { missing="$missing, PostgreSQL >= $PG_MAJOR_MIN"; packages="$packages postgresql postgresql-client"; } ;;
        redis) REDIS_SERVER=$(services_find_redis) || { missing="$missing, Redis >= $REDIS_MAJOR_MIN"; packages="$packages redis-server"; } ;;
        browser) CHROMEDRIVER=$(services_find_browser) || { missing="$missing, Chromium and chromedriver"; packages="$packages chromium chromium-driver"; } ;;
        esac
    done
    [ -n "$missing" ] || return 0
    # shellcheck disable=SC2086 # a list of package names
    if [ "${SERVICES_INSTALLED:-}" != 1 ] && services_may_install && services_install $packages; then
        SERVICES_INSTALLED=1 services_require "$@"
        return
    fi
    {
        echo "missing:${missing#,}"
        echo "  Debian, Ubuntu:  sudo apt-get install postgresql postgresql-client redis-server chromium chromium-driver"
        echo "  macOS:           brew install postgresql@17 redis chromedriver, and Google Chrome"
        echo "  or bring your own: ORDERBASE_TEST_DATABASE_URL=postgres://superuser:secret@host:5432/postgres"
        echo "                     with the roles of deploy/postgres/roles.sql, all of them with the same password"
        echo "                     ORDERBASE_TEST_REDIS_URL=redis://host:6379/0"
        echo "                     ORDERBASE_TEST_REDIS_CLUSTER_URLS=redis://one:6379,redis://two:6379,redis://three:6379"
    } >&2
    return "$EX_UNAVAILABLE"
}

# PostgreSQL refuses to run as root, so root hands over to this user.
services_user() {
    local user
    for user in postgres redis nobody; do
        if id "$user" >/dev/null 2>&1; then echo "$user" && return; fi
    done
}
services_as_user() {
    if [ "$(id -u)" != 0 ]; then
        "$@"
    elif command -v runuser >/dev/null; then
        runuser -u "$(services_user)" -- "$@"
    else
        su "$(services_user)" -s /bin/sh -c 'exec "$0" "$@"' -- "$@"
    fi
}

# Makes a temporary folder that the servers' user can reach, and prints it.
services_make_folder() {
    local folder
    folder=$(mktemp -d "${TMPDIR:-/tmp}/orderbase-test.XXXXXX")
    chmod 755 "$folder"
    if ! services_as_user test -x "$folder"; then
        rmdir "$folder"
        folder=$(mktemp -d /tmp/orderbase-test.XXXXXX)
        chmod 755 "$folder"
    fi
    echo "$folder"
}

services_random_hex() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }

# A port on which nobody answers; at first below the range that the kernel gives to outgoing connections. Whether it is free shows when a
# server binds it.
services_pick_port() {
    local try port
    for try in $(seq 300); do
        port=$((20000 + RANDOM % 12000))
        [ "$try" -le 200 ] || port=$((1024 + RANDOM * 2 % 64000))
        (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    echo "$port"
}

# Makes the roles of a server in the cluster on port $2. In tests all of them have the superuser's password, $1.
services_make_roles() {
    local role
    {
        cat "$SERVICES_HOME/../deploy/postgres/roles.sql"
        for role in owner app worker backup; do echo "ALTER ROLE orderbase_$role PASSWORD '$1';"; done
    } | PGPASSWORD=$1 "$PG_BIN/psql" --no-psqlrc --quiet --set=ON_ERROR_STOP=1 -h 127.0.0.1 -p "$2" -U postgres -d postgres
}

# Starts PostgreSQL in $1/pg and prints its URL: superuser, database postgres.
services_start_postgres() {
    local home=$1/pg password port try
    password=$(services_random_hex)
    mkdir "$home" && printf '%s\n' "$password" >"$home/password"
    [ "$(id -u)" != 0 ] || chown -R "$(services_user)" "$home"
    chmod 700 "$home"
    # The password goes in clear over loopback: a client built without optimisation computes 0.1 s and more on a SCRAM exchange.
    services_as_user "$PG_BIN/initdb" -D "$home/data" -U postgres --auth=password --pwfile="$home/password" --no-locale -E UTF8 --no-sync \
        >"$1/initdb.log" 2>&1 </dev/null || { cat "$1/initdb.log" >&2; return 1; }
    # Nothing here outlives a crash on purpose, so nothing is flushed.
    services_as_user sh -c 'cat >>"$0"' "$home/data/postgresql.conf" <<-CONF
		listen_addresses = '127.0.0.1'
		unix_socket_directories = ''
		max_connections = 100
		shared_buffers = 128MB
		fsync = off
		synchronous_commit = off
		full_page_writes = off
		wal_level = minimal
		max_wal_senders = 0
		timezone = 'UTC'
	CONF
    for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        port=$(services_pick_port)
        if services_as_user "$PG_BIN/pg_ctl" -D "$home/data" -l "$home/log" -o "-p $port" -w -t 60 start >"$1/pg_ctl.log" 2>&1 </dev/null; then
            services_make_roles "$password" "$port" >"$1/roles.log" 2>&1 || { cat "$1/roles.log" >&2; return 1; }
            echo "postgres://postgres:$password@127.0.0.1:$port/postgres"
            return 0
        fi
        # Only a busy port is worth another try.
        services_as_user tail -n 5 "$home/log" | grep -q 'could not bind\|could not create any TCP/IP sockets' || break
    done
    echo "PostgreSQL did not start (try $try, port $port):" >&2
    services_as_user tail -n 20 "$home/log" >&2 || cat "$1/pg_ctl.log" >&2
    return 1
}

# Starts Redis in $1/redis and prints its URL.
services_start_redis() {
    local home=$1/redis password port pid try wait
    password=$(services_random_hex)
    mkdir "$home"
    [ "$(id -u)" != 0 ] || chown "$(services_user)" "$home"
    chmod 700 "$home"
    for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        port=$(services_pick_port)
        services_as_user "$REDIS_SERVER" - <<-CONF >"$1/redis.log" 2>&1 || { cat "$1/redis.log" >&2; return 1; }
			bind 127.0.0.1
			port $port
			requirepass $password
			dir $home
			pidfile $home/pid
			logfile $home/log
			daemonize yes
			save ""
			appendonly no
		CONF
        # Whoever answers on the port has to be the process that was started here, not a stranger that holds it.
        for wait in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
            pid=$(services_as_user cat "$home/pid" 2>/dev/null || true)
            if [ -n "$pid" ] && REDISCLI_AUTH=$password redis-cli -h 127.0.0.1 -p "$port" INFO server 2>/dev/null | grep -q "^process_id:$pid[^0-9]*\$"; then
                echo "redis://:$password@127.0.0.1:$port/0"
                return 0
            fi
            services_as_user grep -qs 'Failed listening\|could not create server' "$home/log" && break
            sleep 0.1
        done
        services_as_user rm -f "$home/log"
    done
    echo "Redis did not start (try $try, wait $wait)" >&2
    return 1
}

# Starts one node of a cluster in folder $1 on port $2, and its bus on port $3. Fails where a port is taken.
services_start_redis_node() {
    local home=$1 pid wait
    mkdir "$home"
    [ "$(id -u)" != 0 ] || chown "$(services_user)" "$home"
    services_as_user "$REDIS_SERVER" - <<-CONF >"$home.log" 2>&1 || return 1
		bind 127.0.0.1
		port $2
		cluster-enabled yes
		cluster-port $3
		cluster-node-timeout 5000
		dir $home
		pidfile $home/pid
		logfile $home/log
		daemonize yes
		save ""
		appendonly no
	CONF
    for wait in $(seq 40); do
        pid=$(services_as_user cat "$home/pid" 2>/dev/null || true)
        if [ -n "$pid" ] && redis-cli -h 127.0.0.1 -p "$2" INFO server 2>/dev/null | grep -q "^process_id:$pid[^0-9]*\$"; then return 0; fi
        services_as_user grep -qs 'Failed listening\|could not create server\|already in use' "$home/log" && break
        sleep 0.1
    done
    [ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null || true
    return 1
}

# Starts a Redis Cluster of three in $1/redis-1 to $1/redis-3 and prints their URLs. It has no password: it listens on loopback, and dies with
# the tests.
services_start_redis_cluster() {
    local node port bus try wait ports=
    for node in 1 2 3; do
        for try in 1 2 3 4 5 6 7 8 9 10; do
            port=$(services_pick_port) && bus=$(services_pick_port)
            [ "$port" != "$bus" ] || continue
            services_start_redis_node "$1/redis-$node" "$port" "$bus" && break
            rm -rf "$1/redis-$node"
            [ "$try" != 10 ] || { echo "a node of the Redis Cluster did not start" >&2; return 1; }
        done
        ports="$ports $port"
    done
    # shellcheck disable=SC2086,SC2046 # a list of addresses
    redis-cli --cluster create $(printf '127.0.0.1:%s ' $ports) --cluster-yes >"$1/redis-cluster.log" 2>&1 </dev/null || { cat "$1/redis-cluster.log" >&2; return 1; }
    for wait in $(seq 100); do
        for port in $ports; do
            redis-cli -h 127.0.0.1 -p "$port" CLUSTER INFO 2>/dev/null | grep -q '^cluster_state:ok' || { sleep 0.1; continue 2; }
        done
        # shellcheck disable=SC2086 # a list
        printf 'redis://127.0.0.1:%s\n' $ports | paste -sd,
        return 0
    done
    echo "the Redis Cluster is not ready (wait $wait)" >&2
    return 1
}

# Ends what lives in folder $1, by the process ids that the servers wrote there, and waits until it is gone.
services_stop() {
    local folder=$1 pid file
    for file in "$folder/pg/data/postmaster.pid" "$folder/redis/pid" "$folder"/redis-[123]/pid; do
        pid=$(services_as_user sed -n 1p "$file" 2>/dev/null || true)
        [ -n "$pid" ] || continue
        case $file in
        */postmaster.pid) kill -QUIT "$pid" 2>/dev/null || true ;;
        *) kill -KILL "$pid" 2>/dev/null || true ;; # it keeps nothing
        esac
        for _ in $(seq 100); do
            kill -0 "$pid" 2>/dev/null || continue 2
            sleep 0.05
        done
        kill -KILL "$pid" 2>/dev/null || true
    done
}

# By hand: keeps the pair in a folder until `down`.
services_main() {
    local verb=${1:-} folder=${2:-target/services}
    case $verb in
    up)
        [ ! -e "$folder" ] || { echo "already up in $folder; $0 down first" >&2; return 1; }
        services_require postgres redis || return
        mkdir -p "$folder" && folder=$(cd "$folder" && pwd) && local inner
        inner=$(services_make_folder) && echo "$inner" >"$folder/where"
        echo "export ORDERBASE_TEST_DATABASE_URL=$(services_start_postgres "$inner")"
        echo "export ORDERBASE_TEST_REDIS_URL=$(services_start_redis "$inner")"
        echo "export ORDERBASE_TEST_REDIS_CLUSTER_URLS=$(services_start_redis_cluster "$inner")"
        ;;
    down)
        [ -s "$folder/where" ] || { echo "nothing is up in $folder" >&2; return 0; }
        services_stop "$(cat "$folder/where")"
        rm -rf "$(cat "$folder/where")" "$folder"
        ;;
    *) echo "usage: tests/services.sh up|down [folder]" >&2; return 64 ;;
    esac
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    set -euo pipefail
    cd "$(dirname "$0")/.."
    services_main "$@"
fi
