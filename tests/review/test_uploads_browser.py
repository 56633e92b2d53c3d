"""A file that is too large is said to be so before it is sent, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Page
from sqlalchemy import select

from models.people import Person
from models.store import Store
from review.access import COOKIE
from review.sessions import begin
from review.sniffing import LARGEST_FILE
from tests.review.asking import waiting_in
from tests.review.in_browser import served_page, serving

__all__ = ["served_page"]

pytestmark = pytest.mark.browser


@pytest.fixture
def address(desk: FastAPI) -> Iterator[str]:
    """A running desk."""
    with serving() as (port, run):
        run(desk)
        yield f"http://127.0.0.1:{port}"


def test_a_file_too_large_never_leaves_the_page(
    served_page: Page, address: str, store: Store, tmp_path: Path
) -> None:
    """The sentence stands at the field, nothing is sent, and a smaller file is taken after it."""
    page, large, small = served_page, tmp_path / "large.pdf", tmp_path / "small.pdf"
    small.write_bytes(b"%PDF-1.4\n%%EOF\n")
    with large.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    with store.writing() as db:
        token = begin(db, db.scalars(select(Person.id).where(Person.login == "assessor")).one())
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": f"{address}/"}])
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.goto(f"{address}/findings/{waiting_in(store, 'yasnohirsk', 'INFO-08').id}")
    field = page.locator("#submit-file")

    field.set_input_files(large)
    said = field.evaluate("one => one.validationMessage")
    field.evaluate("one => one.form.requestSubmit()")
    before = [one for one in sent if one.endswith("/submissions")]
    field.set_input_files(small)

    assert said == "Файл більший за 20 МіБ. Зменште його або подайте посилання."
    assert before == []
    assert field.evaluate("one => one.validationMessage") == ""
