"""ALB604 prints a script that no scenario runs: it runs here as printed, against an emulated account."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from albdoctor.shell import block
from albdoctor.text import fill_script
from albdoctor_checks.fixes.instance import REBOOT
from tests.support.build import REGION

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def test_the_instance_is_rebooted_and_waited_for(endpoint: str) -> None:
    keys = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_ENDPOINT_URL": endpoint}
    session: Any = boto3.Session(aws_access_key_id="testing", aws_secret_access_key="testing", region_name=REGION)
    ec2: Any = session.client("ec2", endpoint_url=endpoint)
    (image, *_) = ec2.describe_images()["Images"]
    (made,) = ec2.run_instances(ImageId=image["ImageId"], MinCount=1, MaxCount=1)["Instances"]
    script = fill_script(REBOOT.script, {"region": REGION, "instances": (made["InstanceId"],)})
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for ids, works in ((made["InstanceId"], True), ("i-0123456789abcdef0", False)):
        typed = block(script.replace(made["InstanceId"], ids), "ko")
        done = subprocess.run(
            ["bash", "-c", typed], env={**keys, "PATH": path}, capture_output=True, text=True, timeout=120, check=False
        )
        assert (done.returncode == 0) is works, done.stderr
    assert ec2.describe_instances()["Reservations"][0]["Instances"][0]["State"]["Name"] == "running"
