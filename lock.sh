#!/bin/sh
# Refreshes both lock files after a change of pyproject.toml: sh lock.sh (needs uv: pip install uv).
# With --upgrade the newest versions are taken; without it only what must change does.
set -eu
cd "$(dirname "$0")"
lock() {
    output=$1; shift
    uv pip compile pyproject.toml "$@" --universal --python-version 3.11 --generate-hashes \
        --no-config --no-emit-index-url --no-annotate --no-header --quiet --output-file "$output"
}
lock requirements.lock --extra setup "$@"
lock requirements-test.lock --extra test --constraint requirements.lock "$@"
