"""`python -m albdoctor` is the command `albdoctor`."""

from __future__ import annotations

import sys

from albdoctor.cli import main

sys.exit(main())
