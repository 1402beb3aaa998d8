"""Which certificates are believed, and which versions and ciphers are spoken: stated here, whatever Python's defaults.

CPython 3.13 made its default context refuse what RFC 5280 forbids and every browser takes (VERIFY_X509_STRICT), and a
distribution builds CPython with ciphers, and thereby least key lengths, of its own. A site is judged by what its
visitors' browsers say, so that none of this may move a verdict.
"""

from __future__ import annotations

import ssl
import warnings
from functools import cache

VERIFY = ssl.VerifyFlags.VERIFY_X509_TRUSTED_FIRST
"""As browsers do: a root that is trusted ends the chain, whatever else the server sent. Neither strict nor partial."""
CIPHERS = "@SECLEVEL=2:ECDH+AESGCM:ECDH+CHACHA20:ECDH+AES:DHE+AES:!aNULL:!eNULL:!aDSS:!SHA1:!AESCCM"
"""CPython's own since 3.10. Level 2 believes RSA keys from 2048 bits on, and no SHA-1 signature."""


@cache
def trusting(ca_bundle: str) -> ssl.SSLContext:
    """Make a context that verifies chain and name; raises OSError when the PEM file cannot be used.

    An empty path means certifi's roots. Made once: it takes 20 ms.
    """
    return _offering(verifying(cafile=ca_bundle))


@cache
def of_any_name(ca_bundle: str) -> ssl.SSLContext:
    """Make one that verifies the chain alone: OpenSSL's `*` never stands for a label with an underscore."""
    context = verifying(cafile=ca_bundle)
    context.check_hostname = False
    return _offering(context)


def verifying(*, cafile: str = "", capath: str = "") -> ssl.SSLContext:
    """Make a context that verifies chain and name, and offers no protocol over TLS yet; without roots, certifi's.

    TLS 1.2 is the lowest version, as in browsers.
    """
    import certifi

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_flags = VERIFY
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(CIPHERS)
    context.load_verify_locations(cafile=cafile or (None if capath else certifi.where()), capath=capath or None)
    return context


def unverified() -> ssl.SSLContext:
    """Make a context that takes any certificate: to see what is served."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(CIPHERS)
    return _offering(context)


def lenient() -> ssl.SSLContext:
    """Make a context that takes any certificate and old versions and ciphers.

    A load balancer talks TLS 1.0 and up to its targets (policy ELBSecurityPolicy-2016-08) and verifies nothing:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
    """
    context = unverified()
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


def outdated() -> ssl.SSLContext:
    """Make a context that offers TLS 1.0 and 1.1 only (deprecated by RFC 8996) and takes any certificate."""
    context = lenient()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that these are old is the point
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


def _offering(context: ssl.SSLContext) -> ssl.SSLContext:
    context.set_alpn_protocols(["h2", "http/1.1"])
    return context
