"""The evidence of one finding as its page shows it: picture, words in their place, and the way there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, bindparam, or_, select
from sqlalchemy.orm import Session

from models.crawling import Capture, City, Picture, Visit
from models.custody import Spot
from models.facts import DocumentLink, PageFacts
from models.judging import Finding
from models.paths import Step, click_path
from models.spots import noted, spots_of, text_fragment
from review.excerpts import Excerpt, excerpt, recognised
from review.queries.findings import reading_of
from review.queries.standing import within
from review.scope import Reach


@dataclass(frozen=True, slots=True)
class Shown:
    """One piece of evidence with all that is known of the capture it comes from."""

    evidence: dict[str, Any]
    capture: Capture | None
    picture: Picture | None
    spot: Spot | None
    live: str  # the address of today's page, at the words where that can be said in a link
    excerpt: Excerpt | None
    recognised: DocumentLink | None
    title: str
    path: tuple[Step, ...]
    again: bool = False  # a piece before it comes from the same capture, and has shown the way there

    @property
    def is_outlined(self) -> bool:
        """Whether the picture shows these very words, outlined."""
        return (
            self.picture is not None and self.picture.found and self.picture.quote == self.evidence["quote"]
        )

    def notes(self, language: str) -> list[str]:
        """What the picture does not show as a visitor saw it, in sentences."""
        said = noted(self.picture.note) if self.picture is not None else []
        return [english if language == "en" else ukrainian for ukrainian, english in said]


_IDS: BindParameter[str] = bindparam("ids", expanding=True)
_CAPTURES = select(Capture).where(Capture.id.in_(_IDS))
_PICTURES = select(Picture).where(Picture.capture_id.in_(_IDS)).order_by(Picture.id)


def shown_evidence(db: Session, finding: Finding) -> list[Shown]:
    """The evidence of *finding*, each piece with its capture, its picture and its place on the page."""
    pieces: list[dict[str, Any]] = [*finding.evidence]
    if not pieces and (miss := finding.search.get("near_miss")):
        pieces = [miss]  # nothing was found: the closest thing that did not count is what a person must see
    ids = list(dict.fromkeys(str(piece["capture"]) for piece in pieces))
    captures = {one.id: one for one in db.scalars(_CAPTURES, {"ids": ids})}
    pictures = list(db.scalars(_PICTURES, {"ids": ids}))
    facts = {one: reading_of(db, one, finding.reader_version) for one in ids}
    spots = spots_of(db, ids)
    shown: list[Shown] = []
    for piece in pieces:
        capture = captures.get(piece["capture"])
        shown.append(
            _shown(
                piece,
                capture,
                picture=_picture(pictures, piece),
                spot=spots.get((piece["capture"], piece["quote"])),
                facts=facts[piece["capture"]],
                path=click_path(db, finding.visit_id, piece["url"], capture.id if capture else None),
                again=any(piece["capture"] == one.evidence["capture"] for one in shown),
            )
        )
    return shown


def picture_in(db: Session, sha256: str, reach: Reach) -> Picture | None:
    """The picture of that name, a whole page or a crop, if it is of a city of *reach*."""
    return db.scalars(
        select(Picture)
        .join(Capture, Capture.id == Picture.capture_id)
        .join(Visit, Visit.id == Capture.visit_id)
        .join(City, City.slug == Visit.city)
        .where(or_(Picture.sha256 == sha256, Picture.crop_sha256 == sha256), within(reach))
        .limit(1)
    ).first()


def _picture(pictures: Iterable[Picture], piece: dict[str, Any]) -> Picture | None:
    """The picture with these words outlined, else any of the same page."""
    of_page = [one for one in pictures if one.capture_id == piece["capture"]]
    return next(iter([*(one for one in of_page if one.quote == piece["quote"]), *of_page]), None)


def _shown(
    piece: dict[str, Any],
    capture: Capture | None,
    *,
    picture: Picture | None,
    spot: Spot | None,
    facts: PageFacts | None,
    path: tuple[Step, ...],
    again: bool,
) -> Shown:
    return Shown(
        evidence=piece,
        capture=capture,
        picture=picture,
        spot=spot,
        live=text_fragment(piece["url"], spot),
        excerpt=excerpt(facts.text, piece["quote"]) if facts else None,
        recognised=recognised(facts, piece["quote"]) if facts else None,
        title=(facts.title if facts else "") or piece.get("title", ""),
        path=path,
        again=again,
    )


def picture_of(db: Session, capture_id: str) -> Picture | None:
    """Any picture of a capture: what somebody brought has one, a page of a crawl perhaps several."""
    return db.scalars(
        select(Picture).where(Picture.capture_id == capture_id).order_by(Picture.id).limit(1)
    ).first()
