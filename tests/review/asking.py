"""What tests of the desk ask of its database, and how they send its form."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from models.crawling import City, Picture, Visit
from models.judging import Assessment, Finding
from models.replying import InformationRequest
from models.store import Store
from tests.review.conftest import form_token


def places(store: Store, region: str) -> dict[str, str]:
    """What to put into the addresses of routes, so that they lead into *region*."""
    with store.reading() as db:
        visit = db.scalars(select(Visit).where(Visit.run_id == f"2026-11-{region}-1")).first()
        assert visit
        finding = db.scalars(
            select(Finding).where(Finding.visit_id == visit.id, Finding.indicator == "BUDG-01")
        ).one()
        capture = finding.evidence[0]["capture"]
        picture = db.scalars(select(Picture).where(Picture.capture_id == capture)).one()
        request = db.scalars(
            select(InformationRequest)
            .join(City, City.slug == InformationRequest.city)
            .order_by(City.region != region, InformationRequest.id)
        ).first()
    return {
        "finding_id": str(finding.id),
        "capture_id": capture,
        "sha256": picture.sha256,
        "ending": "png",
        "slug": finding.city,
        "run_id": visit.run_id,
        "request_id": str(request.id if request else 0),
    }


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


def send(client: Any, finding: Finding, **fields: str) -> Any:  # noqa: ANN401  # a test client and its answer
    """Send the decision form of *finding* as *client*'s page would."""
    token = form_token(client.get("/").text)
    return client.post(f"/findings/{finding.id}/assessments", data={"token": token, "version": "0", **fields})
