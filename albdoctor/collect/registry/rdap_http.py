"""Gets a page of an RDAP server over verified HTTPS: where it may be asked, and how far a redirect is followed."""

from __future__ import annotations

import os
from urllib.request import getproxies, proxy_bypass

from msgspec import Struct

from albdoctor.collect.options import ConnectTo, Options
from albdoctor.collect.pace import take_turn
from albdoctor.collect.public import special
from albdoctor.collect.registry.place import places_of
from albdoctor.collect.tcp import CONNECT_SECONDS, Place
from albdoctor.collect.web.bounded import bound
from albdoctor.collect.web.http_library import httpx
from albdoctor.collect.web.trust import verifying
from albdoctor.facts.numbers import has_digits_only

SECONDS = 10.0
"""For the whole answer, redirects included."""
REDIRECTS = 2
LONGEST = 256 * 1024
"""Bytes of a body; registries answer some 10 KB."""
HEADERS = {"Accept": "application/rdap+json", "Accept-Encoding": "identity"}


class Page(Struct, frozen=True):
    """An HTTP answer."""

    status: int
    body: bytes
    location: str = ""


async def fetch(url: str, options: Options) -> Page:
    """Get a page, with at most two redirects, at the place that `--connect-to` names or at a public address.

    Raises `NotPublicError`, `ValueError` for a redirect that is not followed and a body that is too long, and what
    httpx and the system raise.
    """
    target = httpx.URL(url)
    page = await _get(target, options)
    for _ in range(REDIRECTS):
        if page.status not in {301, 302, 303, 307, 308} or not page.location:
            break
        target = target.join(page.location)
        if target.scheme != "https":
            raise ValueError(f"redirected away from HTTPS to {target}")
        if _is_inside(target.host):
            raise ValueError(f"redirected to {target}, which is no public server")
        page = await _get(target, options)
    return page


def _is_inside(host: str) -> bool:
    """Whether a host is an address or a name of this machine's own network."""
    labels = host.rstrip(".").split(".")
    if ":" in host or has_digits_only(labels[-1]):
        return bool(special(host))
    return len(labels) == 1 or labels[-1] in {"internal", "local", "localhost"}


def _proxy(host: str, connect_to: ConnectTo) -> str:
    """The proxy that the environment names for a host; a proxy would ignore `--connect-to`."""
    if connect_to.places or proxy_bypass(host):
        return ""
    named = getproxies()
    proxy = named.get("https") or named.get("all") or ""
    return proxy if "://" in proxy or not proxy else f"http://{proxy}"


async def _get(url: httpx.URL, options: Options) -> Page:
    """Ask one place after the other, as long as no connection comes about; a proxy looks the name up itself."""
    await take_turn("registry", url.host)
    proxy = _proxy(url.host, options.connect_to)
    port = url.port or 443
    places = [Place(url.host, port)] if proxy else list(await places_of(options.connect_to, url.host, port))
    timeout = httpx.Timeout(SECONDS, connect=CONNECT_SECONDS if len(places) > 1 else SECONDS)
    # Given outright, so that httpx itself never looks for a proxy: whose rules for exceptions differ.
    transport = httpx.AsyncHTTPTransport(verify=verifying(**_roots(options)), trust_env=False, proxy=proxy or None)
    async with httpx.AsyncClient(transport=bound(transport, 2 * LONGEST), timeout=timeout, headers=HEADERS) as client:
        for place in places[:-1]:
            try:
                return await _ask(client, url, place)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                if "CERTIFICATE_VERIFY_FAILED" in str(error):
                    raise
        return await _ask(client, url, places[-1])


def _roots(options: Options) -> dict[str, str]:
    """Whom to believe: `--ca-bundle`, or else what OpenSSL's variables name, as httpx has it; else certifi's roots."""
    if options.ca_bundle or options.connect_to.places:
        return {"cafile": options.ca_bundle}
    if file := os.environ.get("SSL_CERT_FILE"):
        return {"cafile": file}
    return {"capath": os.environ.get("SSL_CERT_DIR", "")}


async def _ask(client: httpx.AsyncClient, url: httpx.URL, place: Place) -> Page:
    request = client.build_request(
        "GET",
        url.copy_with(host=place.host, port=place.port),
        headers={"Host": url.netloc.decode("ascii")},
        # The certificate is checked against this name too, wherever the connection goes.
        extensions={"sni_hostname": url.host},
    )
    answer = await client.send(request, stream=True)
    try:
        body = bytearray()
        async for chunk in answer.aiter_raw():
            body += chunk
            if len(body) > LONGEST:
                raise ValueError(f"the answer is longer than {LONGEST} bytes")
        return Page(answer.status_code, bytes(body), answer.headers.get("location", ""))
    finally:
        await answer.aclose()
