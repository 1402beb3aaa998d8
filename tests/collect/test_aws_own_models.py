"""Models of AWS services that lie in somebody's home change nothing: what a read sends is what botocore ships."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import botocore
import pytest

from albdoctor.collect.aws.read_only import reading_session
from tests.support.aws_api import REGION, Reply, Request, denied, serving

SHIPPED = Path(botocore.__file__).parent / "data"
Write = Callable[[Path], None]


def shipped(service: str, kind: str) -> tuple[str, Any]:
    """The version and the content of a model that botocore ships."""
    version = max(each.name for each in (SHIPPED / service).iterdir() if each.is_dir())
    [file] = (SHIPPED / service / version).glob(f"{kind}.json*")
    content = file.read_bytes()
    return version, json.loads(gzip.decompress(content) if file.suffix == ".gz" else content)


def bent_uri(folder: Path) -> None:
    """Listing record sets is changing them: another method and path."""
    version, model = shipped("route53", "service-2")
    model["operations"]["ListResourceRecordSets"]["http"] = {
        "method": "POST",
        "requestUri": "/2013-04-01/hostedzone/{Id}/rrset/",
    }
    put(folder / "route53" / version / "service-2.json", model)


def newer_version(folder: Path) -> None:
    """The same under a version that is later than any."""
    _, model = shipped("route53", "service-2")
    model["operations"]["ListResourceRecordSets"]["http"] |= {"method": "DELETE"}
    put(folder / "route53" / "2099-01-01" / "service-2.json", model)


def extras(folder: Path) -> None:
    """What is merged into a model that botocore ships."""
    version, _ = shipped("route53", "service-2")
    operations = {"ListResourceRecordSets": {"http": {"method": "DELETE"}}}
    extra = {"version": 1.0, "merge": {"operations": operations}}
    put(folder / "route53" / version / "service-2.sdk-extras.json", extra)


def pages(folder: Path) -> None:
    """A list that is said to be over after its first page."""
    version, paginators = shipped("acm", "paginators-1")
    paginators["pagination"]["ListCertificates"]["output_token"] = "Nothing"
    put(folder / "acm" / version / "paginators-1.json", paginators)


def put(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(content))


def two_pages(request: Request) -> Reply:
    if request.action != "acm:ListCertificates":
        return denied(request)
    more = {} if b"two" in request.body else {"NextToken": "two"}
    body: dict[str, object] = {"CertificateSummaryList": [{"CertificateArn": "arn:a"}], **more}
    return Reply(200, json.dumps(body).encode(), "application/x-amz-json-1.1")


READS = """
import sys
from botocore.exceptions import ClientError
from albdoctor.collect.aws.read_only import reading_session
session = reading_session("")
for service, read in (
    ("ec2", lambda client: client.describe_instances()),
    ("route53", lambda client: client.list_resource_record_sets(HostedZoneId="Z1")),
    ("acm", lambda client: list(client.get_paginator("list_certificates").paginate())),
):
    try:
        read(session.create_client(service, sys.argv[1]))
    except ClientError as error:
        assert error.response["Error"]["Code"] in ("AccessDenied", "UnauthorizedOperation"), error
"""


def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, bytes]]:
    """What leaves a new process for three reads."""
    with serving(monkeypatch, two_pages) as api:
        monkeypatch.delenv("AWS_CONFIG_FILE")
        done = subprocess.run([sys.executable, "-c", READS, REGION], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        return [(each.action, each.path, each.body) for each in api.requests]


USUAL = [
    ("ec2:DescribeInstances", "/", b"Action=DescribeInstances&Version=2016-11-15"),
    ("route53:ListResourceRecordSets", "/2013-04-01/hostedzone/Z1/rrset", b""),
    ("acm:ListCertificates", "/", b"{}"),
    ("acm:ListCertificates", "/", b'{"NextToken": "two"}'),
]


@pytest.mark.parametrize(
    ("bend", "where"),
    [
        *((bend, "home") for bend in (bent_uri, newer_version, extras, pages)),
        *((bent_uri, where) for where in ("AWS_DATA_PATH", "data_path")),
    ],
)
def test_a_model_from_elsewhere_changes_no_request(
    bend: Write, where: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = {"home": tmp_path / ".aws" / "models"}.get(where, tmp_path / "own")
    bend(folder)
    monkeypatch.setenv("HOME", str(tmp_path))
    if where == "AWS_DATA_PATH":
        monkeypatch.setenv(where, str(folder))
    if where == "data_path":
        (tmp_path / ".aws").mkdir()
        (tmp_path / ".aws" / "config").write_text(f"[default]\ndata_path = {folder}\n")
    assert asked(monkeypatch) == USUAL


def test_without_any_they_are_these(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert asked(monkeypatch) == USUAL


def test_where_regions_are_is_still_read_from_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Closed partitions are described that way; it says where questions go, never what is asked."""
    (tmp_path / "endpoints.json").write_text(json.dumps({"version": 3, "partitions": []}))
    monkeypatch.setenv("AWS_DATA_PATH", os.fspath(tmp_path))
    assert reading_session("").get_available_partitions() == []
