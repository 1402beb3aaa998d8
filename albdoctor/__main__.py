"""The process: `albdoctor` and `python -m albdoctor`."""

from __future__ import annotations

from typing import NoReturn

from albdoctor import interrupt


def main() -> NoReturn:
    """Run the command of this process's arguments and end the process with its exit code."""
    interrupt.install()  # before the imports that take time
    from albdoctor.cli import main as run

    interrupt.leave(run())


if __name__ == "__main__":
    main()
