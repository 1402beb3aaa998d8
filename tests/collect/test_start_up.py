"""What a scan loads before and beside its questions: less, and still the same."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import botocore.loaders
import pytest
from botocore.exceptions import UnknownServiceError
from publicsuffixlist import PublicSuffixList

from albdoctor.collect.aws.models import models
from albdoctor.collect.domain import asked_domain
from albdoctor.errors import BadOptionError

WHOLE_LIST: Any = PublicSuffixList(only_icann=True)


@pytest.mark.parametrize(
    "host",
    [
        "a.b.shop.co.kr",
        "co.kr",
        "a.b.kobe.jp",  # *.kobe.jp
        "a.b.c.kobe.jp",
        "city.kobe.jp",  # !city.kobe.jp
        "www.city.kobe.jp",
        "xn--o39akk.xn--3e0b707e",
        "a.xn--55qx5d.cn",  # the list has it as 公司.cn
        "a.xn--zfr164b",
        "foo.github.io",  # a private suffix: no public one
        "a.nowhere-such-tld",
        "shop.uk",
        "www.shop.co.uk",
    ],
)
def test_the_rules_of_one_tld_say_what_the_whole_list_says(host: str) -> None:
    try:
        registrable: str | None = asked_domain(host).registrable
    except BadOptionError:
        registrable = None
    assert registrable == WHOLE_LIST.privatesuffix(host)


@pytest.mark.parametrize("kind", ["service-2", "paginators-1", "endpoint-rule-set-1"])
def test_models_are_read_as_botocore_reads_them(kind: str) -> None:
    theirs: Any = botocore.loaders.create_loader()
    assert models("").load_service_model("elbv2", kind) == theirs.load_service_model("elbv2", kind)
    assert models("").load_data("partitions") == theirs.load_data("partitions")


def test_only_services_with_models_are_known() -> None:
    with pytest.raises(UnknownServiceError, match=r"Unknown service: 'elbv9'. Valid service names are: .*elbv2"):
        models("").load_service_model("elbv9", "service-2")
    theirs: Any = botocore.loaders.create_loader()
    assert list(models("").list_available_services("waiters-2")) == theirs.list_available_services("waiters-2")


def test_httpx_comes_without_its_command_line() -> None:
    program = (
        "import asyncio, sys; from albdoctor.collect.libraries import http_loaded, load_http;"
        "asyncio.run(http_loaded()); load_http();"
        "import httpx; print(httpx.AsyncClient.__name__, 'rich' in sys.modules, 'httpx._main' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "AsyncClient False False\n"
