#!/usr/bin/env bash
# Installs the checkout that this file stands in, into a virtual environment of its own, with exactly the versions and
# bytes that requirements.scan.lock names:
#
#     bash albdoctor/action/install.sh FOLDER    # then: FOLDER/bin/albdoctor
set -euo pipefail

folder=${1:?the folder of the new virtual environment is missing}
checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo 'albdoctor needs Python 3.11 or newer as python3' >&2
    exit 2
fi
python3 -m venv "$folder"
pip=("$folder/bin/python" -m pip install --quiet --disable-pip-version-check)
"${pip[@]}" --require-hashes --requirement "$checkout/requirements.scan.lock"
"${pip[@]}" --no-deps --no-build-isolation "$checkout"
