"""The page on which a finding is settled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select, update

from models.crawling import Address, Picture
from models.judging import Assessment, Finding
from models.people import Person
from models.store import Store
from models.vocabulary import Role
from tests.factories import make_person
from tests.review.asking import waiting_in

SignInAs = Callable[[str], Any]


def test_the_click_path_starts_at_the_home_page(signed_in: SignInAs, store: Store) -> None:
    """A person can walk to the evidence as the crawler did, by the same words."""
    finding = waiting_in(store, "yasnohirsk", "BUDG-01")

    [shown] = signed_in("assessor").get(f"/findings/{finding.id}").context["shown"]

    assert [(step.url, step.anchor) for step in shown.path] == [
        ("https://yasnohirsk.test/", ""),
        ("https://yasnohirsk.test/biudzhet/", "Бюджет"),
    ]


def test_a_ring_in_the_ledger_ends(signed_in: SignInAs, store: Store) -> None:
    """Pages that led to each other do not hang the page."""
    finding = waiting_in(store, "yasnohirsk", "BUDG-01")
    with store.writing() as db:
        of_visit = update(Address).where(Address.visit_id == finding.visit_id)
        db.execute(
            of_visit.where(Address.key == "https://yasnohirsk.test/").values(
                found_on="https://yasnohirsk.test/biudzhet/"
            )
        )

    [shown] = signed_in("assessor").get(f"/findings/{finding.id}").context["shown"]

    assert len(shown.path) == 2


def test_the_quote_is_shown_in_its_place(signed_in: SignInAs, store: Store) -> None:
    """The words around the quotation are there, and what the reader took them for."""
    finding = waiting_in(store, "yasnohirsk", "BUDG-01")

    [shown] = signed_in("assessor").get(f"/findings/{finding.id}").context["shown"]

    assert shown.excerpt.quote == finding.evidence[0]["quote"]
    assert shown.excerpt.before.endswith("життя громади. ")
    assert shown.recognised.href == "https://yasnohirsk.test/biudzhet/doc.pdf"


def test_what_a_picture_does_not_show_is_said(signed_in: SignInAs, store: Store) -> None:
    """A picture that differs from what a visitor saw says so, in the reader's language and not in ours."""
    finding = waiting_in(store, "yasnohirsk", "BUDG-01")
    with store.writing() as db:
        of_capture = Picture.capture_id == finding.evidence[0]["capture"]
        db.execute(update(Picture).where(of_capture).values(note="unfolded"))

    page = signed_in("assessor").get(f"/findings/{finding.id}")

    assert "для зображення їх розгорнуто" in page.text


def test_an_absence_shows_the_nearest_miss_and_why(signed_in: SignInAs, store: Store) -> None:
    """Whoever judges a "not met" sees what the machine nearly took."""
    finding = waiting_in(store, "yasnohirsk", "INFO-08")

    page = signed_in("assessor").get(f"/findings/{finding.id}")

    assert page.context["shown"][0].evidence["quote"] == "Протокол засідання виконавчого комітету № 31"
    assert "це документ іншого органу" in page.text
    assert "Знімка цієї сторінки немає" in page.text


def test_where_we_could_not_look_is_said_and_offered(signed_in: SignInAs, store: Store) -> None:
    """A failure of ours is no verdict on the city; the person gets the address to open."""
    finding = waiting_in(store, "yasnohirsk", "DATA-02")

    page = signed_in("assessor").get(f"/findings/{finding.id}")

    assert (
        'href="https://yasnohirsk.test/nabory/" rel="noopener noreferrer" target="_blank" data-key="o"'
        in page.text
    )
    assert "машина не бере на себе висновку" in page.text


def test_earlier_rounds_decisions_are_at_hand(signed_in: SignInAs, store: Store) -> None:
    """What was decided last time, by whom and why, stands on the page."""
    finding = waiting_in(store, "yasnohirsk", "INFO-08")

    told = signed_in("assessor").get(f"/findings/{finding.id}").context["told"]

    assert [(one.assessment.comment, one.person.login) for one in told] == [
        ("Результати є, але лише сканами без тексту.", "assessor")
    ]


def test_an_old_finding_points_to_the_newer_one(signed_in: SignInAs, store: Store) -> None:
    """Nobody settles a question that has been asked again since."""
    newest = waiting_in(store, "yasnohirsk", "INFO-08")
    with store.reading() as db:
        older = db.scalars(
            select(Finding.id).where(Finding.city == newest.city, Finding.indicator == newest.indicator)
        ).first()

    client = signed_in("assessor")

    assert client.get(f"/findings/{older}").context["newer"] == newest.id
    assert client.get(f"/findings/{newest.id}").context["newer"] is None


def test_officials_are_told_no_assessors_name(signed_in: Callable[[str], Any], store: Store) -> None:
    """Whoever decided about a city is the monitor's assessor to it, and has a name for everybody else."""
    with store.writing() as db:
        row = db.execute(
            select(Assessment, Finding.city, Person.name)
            .join(Finding, Finding.id == Assessment.finding_id)
            .join(Person, Person.id == Assessment.person_id)
            .where(Finding.city == "duby", Finding.indicator == "INFO-01")
            .order_by(Assessment.id.desc())
        ).first()
        assert row is not None
        db.add(make_person("duby-official", role=Role.OFFICIAL, city="duby"))

    page = f"/findings/{row[0].finding_id}"

    assert row[2] in signed_in("analyst").get(page).text
    assert row[2] not in signed_in("duby-official").get(page).text
