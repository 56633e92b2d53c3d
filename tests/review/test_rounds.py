"""Rounds on the desk: opened, given out, looked at and closed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import func, select

from models.assigning import given
from models.base import now
from models.custody import LogEntry
from models.judging import Assessment
from models.people import Conflict, Person
from models.reviewing import Assignment, Item, Round
from models.store import Store
from models.vocabulary import ItemState, LogKind, Passing
from review.decisions import record
from tests.review.conftest import form_token

SignInAs = Callable[[str], Any]
NOVEMBER = "/rounds/2026-11"


def person(store: Store, login: str) -> int:
    """The number of somebody."""
    with store.reading() as db:
        return db.scalars(select(Person.id).where(Person.login == login)).one()


def preview(client: Any, **said: Any) -> Any:  # noqa: ANN401  # a test client and its answer
    """What a choice comes to, as the page shows it."""
    return client.get(f"{NOVEMBER}/assign", params={"together": "city", "due_on": "", **said})


def hidden(page: str) -> list[tuple[str, str]]:
    """What the form of *page* that gives work out would send."""
    form = page[page.index(f'action="{NOVEMBER}/assign"') :]
    return [(name, unescape(value)) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form)]


def give_out(client: Any, **said: Any) -> Any:  # noqa: ANN401  # a test client and its answer
    """Choose, look at what would change, and confirm it."""
    return confirm(client, preview(client, **said).text)


def confirm(client: Any, page: str) -> Any:  # noqa: ANN401  # a test client and its answer
    """Send what the page of a preview holds."""
    fields: dict[str, list[str]] = {}
    for name, value in hidden(page):
        fields.setdefault(name, []).append(value)
    return client.post(f"{NOVEMBER}/assign", data=fields)


def test_a_round_shows_how_far_each_city_and_area_is(signed_in: SignInAs) -> None:
    """Coordinators read from the page what is done where, in numbers and not by colour alone."""
    page = signed_in("chief").get(NOVEMBER).text

    assert re.search(r'<td class="heat heat-\d+">\d+/\d+', page)
    assert all(name in page for name in ("Калинодар", "Ясногірськ", "Нові Дуби"))
    assert page.index("Вербопіль") < page.index("Нові Дуби") < page.index("Ясногірськ")


def test_a_coordinator_sees_the_own_region_alone(signed_in: SignInAs) -> None:
    """Another region's cities are neither in the table nor in the sums."""
    whole, own = (signed_in(login).get(NOVEMBER).text for login in ("chief", "west"))

    assert "Калинодар" not in own
    totals = [int(re.search(r"progress max=\"(\d+)\"", page)[1]) for page in (whole, own)]  # type: ignore[index]
    assert totals[0] == 2 * totals[1]


def test_work_is_given_out_after_it_was_shown(signed_in: SignInAs, store: Store) -> None:
    """Nothing is written by looking; confirming moves the open items and leaves a line in the log."""
    client, assessor = signed_in("west"), person(store, "assessor")
    chosen = {"city": ["duby", "verbopil"], "area": ["BUDG"], "person": [assessor], "due_on": "2026-12-10"}

    shown = preview(client, **chosen)
    with store.reading() as db:
        before = db.scalar(select(func.count()).select_from(Assignment))
    answer = confirm(client, shown.text)

    assert before == 0
    assert answer.status_code == 303
    with store.reading() as db:
        items = db.scalars(select(Item).where(Item.round == "2026-11", Item.person_id == assessor)).all()
        line = db.scalars(select(LogEntry).where(LogEntry.kind == LogKind.ROUND)).one()
    assert {(item.city, item.area, item.due_on) for item in items} == {
        (city, "BUDG", date(2026, 12, 10)) for city in ("duby", "verbopil")
    }
    assert line.subject == "round 2026-11"
    assert line.body["parts"] == 2


