#!/usr/bin/env bash
# Runs tests on the newest CPython that this machine has, where that is newer than the one of `make`.
set -euo pipefail
cd "$(dirname "$0")/.."

usual=$(.venv/bin/python -c 'import sys; print(sys.version_info.minor)')
newest=
for ((minor = 30; minor > usual; minor--)); do
    for found in "$(command -v "python3.$minor" || true)" "${PYENV_ROOT:-$HOME/.pyenv}/versions/3.$minor".*/bin/python; do
        # A shim of pyenv is there for versions that are not switched on, too: it only fails.
        if [ -x "$found" ] && "$found" -c 'import ensurepip, venv' 2>/dev/null; then
            newest=$found
        fi
    done
    [ -z "$newest" ] || break
done
if [ -z "$newest" ]; then
    echo "No CPython newer than 3.$usual is here: the unit tests ran on that alone."
    exit 0
fi

environment=build/newest
rm -rf "$environment"
"$newest" -m venv "$environment"
"$environment/bin/python" -m pip install --quiet --require-hashes --requirement requirements.lock
"$environment/bin/python" -m pip install --quiet --no-deps --no-build-isolation --editable .
"$environment/bin/python" --version
# What an interpreter changes shows where sockets, processes, files, terminals and libraries are. Of the tables of facts in and
# words out one stage stands for the others: all of them run on the other Python.
tables=(--ignore=tests/{causes,checkup,derive,fuzz,guards,kinds,korean,lookup} --ignore-glob='tests/checks/test_alb[!4]*')
"$environment/bin/python" -m pytest -q -n auto -m "not lab and not sweep" -p no:cacheprovider "${tables[@]}"
