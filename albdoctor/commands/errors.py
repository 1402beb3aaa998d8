"""What the user did wrong, in one sentence, exit code 2."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import click

from albdoctor.errors import AlbdoctorError


@contextmanager
def told() -> Generator[None]:
    """Turn a refusal of ours into a message without a traceback."""
    try:
        yield
    except AlbdoctorError as error:
        raise Refused(str(error)) from error


class Refused(click.ClickException):
    """Could not run; shown as `Error: ...`."""

    exit_code = 2

    def format_message(self) -> str:
        """The sentence, with anything a terminal could act on made visible."""
        from albdoctor.report.safe import plain

        return plain(self.message)
