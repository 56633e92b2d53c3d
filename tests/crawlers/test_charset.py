"""Bytes whose label is right, wrong, or missing."""

from collections import defaultdict

import pytest

from crawlers.charset import decode
from fixtures.charsets import CHARSETS, KEYWORDS, Case, matrix
from models.matching import stems

TEXT = "Рішення про бюджет міської територіальної громади на 2026 рік. Протокол засідання комісії. Їжак."


@pytest.mark.parametrize("written", ["utf-8", "cp1251", "koi8-u", "cp1125"])
@pytest.mark.parametrize("said", [None, "utf-8", "windows-1251", "koi8-u", "cp866", "iso-8859-1", "no-such"])
def test_ukrainian_is_read_whatever_the_label_says(written: str, said: str | None) -> None:
    """Four encodings under seven labels all give the same words, and are trusted."""
    decoded = decode(TEXT.encode(written), said)

    assert decoded.text == TEXT
    assert decoded.trusted


def test_label_inside_the_page_counts() -> None:
    """A page without a header charset is read by its own meta element."""
    body = f'<html><head><meta charset="windows-1251"></head><body>{TEXT}'.encode("cp1251")

    decoded = decode(body)

    assert TEXT in decoded.text
    assert decoded.declared == "cp1251"


def test_byte_order_mark_wins() -> None:
    """A mark in the bytes is stronger than a header."""
    assert decode(TEXT.encode("utf-16"), "windows-1251").text == TEXT


def test_accents_among_latin_letters_stay_latin() -> None:
    """Unlabelled Western European text does not turn Cyrillic."""
    text = "café, résumé and naïve words " * 10

    assert decode(text.encode("latin-1")).text == text


def test_capitals_are_no_sign_of_a_wrong_alphabet() -> None:
    """A heading in capitals is left as it was labelled."""
    assert decode(TEXT.upper().encode("cp1251"), "windows-1251").used == "cp1251"


def test_text_broken_before_it_was_sent_is_not_trusted() -> None:
    """Doubly encoded text, and text that has lost every і, are kept but marked."""
    doubled = TEXT.encode().decode("cp1251", errors="replace").encode()
    robbed = (TEXT * 5).translate(dict.fromkeys(map(ord, "іІїЇ"))).encode()

    assert not decode(doubled).trusted
    assert not decode(robbed).trusted


def test_any_bytes_are_survived() -> None:
    """Noise, an odd byte of UTF-16 and nothing at all give text, not an exception."""
    for body in (b"", b"\xff", b"\xff\xfe\x00", bytes(range(256)) * 40, b"\x00" * 50):
        assert isinstance(decode(body, "utf-8").text, str)


def is_recovered(case: Case) -> bool:
    """Say whether the keyword of *case* is found in what was read of it."""
    read = f" {' '.join(stems(decode(case.body, case.label).text))} "
    return f" {' '.join(stems(case.keyword))} " in read


@pytest.mark.long
def test_keywords_are_recovered_over_the_matrix() -> None:
    """99 of 100 keywords are read in every charset under every label, and all where page or label leaves no doubt."""
    found: dict[str, list[bool]] = defaultdict(list)
    for case in matrix(KEYWORDS[::4]):
        recovered = is_recovered(case)
        for group in ("all", case.charset, case.length, case.labelled):
            found[group].append(recovered)

    shares = {group: sum(recovered) / len(recovered) for group, recovered in found.items()}

    assert shares["all"] >= 0.99
    assert shares["a page"] == shares["right"] == 1
    assert min(shares[charset] for charset in CHARSETS) >= 0.95
