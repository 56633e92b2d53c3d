"""Rows P01 to P05: pages made to break a parser are read whole or said to be cut, and read nothing else."""

import ast
import re
import time
import unicodedata
from datetime import date
from pathlib import Path

import pytest

from crawlers.reading import read_page
from fixtures.hostile.server import HostileWeb
from models.facts import PageFacts, Term
from models.matching import matches
from models.vocabulary import Reason

pytestmark = pytest.mark.long

DAY = date(2026, 11, 20)
URL = "http://rada.test/rishennia"
LAST = "останнє рішення про бюджет громади"
SECRET = "цього-не-читає-ніхто"  # a canary, no password


def _read(body: str, media_type: str = "text/html") -> PageFacts:
    return read_page(body.encode(), url=URL, media_type=media_type, today=DAY)


def _nested(depth: int, tag: str = "div") -> str:
    inner = f"<p>{LAST}</p><a href='/rishennia/1'>Рішення № 1 від 01.11.2026</a>"
    return f"<html><body><h1>Рішення</h1>{f'<{tag}>' * depth}{inner}{f'</{tag}>' * depth}</body></html>"


@pytest.mark.parametrize("tag", ["div", "span", "ul><li"])
@pytest.mark.parametrize("depth", [255, 300, 2100, 20_000])
def test_deep_nesting_is_read_whole_or_said_to_be_cut(depth: int, tag: str) -> None:
    """P01: at any depth the last words are read, or the page says parse-cut and is not complete."""
    body = (
        _nested(depth, tag.split("><", maxsplit=1)[0])
        if "><" not in tag
        else _nested(depth, "ul").replace("<ul>", "<ul><li>")
    )

    facts = _read(body)

    assert LAST in facts.text or (not facts.complete and Reason.PARSE_CUT in facts.reasons)


def test_a_million_levels_cost_seconds() -> None:
    """P01: ten megabytes of opening tags neither crash nor hang, and are not taken for a whole page."""
    began = time.process_time()

    facts = _read(_nested(1_000_000))

    assert LAST in facts.text or not facts.complete
    assert time.process_time() - began < 30


def test_a_text_of_twelve_megabytes_is_not_lost() -> None:
    """P02: one text node beyond libxml2's ten megabytes is read, or the page says that it is cut."""
    words = "рішення про бюджет громади " * 260_000

    facts = _read(f"<html><body><h1>Рішення</h1><p>{words}</p><p>{LAST}</p></body></html>")

    assert len(words.encode()) > 12_000_000
    assert "рішення про бюджет" in facts.text or not facts.complete


def test_no_parser_of_quadratic_time_is_used() -> None:
    """P03: html5lib, which takes forty seconds for 20,000 levels, is imported nowhere; the same page is quick here."""
    began = time.process_time()
    _read(_nested(20_000))
    spent = time.process_time() - began

    house = Path(__file__).parents[2]
    users = [
        path
        for folder in ("crawlers", "checks", "models", "flows", "review")
        for path in (house / folder).rglob("*.py")
        if re.search(r"html5lib", ast.unparse(ast.parse(path.read_text(encoding="utf-8"))))
    ]
    assert users == []
    assert spent < 10


@pytest.mark.parametrize(
    "media_type", ["text/html", "application/xml", "application/rss+xml", "application/xhtml+xml"]
)
@pytest.mark.filterwarnings("ignore::bs4.XMLParsedAsHTMLWarning")
def test_a_billion_laughs_stay_one(media_type: str) -> None:
    """P04: entities that name each other nine times deep are not written out: no memory, no time."""
    levels = "".join(f'<!ENTITY l{number} "{f"&l{number - 1};" * 10}">' for number in range(1, 10))
    body = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "ха">{levels}]><rss><channel><item><title>&l9;</title>'
    body += "</item></channel></rss>"
    began = time.process_time()

    facts = _read(body, media_type)

    assert len(facts.text) < 100_000
    assert time.process_time() - began < 5


@pytest.mark.crawl
@pytest.mark.parametrize(
    "media_type", ["text/html", "application/xml", "application/rss+xml", "application/xhtml+xml"]
)
def test_no_entity_reads_a_file_or_an_address(web: HostileWeb, tmp_path: Path, media_type: str) -> None:
    """P05: entities, document types and inclusions that name a file or an address read neither."""
    canary = tmp_path / "canary.txt"
    canary.write_text(SECRET, encoding="utf-8")
    before = web.knocks
    http = f"http://127.0.0.1:{web.canary}/canary"
    for system in (canary.as_uri(), http):
        body = (
            f'<?xml version="1.0"?><!DOCTYPE rss SYSTEM "{http}" [<!ENTITY x SYSTEM "{system}">'
            f'<!ENTITY % p SYSTEM "{system}"> %p;]><rss xmlns:xi="http://www.w3.org/2001/XInclude"><channel>'
            f"<item><title>Рішення &x;</title><link>{URL}</link><description>&x;"
            f'<xi:include href="{system}" parse="text"/></description></item></channel></rss>'
        )

        facts = _read(body, media_type)

        assert SECRET not in facts.text + facts.title + repr(facts.links)
    assert web.knocks == before


@pytest.mark.parametrize("charset", ["cp1251", "koi8-u", "utf-8", "cp866"])
def test_a_mislabelled_charset_is_read_or_doubted(charset: str) -> None:
    """P06: Ukrainian text in any of its charsets, labelled utf-8, is read right or said to be unreadable."""
    words = (
        "Рішення міської ради про затвердження бюджету громади на наступний рік. Протокол засідання комісії. "
    )
    page = f"<html><body><h1>Рішення ради</h1><p>{words * 5}</p></body></html>"

    facts = read_page(page.encode(charset, "replace"), url=URL, charset="utf-8", today=DAY)

    assert "затвердження бюджету громади" in facts.text or not facts.complete


@pytest.mark.parametrize(
    "written",
    [
        unicodedata.normalize("NFD", "рішення про бюджет києва"),
        "рішення\u00a0про\u00a0бюджет києва",
        "рі\u00adшення про бю\u200bджет києва",
        "рiшення пpо бюджeт києвa",
    ],
    ids=["decomposed", "no-break", "invisible", "look-alikes"],
)
def test_words_are_found_however_they_are_written(written: str) -> None:
    """P07, P08: decomposed letters, NBSP, soft hyphens, zero widths and Latin look-alikes match all the same."""
    assert matches(f"Проєкт: {written} на 2026 рік", [Term("рішення про бюджет києва")]) is not None


def test_text_of_one_letter_costs_no_time() -> None:
    """P09: a megabyte of one letter, or of half a date, runs no pattern away."""
    for filler in (
        "a" * 1_000_000,
        "а" * 500_000,
        "01." * 300_000,
        "№ " * 300_000,
        "(" * 300_000,
        " \n" * 400_000,
    ):
        began = time.process_time()

        _read(f"<html><body><h1>Рішення</h1><p>{filler}</p></body></html>")

        assert time.process_time() - began < 5
