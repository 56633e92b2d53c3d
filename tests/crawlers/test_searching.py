"""Addresses that no link names: questions to a site's search, years and months of a list, site maps."""

from __future__ import annotations

from crawlers.glancing import Choice, Filter, SearchForm
from crawlers.searching import PSEUDO_TOPICS, by_year, questions, site_maps_of_robots
from models.facts import Lexicon, Term
from models.ledger import Planned

PAGE = Planned("rada.example/", "https://rada.example/", depth=0)
WORDS = Lexicon(
    {
        "budget": (Term("рішення про бюджет"), Term("бюджет"), Term("бюджет участі", negative=True)),
        "minutes": (Term("протоколи засідань"), Term("протокол"), Term("стенограма засідання ради")),
    }
)
FORM = SearchForm("https://rada.example/find?lang=en", "q", (("in", "all"),))


def test_a_search_is_asked_for_what_is_missing_only() -> None:
    """Each missing topic is asked by its shortest terms, never by a negative one."""
    rows = questions(FORM, WORDS, ["budget"], found_on=PAGE)

    assert [row.anchor for row in rows] == ["бюджет", "рішення про бюджет"]
    assert rows[0].url == "https://rada.example/find?in=all&q=%D0%B1%D1%8E%D0%B4%D0%B6%D0%B5%D1%82"


def test_a_question_serves_no_indicator() -> None:
    """Nobody promised an answer, so that a search that fails says nothing of any indicator."""
    rows = questions(FORM, WORDS, ["budget", "minutes"], found_on=PAGE)

    assert {topic for row in rows for topic in row.serves} <= PSEUDO_TOPICS
    assert not {topic for row in rows for topic in row.serves} & set(WORDS.topics)


def test_questions_are_bounded() -> None:
    """However many topics are missing, a search is asked only so often."""
    many = Lexicon({f"t{n}": (Term(f"слово{n}"), Term(f"інше{n}")) for n in range(500)})

    assert len(questions(FORM, many, many.topics, found_on=PAGE)) <= 24


def test_a_search_that_posts_is_not_asked() -> None:
    """A form that sends a POST is left alone."""
    assert questions(FORM._replace(method="post"), WORDS, ["budget"], found_on=PAGE) == []


def test_years_are_asked_newest_first() -> None:
    """The years of a list are walked back from this one, and only so far; the future holds nothing."""
    years = Filter(
        "https://rada.example/acts", (("c", "4"),), Choice("y", ("", *map(str, range(2005, 2030))))
    )

    rows = by_year(years, PAGE, ("budget",), best=80.0, this_year=2026)

    assert [row.anchor for row in rows] == [str(year) for year in range(2026, 2018, -1)]
    assert rows[0].url == "https://rada.example/acts?c=4&y=2026"
    assert [row.score for row in rows] == sorted((row.score for row in rows), reverse=True)
    assert {row.serves for row in rows} == {("budget",)}


def test_months_are_asked_for_the_latest_years() -> None:
    """A list filtered by month is asked for the months of two years, the newest first."""
    months = Filter(
        "https://rada.example/acts",
        (),
        Choice("y", ("2024", "2025", "2026")),
        Choice("m", tuple(str(month) for month in range(1, 13))),
    )

    rows = by_year(months, PAGE, (), best=80.0, this_year=2026)

    assert [row.url.partition("?")[2] for row in rows[:2]] == ["y=2026&m=12", "y=2026&m=11"]
    assert len(rows) == 24


def test_robots_lines_name_site_maps() -> None:
    """``Sitemap:`` lines count wherever they stand and however they are written, once each."""
    lines = ["User-agent: *", "Sitemap: https://rada.example/a.xml", " SITEMAP :https://rada.example/b.xml"]

    assert site_maps_of_robots([*lines, *lines]) == [
        "https://rada.example/a.xml",
        "https://rada.example/b.xml",
    ]
