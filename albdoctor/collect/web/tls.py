"""TLS handshakes: what is negotiated, which chain is served, and OpenSSL's verdict about it.

The handshake runs over plain asyncio streams and memory BIOs: every byte of the peer goes through OpenSSL
under one timer, and the reason of a failure comes from OpenSSL itself, not through a transport's log.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl

import msgspec

from albdoctor.collect.pace import take_turn
from albdoctor.collect.tcp import Place
from albdoctor.collect.web.served_certificates import served_chain
from albdoctor.collect.web.trust import unverified
from albdoctor.derive.names import covers
from albdoctor.facts.wire import Handshake

HANDSHAKE_SECONDS = 5.0
"""For connecting and shaking hands together."""
LONGEST_REASON = 200
ENDED = "UNEXPECTED_EOF_WHILE_READING"
"""OpenSSL 3's word for a peer that closes in the middle."""
OTHER_NAME = 62
"""X509_V_ERR_HOSTNAME_MISMATCH: the certificate is for other names."""
READ_BYTES = 16_384


async def handshake(
    place: Place, server_name: str | None, context: ssl.SSLContext, seconds: float = HANDSHAKE_SECONDS
) -> Handshake:
    """Shake hands once. Raises nothing: a failure is part of the fact.

    In TLS 1.3 a server that wants a client certificate refuses only after this: the exchange tells.
    """
    await take_turn("tls", f"{place.host} {place.port}")
    try:
        async with asyncio.timeout(seconds):
            session = await _shake(place, server_name, context)
    except ssl.SSLCertVerificationError as error:
        return Handshake(
            server_name=server_name,
            completed=False,
            failure=ssl_reason(error),
            verify_code=error.verify_code,
            verify_message=error.verify_message,
        )
    except (OSError, ValueError, TypeError) as error:
        return Handshake(server_name=server_name, completed=False, failure=_failure(error))
    return _completed(session, server_name, verified=context.verify_mode is ssl.CERT_REQUIRED)


async def verified_handshake(
    place: Place, server_name: str, trusted: ssl.SSLContext, of_any: ssl.SSLContext | None = None
) -> Handshake:
    """Shake hands with verification; where that is refused, once more without it, for the served chain.

    A wildcard covers a label with an underscore in browsers, and in OpenSSL it does not: there `of_any`, which verifies
    the chain alone, decides.
    """
    first = await handshake(place, server_name, trusted)
    if not first.verify_code:
        return first
    second = await handshake(place, server_name, unverified())
    names = second.chain[0].names if second.chain else ()
    covered = "_" in server_name and any(covers(name, server_name) for name in names)
    if of_any and covered and first.verify_code == OTHER_NAME:
        first = await handshake(place, server_name, of_any)
        if not first.verify_code:
            return first
    return msgspec.structs.replace(second, verify_code=first.verify_code, verify_message=first.verify_message)


def ssl_reason(error: ssl.SSLError) -> str:
    """OpenSSL's reason in its own words: WRONG_VERSION_NUMBER, TLSV1_ALERT_PROTOCOL_VERSION, ..."""
    # typeshed says str, but an error that OpenSSL has no name for carries None or nothing.
    reason = getattr(error, "reason", None)
    if not reason and isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return ENDED  # CPython 3.11.2 tells of it without OpenSSL's reason
    return (reason or str(error))[:LONGEST_REASON]


def _failure(error: OSError | ValueError | TypeError) -> str:
    match error:
        case ssl.SSLError():
            return ssl_reason(error)
        case TimeoutError():
            return "timeout"
        case ConnectionRefusedError():
            return "refused"
        case ConnectionError():
            return "reset"
        case OSError():
            return f"unreachable: {error}"[:LONGEST_REASON]
        case _:  # a host that the TLS library cannot send as a server name
            return f"server name: {error}"[:LONGEST_REASON]


def _completed(session: ssl.SSLObject, server_name: str | None, *, verified: bool) -> Handshake:
    cipher = session.cipher()
    return Handshake(
        server_name=server_name,
        completed=True,
        verify_code=0 if verified else None,
        protocol=session.version() or "",
        cipher=cipher[0] if cipher else "",
        alpn=session.selected_alpn_protocol() or "",
        chain=served_chain(session),
    )


async def _shake(place: Place, server_name: str | None, context: ssl.SSLContext) -> ssl.SSLObject:
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    session = context.wrap_bio(incoming, outgoing, server_hostname=server_name)
    reader, writer = await asyncio.open_connection(place.host, place.port)
    try:
        while not _advance(session):
            writer.write(outgoing.read())
            await writer.drain()
            if incoming.eof:
                raise ConnectionResetError("closed during the handshake")
            data = await reader.read(READ_BYTES)
            incoming.write(data) if data else incoming.write_eof()
        with contextlib.suppress(ssl.SSLError):
            session.unwrap()  # writes close_notify; the peer's is not waited for
        return session
    finally:
        writer.write(outgoing.read())
        await _close(writer)


def _advance(session: ssl.SSLObject) -> bool:
    try:
        session.do_handshake()
    except ssl.SSLWantReadError:
        return False
    return True


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    if writer.transport.get_write_buffer_size():
        writer.transport.abort()  # a peer that reads nothing must not hold us
    with contextlib.suppress(OSError):
        await writer.wait_closed()
