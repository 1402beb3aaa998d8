#!/usr/bin/env bash
# Runs with the lowest versions that setup.cfg allows what an old library can break: collecting, the command line, reports,
# the library. What is judged of given facts touches no library but msgspec; one stage of its tables stands for the others.
set -euo pipefail
cd "$(dirname "$0")/.."

test -x build/lock/bin/uv || { python3 -m venv build/lock && build/lock/bin/python -m pip install --quiet uv; }
uv=build/lock/bin/uv
environment=build/lowest
rm -rf "$environment"
"$uv" pip compile --quiet --python .venv/bin/python --resolution lowest-direct setup.cfg --output-file build/lowest.txt
"$uv" venv --quiet --no-project --python .venv/bin/python "$environment"
"$uv" pip install --quiet --python "$environment/bin/python" --requirement build/lowest.txt \
    build hypothesis jsonschema 'moto[acm,cloudwatch,ec2,elbv2,route53,server]' pytest pytest-xdist 'setuptools >= 80'
"$uv" pip install --quiet --python "$environment/bin/python" --no-deps --no-build-isolation --editable .
"$uv" pip freeze --python "$environment/bin/python" | grep -E "^($(sed -n 's/==.*//p' build/lowest.txt | paste -sd '|'))==" | tr '\n' ' '
echo
chosen=(
    tests/cli/test_{agreed,bad_input,config,explain,facts_files,fix_files,given,many}.py
    tests/collect/test_{aws_services,aws_session,dns_wire,dnssec,http,newer,shapes,tls,trust}.py
    tests/report/test_{ci_formats,golden,names,overview_text,short}.py
    tests/checks/test_alb2*.py
    tests/test_{library,light_imports,supply}.py
)
"$environment/bin/python" -m pytest -q -n auto -m "not lab and not sweep" -p no:cacheprovider "${chosen[@]}"
