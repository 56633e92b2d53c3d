"""Heads of acts are read as they are meant, in every way councils write them."""

from collections.abc import Iterable
from datetime import date
from functools import cache

import pytest

from crawlers.acts.titles import act_named, act_named_by_file
from crawlers.documents.heads import Head
from crawlers.reading import read_page
from fixtures.acts import FIELDS, Case, cases, variants
from models.facts import Act

TODAY = date(2026, 11, 20)
WANTED = 0.95
OF_A_VARIANT = 0.9


def read(case: Case) -> Act | None:
    """Read a case as the crawler reads what is of its form."""
    if case.form == "title":
        return act_named(case.given)
    if case.form == "file":
        return act_named_by_file(case.given)
    if case.form == "page":
        page = case.as_page().encode()
        return read_page(page, url="https://council.example/1", charset="utf-8", today=TODAY).act
    recognised = case.form == "scan"
    return Head(case.given, title="", url="https://council.example/1", today=TODAY, recognised=recognised).act


@cache
def wrong_fields(case_name: str) -> frozenset[str]:
    """Say which fields of a case are not read exactly; what is no act has none of them."""
    case = every_case()[case_name]
    act, truth = read(case), case.truth or {}
    said = {field: (getattr(act, field) or None) if act else None for field in FIELDS}
    return frozenset(field for field in FIELDS if said[field] != (truth.get(field) or None))


@cache
def every_case() -> dict[str, Case]:
    """Give the whole labelled set by name."""
    return {case.name: case for variant in variants() for case in cases(variant)}


def share(field: str, names: Iterable[str]) -> float:
    """Give the share of the named cases whose *field* is exact."""
    exact = [field not in wrong_fields(name) for name in names]
    return sum(exact) / len(exact)


def test_set_is_large_enough() -> None:
    """The figures stand on at least three hundred cases, a third of them held out at first."""
    held_out = sum(case.held_out for case in every_case().values())

    assert len(every_case()) >= 300
    assert held_out >= len(every_case()) / 3


@pytest.mark.parametrize("field", FIELDS)
def test_field_is_exact(field: str) -> None:
    """Each field says exactly what is meant in at least 95 of 100 heads."""
    assert share(field, every_case()) >= WANTED


@pytest.mark.parametrize("variant", variants())
def test_variant_is_read(variant: str) -> None:
    """Of each way to write a head, number and day are exact in nine cases of ten."""
    names = [case.name for case in cases(variant)]

    assert share("number", names) >= OF_A_VARIANT
    assert share("date", names) >= OF_A_VARIANT


def test_nothing_is_read_of_what_is_no_act() -> None:
    """News, judgments, laws, annexes and agendas are never taken for an act, whatever numbers they name."""
    taken = [name for name, case in every_case().items() if case.truth is None and read(case) is not None]

    assert taken == []


def test_blanks_of_drafts_stay_blank() -> None:
    """A draft without number or day gets none from the acts that it mentions."""
    drafts = [case for case in cases("drafts") if case.truth and not {"number", "date"} & set(case.truth)]
    acts = [act for case in drafts if (act := read(case))]

    assert len(acts) >= 10
    assert {(act.number, act.date) for act in acts} == {(None, None)}
