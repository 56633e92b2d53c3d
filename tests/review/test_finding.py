"""The page on which a finding is settled."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from models.judging import Assessment, Finding
from models.store import Store
from tests.review.conftest import form_token

SignIn = Callable[[str], Any]


def waiting_in(store: Store, city: str, indicator: str) -> Finding:
    """The newest finding about one question of one city."""
    with store.reading() as db:
        found = db.scalars(
            select(Finding)
            .where(Finding.city == city, Finding.indicator == indicator)
            .order_by(Finding.id.desc())
        ).first()
    assert found
    return found


def assessments_of(store: Store, finding: Finding) -> list[Assessment]:
    """What people decided about it, in order."""
    with store.reading() as db:
        return list(
            db.scalars(
                select(Assessment).where(Assessment.finding_id == finding.id).order_by(Assessment.version)
            )
        )


def test_an_assessor_confirms_and_goes_on_to_the_next(signed_in: SignIn, store: Store) -> None:
    """Sign-in, queue, finding, confirm: the main path in four requests."""
    assessor = signed_in("assessor")
    first = assessor.get("/queue/next").headers["location"]
    page = assessor.get(first)

    answer = assessor.post(
        f"{first}/assessments", data={"token": form_token(page.text), "act": "confirm", "version": "0"}
    )

    assert answer.status_code == 303
    following = answer.headers["location"]
    assert following.startswith("/findings/")
    assert first not in following
    finding_id = int(first.rpartition("/")[2])
    with store.reading() as db:
        finding = db.get_one(Finding, finding_id)
        written = db.scalars(select(Assessment).where(Assessment.finding_id == finding_id)).one()
    assert (written.act, written.verdict, written.version) == ("confirm", finding.verdict, 1)
    assert assessor.get(following).context["settled"][0].id == finding_id