def test_work_of_several_people_is_shared_evenly(signed_in: SignInAs, store: Store) -> None:
    """Each of two people gets about half of the hours, and no city is torn apart."""
    client = signed_in("chief")
    people = [person(store, "assessor"), person(store, "second")]
    areas = ["BUDG", "INFO", "DATA"]

    give_out(client, city=["duby", "verbopil", "yasnohirsk"], area=areas, person=people)

    with store.reading() as db:
        parts = given(db, "2026-11")
    cities: dict[str, set[int]] = {}
    for (city, _), row in parts.items():
        cities.setdefault(city, set()).add(row.person_id)
    assert all(len(theirs) == 1 for theirs in cities.values())
    assert {one for theirs in cities.values() for one in theirs} == set(people)


def test_a_city_with_a_conflict_is_left_over(signed_in: SignInAs, store: Store) -> None:
    """Nobody is given a city they declared a stake in; the page says which parts are left."""
    assessor = person(store, "assessor")
    with store.writing() as db:
        db.add(Conflict(person_id=assessor, city="duby", said="Там працює сестра.", declared_at=now()))

    page = preview(signed_in("west"), city=["duby", "verbopil"], area=["BUDG"], person=[assessor]).text

    assert "ніхто з обраних узяти не може" in page
    assert "Нові Дуби: " in page


def test_what_changed_meanwhile_is_shown_and_not_overwritten(signed_in: SignInAs, store: Store) -> None:
    """Two coordinators giving out the same part: the second sees what the first did, and nothing is written."""
    west, chief = signed_in("west"), signed_in("chief")
    chosen = {"city": ["duby"], "area": ["BUDG"]}
    shown = preview(west, **chosen, person=[person(store, "assessor")]).text

    give_out(chief, **chosen, person=[person(store, "second")])
    answer = confirm(west, shown)

    assert answer.status_code == 409
    assert "Тарас Бойко" in answer.text
    with store.reading() as db:
        assert given(db, "2026-11")["duby", "BUDG"].person_id == person(store, "second")


def test_all_of_one_persons_work_is_handed_on(signed_in: SignInAs, store: Store) -> None:
    """Whoever leaves hands everything on, each part with its own day."""
    client, first, second = signed_in("west"), person(store, "assessor"), person(store, "second")
    give_out(client, city=["duby"], area=["BUDG"], person=[first], due_on="2026-12-01")
    give_out(client, city=["verbopil"], area=["INFO"], person=[first], due_on="2026-12-05")

    answer = give_out(client, of=first, person=[second])

    assert answer.status_code == 303
    with store.reading() as db:
        parts = given(db, "2026-11")
        history = db.scalar(select(func.count()).select_from(Assignment))
    assert {part: (row.person_id, row.due_on) for part, row in parts.items()} == {
        ("duby", "BUDG"): (second, date(2026, 12, 1)),
        ("verbopil", "INFO"): (second, date(2026, 12, 5)),
    }
    assert history == 4


def test_work_is_taken_back_only_when_asked(signed_in: SignInAs, store: Store) -> None:
    """A form without a person is refused; taking work back is a choice of its own."""
    client = signed_in("west")
    chosen = {"city": ["duby"], "area": ["BUDG"]}
    give_out(client, **chosen, person=[person(store, "assessor")])

    refused = preview(client, **chosen)
    give_out(client, **chosen, person=["nobody"])

    assert refused.status_code == 422
    assert "Оберіть, кому" in refused.text
    with store.reading() as db:
        assert not given(db, "2026-11")
        assert not db.scalars(select(Item).where(Item.person_id.is_not(None))).all()


def test_a_coordinator_gives_out_nothing_of_another_region(signed_in: SignInAs, store: Store) -> None:
    """A foreign city in the address chooses nothing, and a foreign person takes nothing."""
    client = signed_in("west")

    foreign_city = preview(client, city=["kalynodar"], area=["BUDG"], person=[person(store, "assessor")])
    foreign_person = preview(client, city=["duby"], area=["BUDG"], person=[person(store, "center")])

    assert foreign_city.status_code == foreign_person.status_code == 422


