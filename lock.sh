#!/bin/sh
# Refreshes the lock files after a change of pyproject.toml. Needs uv (pip install uv).
set -eu
cd "$(dirname "$0")"
lock() {
    output=$1; shift
    uv pip compile pyproject.toml "$@" --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
        --no-header --quiet --output-file "$output"
}
lock requirements.lock --extra setup
lock requirements-test.lock --extra setup --extra test --constraint requirements.lock
