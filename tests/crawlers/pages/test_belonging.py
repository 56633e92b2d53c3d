"""Which day and which kind a link of a page is given, and which it is not."""

from datetime import date

import pytest

from crawlers.reading import read_page
from models.facts import DocumentLink, PageFacts
from models.vocabulary import LinkKind, PageKind

TODAY = date(2026, 3, 14)
URL = "https://rada.example/dokumenty/rishennia"


def read(body: str, *, url: str = URL, language: str = "uk") -> PageFacts:
    """Give the facts of a page with this body."""
    return read_page(
        f"<html lang='{language}'><title>Міська рада</title><body>{body}</body></html>".encode(),
        url=url,
        today=TODAY,
    )


def links_of(facts: PageFacts) -> dict[str, DocumentLink]:
    """Give the links of a page by the last part of their addresses."""
    return {link.href.rsplit("/", 1)[-1]: link for link in facts.links}


CARD = (
    "<div class='card'><div class='name'><a href='/r/{0}'>Про надання земельної ділянки в оренду, {0}</a></div>"
    "<p>№ {0}</p>{1}</div>"
)


@pytest.mark.parametrize(
    ("before", "item", "after", "day"),
    [
        (
            "<ul>",
            "<li><a href='/r/{0}'>Про надання земельної ділянки {0}</a> {1}</li>",
            "</ul>",
            "12.02.2026",
        ),
        (
            "<ul>",
            "<li><a href='/r/{0}'>Про надання земельної ділянки {0} {1}</a></li>",
            "</ul>",
            "12.02.2026",
        ),
        (
            "<ul>",
            "<li><b>{1}</b> <a href='/r/{0}'>Про надання земельної ділянки {0}</a></li>",
            "</ul>",
            "12.02.2026",
        ),
        ("<div>", CARD, "</div>", "<p>12.02.2026</p>"),
        ("<div>", CARD, "</div>", "<p>Опубліковано: 12.02.2026</p>"),
        (
            "<table><tr><th>№</th><th>Дата</th><th>Назва</th></tr>",
            "<tr><td>{0}</td><td>{1} </td><td><a href='/r/{0}'>Про надання ділянки {0}</a></td></tr>",
            "</table>",
            "12.02.2026",
        ),
    ],
    ids=["item", "in-the-link", "bold", "card", "stamped-card", "row"],
)
def test_a_day_in_one_item_stays_there(before: str, item: str, after: str, day: str) -> None:
    """Where one item of a list is dated, those beside it stay without a day."""
    others = "без дати" if "<tr>" in item else ""
    listed = item.format(1, others) + item.format(2, day) + item.format(3, others) + item.format(4, others)

    links = links_of(read(f"<h1>Рішення</h1>{before}{listed}{after}"))

    assert {name: link.date for name, link in links.items() if name in "1234"} == {
        "1": None,
        "2": date(2026, 2, 12),
        "3": None,
        "4": None,
    }


REACHING = "<td rowspan=2>12.02.2026</td><td>{agenda}</td></tr><tr><td>{minutes}</td>"
LEFT_EMPTY = "<td>12.02.2026</td><td>{agenda}</td></tr><tr><td>&nbsp;</td><td>{minutes}</td>"
OF_ITS_OWN = (
    "<td colspan=2>12.02.2026</td></tr><tr><td>1</td><td>{agenda}</td></tr><tr><td>2</td><td>{minutes}</td>"
)


@pytest.mark.parametrize(
    "rows", [REACHING, LEFT_EMPTY, OF_ITS_OWN], ids=["reaching", "left-empty", "of-its-own"]
)
def test_a_day_over_several_rows_is_theirs(rows: str) -> None:
    """A cell that reaches down, leaves the next one empty, or heads rows of its own gives them its day."""
    papers = {
        "agenda": "<a href='/f/a.pdf'>Порядок денний</a>",
        "minutes": "<a href='/f/m.pdf'>Протокол</a>",
    }

    facts = read(
        f"<h1>Засідання</h1><table><tr><th>Дата</th><th>Папери</th></tr><tr>{rows.format(**papers)}</tr></table>"
    )

    assert {link.event_date for link in facts.links} == {date(2026, 2, 12)}


def test_item_of_an_agenda_is_no_minutes() -> None:
    """One question of a sitting, listed under its minutes, is neither minutes nor agenda."""
    facts = read(
        "<h1>Council meetings</h1><h2>Minutes</h2><ul>"
        "<li><a href='/f/m1.pdf'>29 March 2021</a></li>"
        "<li><a href='/f/i7.pdf'>Item 701 - Change to Ordinary Council Meeting Date - 29 March 2021</a></li></ul>",
        language="en",
    )

    assert {name: link.kind for name, link in links_of(facts).items()} == {
        "m1.pdf": LinkKind.MINUTES,
        "i7.pdf": LinkKind.OTHER,
    }


def test_papers_under_a_heading_for_many_are_of_its_kind() -> None:
    """Files called by their subjects alone are what the heading over them names in the plural."""
    facts = read(
        "<h1>Board</h1><p><b>Resolutions adopted</b></p>"
        "<p><a href='/f/1.pdf'>Authorizing the lease of the old depot</a></p>",
        language="en",
    )

    assert links_of(facts)["1.pdf"].kind is LinkKind.DECISION