def test_an_assessor_sees_only_the_own_work(signed_in: SignInAs, store: Store) -> None:
    """How others get on is not an assessor's to know."""
    client = signed_in("assessor")

    own = client.get(f"{NOVEMBER}/people/{person(store, 'assessor')}")
    other = client.get(f"{NOVEMBER}/people/{person(store, 'second')}")

    assert own.status_code == 200
    assert other.status_code == 404


def test_a_coordinator_does_not_see_people_of_another_region(signed_in: SignInAs, store: Store) -> None:
    """404, as for everything of another region."""
    assert signed_in("west").get(f"{NOVEMBER}/people/{person(store, 'center')}").status_code == 404


def test_a_round_is_opened_with_its_days(signed_in: SignInAs, store: Store) -> None:
    """The chief opens a round; its days are those of the form, and the log says so."""
    client = signed_in("chief")
    token = form_token(client.get("/rounds/new").text)
    form = {
        "id": "2026-12",
        "due_on": "2026-12-20",
        "reply_from": "2026-12-21",
        "reply_until": "2027-01-10",
        "second_share": "12,5",
        "probe_share": "2",
        "token": token,
    }

    opened = client.post("/rounds", data=form)
    again = client.post("/rounds", data=form)

    assert (opened.status_code, opened.headers["location"]) == (303, "/rounds/2026-12")
    assert again.status_code == 422
    assert "уже відкрито" in again.text
    with store.reading() as db:
        made = db.get_one(Round, "2026-12")
    assert (made.due_on, made.reply_until, made.second_share) == (
        date(2026, 12, 20),
        date(2027, 1, 10),
        0.125,
    )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"id": "грудень"}, "роком і місяцем"),
        ({"reply_until": ""}, "обидва дні"),
        ({"reply_from": "2027-02-01"}, "раніший"),
        ({"due_on": "31.12"}, "Такого дня немає"),
        ({"second_share": "багато"}, "від 0 до 100"),
        ({"probe_share": "101"}, "від 0 до 100"),
        ({"probe_share": "nan"}, "від 0 до 100"),
    ],
)
def test_a_refused_form_loses_nothing(changed: dict[str, str], said: str, signed_in: SignInAs) -> None:
    """What is wrong is said in a sentence, and what was typed is still there."""
    client = signed_in("chief")
    token = form_token(client.get("/rounds/new").text)
    form = {
        "id": "2026-12",
        "due_on": "2026-12-20",
        "reply_from": "2026-12-21",
        "reply_until": "2027-01-10",
        "second_share": "10",
        "probe_share": "2",
    }

    answer = client.post("/rounds", data={**form, **changed, "token": token})

    assert answer.status_code == 422
    assert said in answer.text
    assert all(f'value="{value}"' in answer.text for value in {**form, **changed}.values())


def test_closing_with_work_undone_needs_a_reason(signed_in: SignInAs, store: Store) -> None:
    """A round with open questions is closed only in words that stay with it, and can be opened again."""
    client = signed_in("chief")
    token = form_token(client.get(f"{NOVEMBER}/closing").text)

    silent = client.post(f"{NOVEMBER}/closing", data={"act": "close", "comment": " ", "token": token})
    told = client.post(
        f"{NOVEMBER}/closing", data={"act": "close", "comment": "Кошти скінчилися.", "token": token}
    )
    page = client.get(NOVEMBER).text
    reopened = client.post(
        f"{NOVEMBER}/closing", data={"act": "reopen", "comment": "Знайшлися.", "token": token}
    )

    assert silent.status_code == 422
    assert (told.status_code, reopened.status_code) == (303, 303)
    assert "Кошти скінчилися." in page
    with store.reading() as db:
        assert db.get_one(Round, "2026-11").closed_at is None
        lines = db.scalars(
            select(LogEntry).where(LogEntry.kind == LogKind.ROUND).order_by(LogEntry.seq)
        ).all()
    assert [line.body["act"] for line in lines] == ["closed", "reopened"]
    assert lines[0].body["open_items"]["waiting"] > 0


