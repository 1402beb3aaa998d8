"""Code of somebody else's: whatever it does, it is named, the others go on, and stdout stays the report's."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from albdoctor.checkup.deadline import within
from albdoctor.errors import BadCheckError

T = TypeVar("T")

MOST = 200_000
"""Results of one function; a snapshot of 10,000 load balancers has a tenth of it. A generator without end has more."""

SECONDS = 10.0
"""That one check of somebody else's may take; ours take a hundredth of one over a large account."""
LOADING_SECONDS = 30.0
"""That one package of somebody else's may take to be imported."""
OURS = "albdoctor_checks"


def is_ours(judge: Callable[..., object]) -> bool:
    """Whether a check's function stands in our own package, where nothing needs to be stopped."""
    return str(getattr(judge, "__module__", "")).partition(".")[0] == OURS


@contextlib.contextmanager
def contained() -> Generator[None]:
    """Turn what would end the process (`sys.exit`, an exception that is none) into an ordinary exception."""
    try:
        yield
    except (Exception, KeyboardInterrupt):
        raise
    except BaseException as error:
        raise BadCheckError(f"{type(error).__name__} was raised: {error}") from error


def quiet() -> contextlib.AbstractContextManager[Any]:
    """What is printed meanwhile goes to stderr."""
    return contextlib.redirect_stdout(sys.stderr)


def bounded(results: Iterable[T], most: int = MOST) -> Iterator[T]:
    """Give as many results as there may be; one more is a `BadCheckError`, as nobody waits for a last one."""
    rest = iter(results)
    yield from islice(rest, most)
    for _ in rest:
        raise BadCheckError(f"more than {most} results: it does not end")


def called(provide: Callable[[], Iterable[T]], most: int) -> tuple[T, ...]:
    """All that a function of somebody else's gives."""
    with contained(), quiet(), within(LOADING_SECONDS):
        return tuple(bounded(provide(), most))
