#!/usr/bin/env bash
# The tools that judge the contract from outside: for Node.js, and for Python. They are pinned, and live below target/tools, which git ignores.
# Sourced by tests/run. Must never install anything for the whole machine, nor run a script that a package brings for its installation.

CONTRACT_HOME=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
CONTRACT_TOOLS=$(cd "$CONTRACT_HOME/../.." && pwd)/target/tools/contract
NODE_MAJOR_MIN=20
PYTHON_MINOR_MIN=10
# None of them tells its makers, or asks them for something newer.
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true SCHEMATHESIS_TELEMETRY=false

# Whether folder $1 was filled from the very bytes of file $2.
contract_is_fresh() { [ -e "$1/.filled-from" ] && cmp -s "$1/.filled-from" "$2"; }

contract_fill_node() {
    contract_is_fresh "$CONTRACT_TOOLS/node" "$CONTRACT_HOME/package-lock.json" && return
    rm -rf "$CONTRACT_TOOLS/node" && mkdir -p "$CONTRACT_TOOLS/node" &&
        cp "$CONTRACT_HOME/package.json" "$CONTRACT_HOME/package-lock.json" "$CONTRACT_TOOLS/node" &&
        (cd "$CONTRACT_TOOLS/node" && npm_config_cache=$PWD/.cache npm ci --ignore-scripts --no-audit --no-fund && rm -rf .cache) &&
        cp "$CONTRACT_HOME/package-lock.json" "$CONTRACT_TOOLS/node/.filled-from"
}

contract_fill_python() {
    contract_is_fresh "$CONTRACT_TOOLS/python" "$CONTRACT_HOME/requirements.txt" && return
    rm -rf "$CONTRACT_TOOLS/python" && python3 -m venv "$CONTRACT_TOOLS/python" &&
        "$CONTRACT_TOOLS/python/bin/pip" install --disable-pip-version-check --no-cache-dir --only-binary :all: --require-hashes --requirement "$CONTRACT_HOME/requirements.txt" &&
        cp "$CONTRACT_HOME/requirements.txt" "$CONTRACT_TOOLS/python/.filled-from"
}

# Whether this machine has `node` or `python`, new enough.
contract_has() {
    case $1 in
    node)
        # shellcheck disable=SC2016 # the quoted text is a program of another language
        node -e 'process.exit(Number(process.versions.node.split(".")[0]) < Number(process.argv[1]) ? 1 : 0)' "$NODE_MAJOR_MIN" 2>/dev/null &&
            command -v npm >/dev/null
        ;;
    python) python3 -c "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, $PYTHON_MINOR_MIN))" 2>/dev/null ;;
    esac
}

# Makes the tools of `node` or `python` ready; the interpreter comes from the system, installed where that is possible. Prints why it cannot
# be, and fails with 69.
contract_require() {
    local packages needs
    case $1 in
    node) packages="nodejs npm" needs="Node.js >= $NODE_MAJOR_MIN with npm" ;;
    python) packages="python3 python3-venv" needs="python3 >= 3.$PYTHON_MINOR_MIN with venv" ;;
    esac
    # shellcheck disable=SC2086 # a list of package names
    contract_has "$1" || { services_may_install && services_install $packages && contract_has "$1"; } || { echo "needs $needs" && return 69; }
    mkdir -p "$CONTRACT_TOOLS"
    "contract_fill_$1" >"$CONTRACT_TOOLS/$1.log" 2>&1 || { echo "cannot be installed, see $CONTRACT_TOOLS/$1.log" && return 69; }
}

# Both linters over every document of docs/openapi, at once: each takes a core. A warning is a fault.
contract_lint() {
    local bin=$CONTRACT_TOOLS/node/node_modules/.bin status=0 spectral
    "$bin/spectral" lint --ruleset "$CONTRACT_HOME/spectral.yaml" --fail-severity hint docs/openapi/v*.json &
    spectral=$!
    "$bin/redocly" lint --config "$CONTRACT_HOME/redocly.yaml" docs/openapi/v*.json || status=$?
    wait "$spectral" || status=$?
    return "$status"
}
