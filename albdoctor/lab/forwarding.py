"""How a balancer's node sends a request to a target, and what it answers when that fails."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass

from albdoctor.facts.numbers import whole
from albdoctor.lab.http import MOST_HEAD_BYTES, MalformedError, Request, Response, read_head
from albdoctor.lab.loop import LOOPBACK
from albdoctor.lab.rules import own_answer
from albdoctor.lab.serving import CLOSE_SECONDS, close
from albdoctor.lab.tls import unverified

SILENCE_SECONDS = 1.0
"""Stands for the 10 s of connecting of AWS, where no packet gets through."""
ANSWER_SECONDS = 2.0
"""Stands for the 60 s of AWS's idle timeout; a busy machine must not look like a slow target."""
HOP_BY_HOP = ("connection", "keep-alive", "transfer-encoding", "content-length")


@dataclass(frozen=True)
class Outcome:
    """What the client gets, and the counters that move."""

    response: Response
    metrics: tuple[str, ...]


def failed(status: int, *metrics: str) -> Outcome:
    """The balancer answers itself: the target gave nothing usable."""
    return Outcome(own_answer(status), (f"HTTPCode_ELB_{status}_Count", "HTTPCode_ELB_5XX_Count", *metrics))


async def unreachable() -> Outcome:
    """No packet of the node gets there: silence until the balancer gives up."""
    await asyncio.sleep(SILENCE_SECONDS)
    return failed(504, "TargetConnectionErrorCount")


async def exchange(request: Request, port: int, *, tls: bool, patience: float = ANSWER_SECONDS) -> Outcome:
    """Send a request to a target at a loopback port, and wait so many seconds for its answer."""
    try:
        reader, writer = await asyncio.wait_for(_connect(port, tls=tls), ANSWER_SECONDS)
    except ssl.SSLError:
        return failed(502, "TargetTLSNegotiationErrorCount")
    except TimeoutError:
        return failed(504, "TargetTLSNegotiationErrorCount" if tls else "TargetConnectionErrorCount")
    except ConnectionRefusedError:
        return failed(502, "TargetConnectionErrorCount")
    except OSError:  # reset while TLS was being negotiated
        return failed(502, "TargetTLSNegotiationErrorCount" if tls else "TargetConnectionErrorCount")
    try:
        writer.write(request.encode())
        await writer.drain()
        response = await asyncio.wait_for(_response(reader), patience)
    except TimeoutError:
        return failed(504)
    except (OSError, MalformedError):  # reset, closed early, no HTTP
        return failed(502)
    finally:
        await close(writer)
    return Outcome(response, (f"HTTPCode_Target_{response.status // 100}XX_Count",))


async def _connect(port: int, *, tls: bool) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect; a target's certificate is never verified and no name is sent."""
    if not tls:
        return await asyncio.open_connection(LOOPBACK, port)
    return await asyncio.open_connection(
        LOOPBACK, port, ssl=unverified(), server_hostname="", ssl_shutdown_timeout=CLOSE_SECONDS
    )


async def _response(reader: asyncio.StreamReader) -> Response:
    """Read a response until the target closes: every request goes out with `Connection: close`."""
    first, headers = await read_head(reader)
    words = first.split(" ", 2)
    status = whole(words[1]) if len(words) > 1 and words[0].startswith("HTTP/1.") else None
    if status is None:
        raise MalformedError(f"no status line: {first[:80]!r}")
    body = bytearray()
    while data := await reader.read(MOST_HEAD_BYTES):
        body += data
    passed = tuple((name, value) for name, value in headers if name.lower() not in HOP_BY_HOP)
    return Response(status, bytes(body), passed)
