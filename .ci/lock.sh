#!/bin/sh
# Writes the three lock files from pyproject.toml: every package with its hashes, for both architectures and every
# Python from 3.11 on, naming no index. Needs uv. What is locked stays as it is; UPGRADE=1 takes the newest of all.
set -eu
cd "$(dirname "$0")/.."
[ -z "${UPGRADE:-}" ] || rm -f requirements-build.lock requirements.lock requirements-test.lock

compile() { # lock file, then what goes into it
    file=$1
    shift
    uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
        --no-emit-index-url --no-emit-find-links --no-annotate --no-header --output-file "$file" "$@"
}

# Each lock is bound by the one before, so that no two can disagree about a version.
compile requirements-build.lock --group build
compile requirements.lock pyproject.toml --constraint requirements-build.lock
compile requirements-test.lock pyproject.toml --extra test --extra centre --constraint requirements.lock
