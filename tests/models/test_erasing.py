"""What rests on a body is known before it is erased, and what was read from it is forgotten."""

from pathlib import Path

from sqlalchemy import func, select, update

from models.crawling import Capture, Picture, Reading
from models.custody import Spot
from models.erasing import empty_journal, forget, resting_on
from models.facts import Evidence, PageFacts
from models.findings import Answered, record_answers
from models.ledger import Ended, Ledger, Planned
from models.seen import record_readings
from models.store import Store
from models.vocabulary import AddressState, PageKind
from tests.factories import MOMENT, make_answer, make_capture

BODY, RENDERED, PICTURE, CROP, LATER = ("1" * 64, "2" * 64, "3" * 64, "4" * 64, "5" * 64)
SECRET = "Петренко Марія Іванівна, вулиця Тиха"
URL = "http://lviv.test/page"


def settle(store: Store, visit_id: int) -> Capture:
    """A page with personal data: what a browser made of it, its picture, a finding on it, and its facts."""
    first = make_capture(visit_id, URL, body_sha256=BODY)
    shown = make_capture(visit_id, URL, attempt=2, body_sha256=RENDERED, rendered_from_id=first.id)
    later = make_capture(visit_id, f"{URL}?again", final_url=URL, body_sha256=LATER)
    ledger = Ledger(store, visit_id)
    ledger.record([], [Planned("page", URL), Planned("again", f"{URL}?again")])
    ledger.record([Ended("page", AddressState.FETCHED, capture=shown, before=first)], [])
    ledger.record([Ended("again", AddressState.FETCHED, capture=later)], [])
    facts = PageFacts(URL, SECRET, "uk", PageKind.OTHER, complete=True, text=SECRET)
    record_readings(store, [(shown.id, facts), (later.id, facts)], reader_version="1")
    answers = [
        Answered("1.1", make_answer(evidence=(Evidence(URL, SECRET, shown.id),)), "1"),
        Answered("1.2", make_answer(evidence=(Evidence(URL, "Бюджет", later.id),)), "1"),
    ]
    record_answers(store, visit_id, answers, methodology="m", methodology_version="1", reader_version="1")
    with store.writing() as db:
        db.add(Spot(capture_id=shown.id, quote=SECRET, found=True, kind="text", place={"before": SECRET}))
        db.add(
            Picture(
                capture_id=shown.id,
                quote=SECRET,
                found=True,
                sha256=PICTURE,
                crop_sha256=CROP,
                width=1,
                height=1,
                browser="test",
                taken_at=MOMENT,
            )
        )
    return shown


def test_all_that_rests_on_a_body_is_named(store: Store, visit_id: int) -> None:
    """What a browser made of a page goes with it, and so do the pictures; findings and cities are told."""
    shown = settle(store, visit_id)

    with store.reading() as db:
        resting = resting_on(db, BODY)

    assert resting.bodies == (BODY, RENDERED, PICTURE, CROP)
    assert shown.id in resting.captures
    assert resting.addresses == (URL,)
    assert resting.cities == ("lviv",)
    assert [finding.indicator for finding in resting.findings] == ["1.1"]
    assert resting.elsewhere == (LATER,)


def test_a_picture_alone_may_go(store: Store, visit_id: int) -> None:
    """A crop that shows too much is erased without the page it was cut from."""
    settle(store, visit_id)

    with store.reading() as db:
        resting = resting_on(db, CROP)

    assert (resting.bodies, resting.captures) == ((CROP,), ())


def test_what_nobody_stored_has_nothing_to_erase(store: Store, visit_id: int) -> None:
    """A body that is no capture's and no picture's, such as a manifest, is not for erasing."""
    settle(store, visit_id)

    with store.reading() as db:
        resting = resting_on(db, "9" * 64)

    assert resting.bodies == ()


def test_what_was_read_is_forgotten(store: Store, visit_id: int) -> None:
    """Facts and spots of the erased captures go; those of others stay."""
    shown = settle(store, visit_id)

    with store.writing() as db:
        forget(db, [shown.id])

    with store.reading() as db:
        left = db.scalar(select(func.count()).select_from(Reading)), db.scalar(select(Spot.id))
    assert left == (1, None)


def test_forgotten_words_are_not_left_in_the_file(store: Store, visit_id: int, tmp_path: Path) -> None:
    """G02: neither the database nor its journal holds the deleted rows any more."""
    shown = settle(store, visit_id)
    with store.writing() as db:
        db.execute(update(Spot).values(place={"before": "MARKED" * 5}))  # found in no other row
    before = _holding(tmp_path, b"MARKED" * 5)

    with store.writing() as db:
        forget(db, [shown.id])
    empty_journal(store)

    assert before
    assert not _holding(tmp_path, b"MARKED" * 5)


def _holding(folder: Path, words: bytes) -> list[str]:
    return [file.name for file in folder.iterdir() if words in file.read_bytes()]
