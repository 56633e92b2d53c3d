"""Whether a capture holds personal data, so that a look at its bytes has to be written down."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models.crawling import Capture
from models.masking import found
from review.queries.findings import reading_of


def holds_personal(db: Session, capture: Capture) -> bool:
    """Whether the text of *capture* holds personal data; where nobody has read it, it may."""
    facts = reading_of(db, capture.id)
    return facts is None or bool(found(facts.text))
