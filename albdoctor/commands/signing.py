"""Signing in before the clock runs: MFA codes are asked for on a terminal, and nothing is left running."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Generator, Iterable

from albdoctor.details import reason
from albdoctor.interrupt import undoing
from albdoctor.language import language
from albdoctor.streams import tell


@contextlib.contextmanager
def signing_in(profiles: Iterable[str]) -> Generator[None]:
    """Ask for the MFA codes that the profiles want, outside any deadline; at the end stop what a profile started."""
    from albdoctor.collect.aws.processes import end, stop_all

    with undoing(end):
        try:
            _ask(tuple(profiles) or ("",))
            yield
        finally:
            stop_all()


def _ask(profiles: tuple[str, ...]) -> None:
    from albdoctor.collect.aws import credentials

    if not (credentials.may_want_a_code() and sys.stdin.isatty() and sys.stderr.isatty()):
        return
    from botocore.exceptions import BotoCoreError, ClientError

    from albdoctor.collect.aws.read_only import signing_session
    from albdoctor.collect.gaps import gap_of

    for profile in profiles:
        try:
            session = signing_session(profile)
            if credentials.code_wanted(session):
                with _echo_restored():
                    credentials.unlock(profile, session)
        except (BotoCoreError, ClientError) as error:  # the scan goes on: what needs no account is judged
            tell(f"albdoctor: {reason(gap_of(error, 'sts:AssumeRole', profile).detail, language())}")


@contextlib.contextmanager
def _echo_restored() -> Generator[None]:
    """Whatever ends the prompt, what is typed afterwards is seen."""
    try:
        import termios
    except ImportError:  # Windows, where nothing is switched off
        yield
        return
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    with undoing(lambda: termios.tcsetattr(terminal, termios.TCSANOW, before)):
        yield
