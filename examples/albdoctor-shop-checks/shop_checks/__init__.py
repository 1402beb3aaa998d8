"""What the shop's platform team wants of every load balancer."""

from __future__ import annotations

from albdoctor.checkup import Check
from shop_checks.deletion import balancer_can_be_deleted
from shop_checks.home_page import health_check_on_home_page


def checks() -> tuple[Check, ...]:
    """Give the checks: the entry point in pyproject.toml names this function."""
    return (health_check_on_home_page, balancer_can_be_deleted)
