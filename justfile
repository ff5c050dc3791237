# Short names for what is done often. Every recipe is one or two plain commands, so that nothing needs `just`.
set shell := ["bash", "-euo", "pipefail", "-c"]

# The list of recipes
default:
    @just --list --unsorted

# Get what building and testing needs: toolchain parts and the locked dependencies
setup:
    rustup component add rustfmt clippy
    cargo fetch --locked

# Serve made-up tenants with throw-away data, and print a request to try
demo *flags:
    cargo run --release --locked -- demo {{ flags }}

# Serve on SQLite in ./data
run *flags:
    cargo run --locked -- serve {{ flags }}

# Compile all targets without making binaries
check:
    cargo check --workspace --all-targets --locked

# Format everything
fmt:
    cargo fmt --all

# Formatting and lints; a warning is an error
lint:
    tests/run fmt clippy

# Tests of one crate, or of all: `just test orders`; the names are those of tests/run --list
test *suites:
    tests/run {{ suites }}

# Every check and test; one that cannot run is a failure
test-all:
    tests/run --all

# Start a throw-away PostgreSQL, Redis and Redis Cluster for tests by hand, and print their URLs
services-up:
    @tests/services.sh up

# End them
services-down:
    @tests/services.sh down

# Renew the committed files that are made from the code
gen:
    ORDERBASE_TEST_RENEW=1 cargo test --locked --package orderbase --test generated
    cargo run --quiet --locked -- openapi > target/openapi.json && mv target/openapi.json docs/openapi/v1.json
    cargo run --quiet --locked -- openapi --api-version 2 > target/openapi.json && mv target/openapi.json docs/openapi/v2.json

# The OpenAPI document of this tree on stdout: `just openapi --api-version 2`
openapi *flags:
    @cargo run --quiet --locked -- openapi {{ flags }}

# Apply, take back and apply again all migrations, on SQLite and PostgreSQL
migrate-roundtrip:
    tests/run migrations

# Licences, bans and sources of dependencies
deny:
    tests/run --all deny

# Known weaknesses of dependencies; asks the network
advisories:
    cargo deny check advisories