def test_nothing_is_given_out_in_a_closed_round(signed_in: SignInAs, store: Store) -> None:
    """What is closed stays as it is."""
    with store.writing() as db:
        db.get_one(Round, "2026-11").closed_at = now()

    answer = give_out(signed_in("chief"), city=["duby"], area=["BUDG"], person=[person(store, "assessor")])

    assert answer.status_code == 422
    assert "Раунд закрито" in answer.text


def test_what_is_past_its_day_is_said(signed_in: SignInAs, store: Store) -> None:
    """Overdue work shows in the cell, with the person, and in the sum."""
    yesterday = now().date() - timedelta(days=2)
    client, assessor = signed_in("west"), person(store, "assessor")

    give_out(client, city=["duby"], area=["BUDG"], person=[assessor], due_on=yesterday.isoformat())
    page = client.get(NOVEMBER).text

    with store.reading() as db:
        late = db.scalar(
            select(func.count()).where(Item.person_id == assessor, Item.state != ItemState.SETTLED)
        )
    assert f"{late} простр." in page
    assert f'<dd class="warn">{late}</dd>' in page


@pytest.mark.parametrize(
    "path",
    ["/rounds", "/rounds/new", NOVEMBER, f"{NOVEMBER}/assign", f"{NOVEMBER}/closing", f"{NOVEMBER}/plan"],
)
def test_pages_of_rounds_are_light(path: str, signed_in: SignInAs) -> None:
    """Every page is there, in both languages, and under 150 KB."""
    client = signed_in("chief")

    answers = [client.get(f"{path}?lang={language}") for language in ("uk", "en")]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert max(len(answer.content) for answer in answers) < 150_000


@pytest.mark.parametrize(
    "path", ["/rounds/2031-01", "/rounds/2031-01/assign", "/rounds/%00", "/rounds/x/people/1"]
)
def test_a_round_that_is_not_there_is_not_found(path: str, signed_in: SignInAs) -> None:
    """An address of no round says so."""
    assert signed_in("chief").get(path).status_code == 404


def test_the_forecast_counts_only_days_on_which_there_was_a_round(signed_in: SignInAs, store: Store) -> None:
    """A round opened yesterday is not called slow for the five days before."""
    with store.writing() as db:
        db.get_one(Round, "2026-11").opened_at = now() - timedelta(days=1)
        moment = now() - timedelta(hours=1)
        waiting = select(Item).where(Item.round == "2026-11", Item.state == ItemState.WAITING).limit(6)
        for item in db.scalars(waiting).all():
            told = Assessment(
                finding_id=item.finding_id,
                person_id=1,
                version=1,
                act="confirm",
                verdict=item.verdict,
                comment="",
                created_at=moment,
            )
            record(db, item, told, passing=Passing.FIRST, shown=item.verdict, seconds=30.0)

    forecast = signed_in("chief").get(NOVEMBER).context["forecast"]

    assert forecast.pace == 3.0
    assert forecast.finish is not None


def test_a_whole_region_is_chosen_at_once(signed_in: SignInAs, store: Store) -> None:
    """Forty cities are not ticked one by one; a coordinator's region is still no more than the own."""
    client, assessor = signed_in("west"), person(store, "assessor")

    give_out(client, region=["west"], area=["BUDG"], person=[assessor])
    foreign = preview(client, region=["center"], area=["BUDG"], person=[assessor])

    with store.reading() as db:
        assert {city for city, _ in given(db, "2026-11")} == {"duby", "verbopil", "yasnohirsk"}
    assert foreign.status_code == 422


def test_cities_stand_in_the_order_of_the_readers_alphabet(signed_in: SignInAs) -> None:
    """An English page sorts English names."""
    page = signed_in("west").get(f"{NOVEMBER}?lang=en").text

    assert page.index(">Novi Duby<") < page.index(">Verbopil<") < page.index(">Yasnohirsk<")
