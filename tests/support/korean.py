"""Finds English in what is told in Korean: three words and more in a row that are nobody's name, code or quotation."""

from __future__ import annotations

import re
from collections.abc import Iterable

QUOTED = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`|“[^”\n]*”")
"""Somebody else's words, values and what is to be typed."""
ADDRESS = re.compile(r"https?://\S+")
NAMES = (
    "Application Load Balancer",
    "Network Load Balancer",
    "Gateway Load Balancer",
    "Classic Load Balancer",
    "Elastic Load Balancing",
    "Elastic Kubernetes Service",
    "Elastic Container Service",
    "Elastic Beanstalk",
    "Auto Scaling",
    "Systems Manager",
    "Certificate Manager",
    "Global Accelerator",
    "Network Firewall",
    "Block Public Access",
    "Session Manager",
    "Security Hub",
    "Load Balancer Controller",
)
"""What AWS calls its services, also in its Korean console."""
WORD = r"(?<![\w./:@=%-])[A-Za-z][a-z']+(?![\w/@=%-]|[.:]\w)"
RUN = re.compile(rf"{WORD}(?:,? {WORD}){{2,}}")


def english(told: str, allowed: Iterable[str] = ()) -> list[str]:
    """List the runs of English words; `allowed` are further names and sentences that stay English."""
    for pattern in (QUOTED, ADDRESS):
        told = pattern.sub("§", told)
    for name in (*allowed, *NAMES):
        told = told.replace(name, "§")
    return [found[0] for found in RUN.finditer(told)]
