#!/usr/bin/env bash
# Installs albdoctor beside each tool that it shares an environment with, and uses both there: `make beside [TOOL...]`.
# For each: what was installed has no conflict, both tell their versions, albdoctor lists its checks and judges saved facts.
set -euo pipefail
cd "$(dirname "$0")/.."

test -x build/beside/uv/bin/uv || { python3 -m venv build/beside/uv && build/beside/uv/bin/pip install --quiet uv; }
uv=$PWD/build/beside/uv/bin/uv
python=${PYTHON:-.venv/bin/python}
dead=127.0.0.1:1 # nobody serves there: all gaps
.venv/bin/albdoctor collect --domain shop.example --timeout 2 --no-probe --dns-root "$dead" --resolver "$dead" \
    --output build/beside/facts.json >/dev/null

status=0
[ "$#" -gt 0 ] || set -- checkov prowler c7n
for tool in "$@"; do
    environment=build/beside/$tool
    command=$tool
    [ "$tool" != c7n ] || command=custodian
    rm -rf "$environment"
    "$uv" venv --quiet --no-project --python "$python" "$environment"
    "$uv" pip install --quiet --python "$environment/bin/python" "$tool" .
    "$uv" pip check --quiet --python "$environment/bin/python"
    version=$("$environment/bin/$command" "$([ "$tool" = c7n ] && echo version || echo --version)" 2>/dev/null | tail -1)
    "$environment/bin/albdoctor" --version >/dev/null
    "$environment/bin/albdoctor" checks >/dev/null
    code=0
    "$environment/bin/albdoctor" scan --facts build/beside/facts.json >/dev/null || code=$?
    [ "$code" -eq 3 ] || { echo "$tool: albdoctor judged saved gaps with exit code $code"; status=1; }
    shared=$("$uv" pip freeze --python "$environment/bin/python" |
        grep -E '^(boto3|botocore|click|cryptography|dnspython|httpx|jinja2|msgspec|rich)==' | tr '\n' ' ')
    echo "$tool ($version): $shared"
done
exit "$status"
