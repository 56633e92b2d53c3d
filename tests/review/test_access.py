"""A route that says nothing of who may use it stops the desk; the table of all routes is in test_rules.py."""

from __future__ import annotations

import pytest
from fastapi import APIRouter, FastAPI

from review.access import RouteWithoutRuleError, include_guarded


def test_a_route_without_a_rule_stops_the_desk() -> None:
    """Forgetting who may use a page is found when the desk starts, not when it is used."""
    router = APIRouter()
    router.add_api_route("/forgotten", lambda: "anybody?")

    with pytest.raises(RouteWithoutRuleError, match="/forgotten"):
        include_guarded(FastAPI(), [router])
