"""What the user did wrong, in one sentence, exit code 2."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import click

from albdoctor.errors import AlbdoctorError
from albdoctor.language import language
from albdoctor.text import Text, Value, fill


@contextmanager
def told() -> Generator[None]:
    """Turn a refusal of ours into a message without a traceback, in the language of this process."""
    try:
        yield
    except AlbdoctorError as error:
        raise Refused(error.of(language())) from error


def misused(said: Text, **values: Value) -> click.UsageError:
    """Say what does not go together on a command line, in the language of this process."""
    return click.UsageError(fill(said.of(language()), values, language()))


class Refused(click.ClickException):
    """Could not run; shown as `Error: ...`."""

    exit_code = 2

    def format_message(self) -> str:
        """The sentence, with anything a terminal could act on made visible."""
        from albdoctor.report.safe import plain

        return plain(self.message)
