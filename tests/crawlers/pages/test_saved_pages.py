"""Every folder of fixtures/pages is a test: a page of our own making and what a reader must see in it."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from crawlers.reading import READERS, read_page
from models.facts import Dataset, DocumentLink, PageFacts

PAGES = Path(__file__).resolve().parents[3] / "fixtures" / "pages"
CASES = sorted(path.parent for path in PAGES.glob("*/*/expected.yaml"))


def read(case: Path) -> tuple[dict[str, Any], PageFacts]:
    """Give a case's expectations and its facts."""
    expected = yaml.safe_load((case / "expected.yaml").read_text(encoding="utf-8"))
    today = date.fromisoformat(expected["today"])
    return expected, read_page((case / "capture.html").read_bytes(), url=expected["url"], today=today)


def shown(one: DocumentLink | Dataset, key: str) -> Any:  # noqa: ANN401  # whatever the case names
    """Give one property of a link or a dataset as a case writes it."""
    value = getattr(one, key)
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, date) else value


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_page_is_read_as_its_case_says(case: Path) -> None:
    """Kind, completeness, act, links and meetings of a saved page come out as its case says."""
    expected, facts = read(case)
    links = {link.href: link for link in facts.links}

    page = {
        "kind": facts.kind.value,
        "complete": facts.complete,
        "reasons": [reason.value for reason in facts.reasons],
        "language": facts.language,
        "date": facts.date.isoformat() if facts.date else None,
        "has_search": facts.has_search,
    }
    act = facts.act and {
        "type": facts.act.type,
        "issuer": facts.act.issuer,
        "number": facts.act.number,
        "date": facts.act.date.isoformat() if facts.act.date else None,
    }
    seen = {
        href: {key: shown(links[href], key) for key in wanted} if href in links else None
        for href, wanted in expected.get("links", {}).items()
    }
    datasets = [
        {key: shown(one, key) for key in wanted}
        for one, wanted in zip(facts.datasets, expected.get("datasets", ()), strict=False)
    ]
    meetings = [
        {
            "date": meeting.date.isoformat() if meeting.date else None,
            "status": meeting.status,
            "links": len(meeting.links),
        }
        for meeting in facts.meetings
    ]

    assert {key: page[key] for key in expected["page"]} == expected["page"]
    assert seen == expected.get("links", {})
    assert act == expected.get("act", act)
    assert meetings == expected.get("meetings", meetings)
    assert datasets == expected.get("datasets", datasets)


@pytest.mark.parametrize("family", sorted(READERS))
def test_every_family_has_a_case(family: str) -> None:
    """No family is read without a page that shows it."""
    assert any(case.parent.name == family for case in CASES)
