"""Every page of the desk answers over PostgreSQL as it does over SQLite."""

from __future__ import annotations

import pytest

from models.archive import Archive
from models.store import Store
from models.vocabulary import Role
from review.access import COOKIE, Public, rule_of
from review.app import create_app
from review.origins import Sealing
from review.signing import Signer
from tests.review.conftest import ORIGIN, TestClient
from tests.review.every_page import PAGES, ROUTES, busy, sign_in_of


@pytest.mark.db
def test_every_page_is_shown_over_postgresql(postgres: Store, archive: Archive) -> None:
    """To every role it is for: PostgreSQL is stricter about questions than SQLite, and none of ours is refused."""
    places = busy(postgres)
    sealing = Sealing("http://stored.test", Signer(b"k" * 32))
    desk = create_app(postgres, archive, sealing=sealing, key=b"k" * 32)
    told: dict[tuple[str, str], int] = {}

    for role in Role:
        client = TestClient(
            desk,
            base_url="http://localhost",
            headers=ORIGIN,
            follow_redirects=False,
            raise_server_exceptions=False,
        )
        client.cookies.set(COOKIE, sign_in_of(postgres, role, places["slug"]), domain="localhost.local")
        for path in PAGES:
            rule = rule_of(ROUTES[path])
            if isinstance(rule, Public) or (rule is not None and role in rule.roles):
                told[role.value, path] = client.get(path.format(**places)).status_code

    assert {place: status for place, status in told.items() if status >= 500} == {}
    assert sum(status in {200, 303} for status in told.values()) > len(told) * 0.9