def test_decision_announces_no_meeting() -> None:
    """The text of a decision names the session that adopted it, and lists none."""
    facts = read(
        "<p>УКРАЇНА<br>ВЕРБОЛОЗЬКА МІСЬКА РАДА<br>XLI сесія VIII скликання</p><h1>РІШЕННЯ</h1>"
        "<p>від 12 лютого 2026 року № 45-41/VIII</p><p>Про оренду майна</p>"
        "<p>Розглянувши звернення, міська рада ВИРІШИЛА: передати в оренду приміщення.</p>",
    )

    assert (facts.kind, facts.meetings) == (PageKind.ACT, ())
    assert facts.act is not None
    assert facts.act.date == date(2026, 2, 12)


def test_days_told_by_distance_date_their_items() -> None:
    """In a list, "yesterday" and "2 days ago" are days of publication of that item alone; in prose they are words."""
    item = "<li><a href='/n/{0}'>Оголошено конкурс на посаду {0}</a> <span>{1}</span></li>"
    facts = read(
        "<h1>Оголошення</h1><ul>" + item.format(1, "2 дні тому") + item.format(2, "вчора, 14:30") + item.format(3, "")
        + "<li><a href='/n/4'>Що змінилося</a> Про це говорили вчора на засіданні.</li></ul>"
    )  # fmt: skip

    assert {name: link.date for name, link in links_of(facts).items()} == {
        "1": date(2026, 3, 12),
        "2": date(2026, 3, 13),
        "3": None,
        "4": None,
    }


def test_choices_that_lead_to_papers_are_links() -> None:
    """A list that jumps to a file on a change is a list of links, with their words, days and headings."""
    facts = read(
        "<h1>Протоколи засідань</h1><select onchange='go(this)'><option value='#'>Оберіть…</option>"
        "<option value='/f/p12.pdf'>12.02.2026</option><option data-url='/f/p5.pdf'>5 березня 2026</option></select>"
        "<select name='year'><option value='2026'>2026</option></select>"
    )

    assert {name: (link.kind, link.event_date) for name, link in links_of(facts).items()} == {
        "p12.pdf": (LinkKind.MINUTES, date(2026, 2, 12)),
        "p5.pdf": (LinkKind.MINUTES, date(2026, 3, 5)),
    }


def test_day_set_apart_by_styles_is_read() -> None:
    """A calendar card shows day, month and title in boxes; its source has no space between them."""
    facts = read(
        "<h1>Upcoming meetings</h1><a href='/e/7'><span>07</span><span>Apr</span><b>Committee Meeting</b>"
        "<p>Time: Tuesday, 1:00 PM</p></a>",
        language="en",
    )

    assert [(meeting.date, meeting.status) for meeting in facts.meetings] == [(date(2026, 4, 7), "tentative")]


def test_days_under_an_announcement_are_meetings() -> None:
    """Bare days below words on when a body sits are its meetings, in the year those words name."""
    facts = read(
        "<h1>Комісія</h1><p>У 2025 році засідання постійної комісії відбуваються о 10:00 у малій залі міської ради "
        "(вул. Садова, 3), і кожен може прийти на них без запису, якщо має документ.</p>"
        "<ul><li>16 січня</li><li>20 лютого</li></ul>"
    )

    assert [meeting.date for meeting in facts.meetings] == [date(2025, 1, 16), date(2025, 2, 20)]


def test_occurrence_that_agrees_with_its_file_is_believed() -> None:
    """The same file linked beside two days belongs to the one in its name."""
    facts = read(
        "<h1>Засідання</h1><table><tr><td>19.10.2025</td><td><a href='/f/protokol-6-10-2025.pdf'>Протокол</a></td></tr>"
        "<tr><td>06.10.2025</td><td><a href='/f/protokol-6-10-2025.pdf'>Протокол</a></td></tr></table>"
    )

    assert [link.event_date for link in facts.links] == [date(2025, 10, 6)]


PROSE = "<p>За Регламентом 2020 року протоколи засідань міської ради підписує міський голова.</p>"


@pytest.mark.parametrize(
    ("above", "year"),
    [
        ("<h1>Протоколи засідань 2024 року</h1>", 2024),
        ("<h1>Протоколи</h1><h2>2023 рік</h2>" + PROSE, 2023),
        ("<h1>Протоколи 2024 року</h1>" + PROSE, 2024),
        ("<h1>Протоколи</h1><p>2022</p>", 2022),
        ("<h1>Протоколи</h1><time datetime='2021-02-12'></time>", 2021),
        ("<h1>Протоколи</h1>", 2026),
    ],
    ids=["page", "section", "prose-is-no-heading", "line", "time", "nearest"],
)  # fmt: skip
def test_day_without_a_year_takes_that_of_its_place(above: str, year: int) -> None:
    """Heading, section, line, ``time`` element, and at last the nearest year; prose between them says nothing."""
    facts = read(f"{above}<ul><li><a href='/f/7.pdf'>Протокол від 12 лютого</a></li></ul>")

    assert [link.event_date for link in facts.links] == [date(year, 2, 12)]
