"""Evidence that people bring: taken in and marked as theirs, or refused in one sentence."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from custody.canonical import digest
from models.archive import Archive
from models.crawling import Capture, Picture
from models.custody import LogEntry, Submission
from models.judging import Finding
from models.store import Store
from models.submissions import said_of, visit_for
from models.vocabulary import LogKind, Reason, SubmissionState
from review.guarding import LARGEST_BODY
from review.redrawing import NotDrawnError, redrawn
from review.sniffing import LARGEST_FILE, RefusedFileError, kind_of
from review.speech import texts
from tests.factories import make_capture
from tests.review.asking import waiting_in
from tests.review.conftest import form_token

SignInAs = Callable[[str], Any]
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer <<>>\n%%EOF\n"


@pytest.fixture
def archive(settled_round: Path, tmp_path: Path) -> Archive:
    """An archive of this test's own: here it is written to."""
    del settled_round
    return Archive(tmp_path / "archive")


@pytest.fixture
def finding(store: Store) -> Finding:
    """A finding of the west that waits."""
    return waiting_in(store, "yasnohirsk", "DATA-02")


def bring(
    client: Any,  # noqa: ANN401  # a test client
    finding: Finding,
    file: tuple[str, bytes] | None = None,
    **fields: str,
) -> Any:  # noqa: ANN401  # its answer
    """Send the form of the finding's page."""
    said = {"token": form_token(client.get("/").text), "kind": "file" if file else "link", **fields}
    return client.post(
        f"/findings/{finding.id}/submissions", data=said, files={"file": file} if file else None
    )


def only(store: Store) -> Submission:
    """The one submission there is."""
    with store.reading() as db:
        return db.scalars(select(Submission)).one()


def photo() -> bytes:
    """A photo in which a camera wrote where it was taken, and a name."""
    image = Image.new("RGB", (40, 20), "teal")
    exif = Image.Exif()
    exif[0x010F] = "Camera of Anna"
    exif.get_ifd(0x8825)[2] = (50.0, 27.0, 0.0)
    written = io.BytesIO()
    image.save(written, "JPEG", exif=exif)
    return written.getvalue()


def test_a_link_waits_and_is_shown_as_theirs(signed_in: SignInAs, finding: Finding, store: Store) -> None:
    """Who brought it, what it is and how far it has come stands on the page; the log has a line."""
    client = signed_in("assessor")

    answer = bring(client, finding, link="https://yasnohirsk.test/budget?a=1", note="Ось розділ")

    row = only(store)
    page = client.get(answer.headers["location"]).text
    with store.reading() as db:
        line = db.scalars(select(LogEntry).where(LogEntry.kind == LogKind.SUBMISSION)).one()
    assert (answer.status_code, row.state) == (303, SubmissionState.WAITING)
    assert (line.subject, line.digest) == (f"submission {row.id}", digest(said_of(row)))
    assert "Ось розділ" not in str(line.body)  # the log names digests, never contents
    for said in ("Докази, які подали люди", "Ось розділ", "Чекає: сторінку ще не збережено.", "Прийнято."):
        assert said in page


def test_a_file_is_kept_as_it_came_and_downloaded_so(
    signed_in: SignInAs, finding: Finding, store: Store, archive: Archive
) -> None:
    """Its bytes are in the archive under their digest; its name is shown, and is no path."""
    client = signed_in("assessor")

    bring(client, finding, ("../../etc/Звіт.pdf", PDF), kind="answer", note="Відповідь ради")

    row = only(store)
    page = client.get(f"/findings/{finding.id}").text
    shown = client.get(f"/captures/{row.capture_id}").text
    body = client.get(f"/captures/{row.capture_id}/body")
    assert (row.filename, row.state) == ("Звіт.pdf", SubmissionState.CAPTURED)
    assert "Відповідь на запит на інформацію" in page
    assert "Цей файл подала людина. Обхід сайту його не знаходив." in shown
    assert body.content == PDF
    assert body.headers["content-disposition"].endswith('.pdf"')
    assert [name for name in archive.root.rglob("*") if "Звіт" in name.name] == []


def test_a_photo_is_shown_without_what_its_camera_wrote(
    signed_in: SignInAs, finding: Finding, store: Store, archive: Archive
) -> None:
    """The sealed bytes keep the metadata, the shown picture has none."""
    client = signed_in("assessor")

    bring(client, finding, ("board.jpg", photo()))

    row = only(store)
    with store.reading() as db:
        picture = db.scalars(select(Picture).where(Picture.capture_id == row.capture_id)).one()
        capture = db.get_one(Capture, row.capture_id)
    shown = client.get(f"/pictures/{picture.sha256}.jpg")
    assert b"Camera of Anna" in archive.get(capture.body_sha256)
    assert shown.headers["content-type"] == "image/jpeg"
    assert b"Camera of Anna" not in shown.content
    assert len(Image.open(io.BytesIO(shown.content)).getexif()) == 0
    assert f"/pictures/{picture.sha256}.jpg" in client.get(f"/captures/{row.capture_id}").text
    assert client.get(f"/captures/{row.capture_id}/page").status_code == 404


def test_twice_the_same_is_once(signed_in: SignInAs, finding: Finding, store: Store) -> None:
    """A form sent twice, a line lost and tried again: one submission."""
    client = signed_in("assessor")

    for _ in range(2):
        bring(client, finding, ("a.pdf", PDF))

    assert only(store).state is SubmissionState.CAPTURED


@pytest.mark.parametrize(
    ("fields", "file", "fault"),
    [
        ({"link": ""}, None, "submit.fault.nothing"),
        ({"link": "javascript:alert(1)"}, None, "submit.fault.link"),
        ({"link": "file:///etc/passwd"}, None, "submit.fault.link"),
        ({"link": "http://localhost/x"}, None, "submit.fault.link"),
        ({"link": "https://a.test/x y"}, None, "submit.fault.link"),
        ({"link": "https://a.test/" + "x" * 2083}, None, "submit.fault.link"),
        ({"link": "https://a.test/", "note": "x" * 2001}, None, "submit.fault.note"),
        ({"kind": "answer"}, None, "submit.fault.nothing"),
        ({}, ("page.html", b"<!doctype html><script>alert(1)</script>"), "submit.fault.page"),
        ({}, ("a.svg", b"<svg onload=alert(1)>"), "submit.fault.page"),
        ({}, ("a.pdf", b"MZ\x90\x00\x03"), "submit.fault.kind"),
        ({}, ("empty.pdf", b""), "submit.fault.empty"),
    ],
)
def test_what_is_refused_is_told_and_nothing_is_lost(
    fields: dict[str, str],
    file: tuple[str, bytes] | None,
    fault: str,
    signed_in: SignInAs,
    finding: Finding,
    store: Store,
) -> None:
    """One sentence why, the words still in the form, and no row."""
    answer = bring(signed_in("assessor"), finding, file, **{"note": "Мої слова", **fields})

    with store.reading() as db:
        assert db.scalars(select(Submission)).all() == []
    assert answer.status_code == 422
    assert texts("uk")[fault].split("&")[0].split("'")[0][:30] in answer.text
    assert fields.get("note", "Мої слова") in answer.text


def test_too_large_a_file_is_refused_before_it_is_read(signed_in: SignInAs, finding: Finding) -> None:
    """A flood ends at the limit, for strangers at that of a plain form."""
    client = signed_in("assessor")

    flood = bring(client, finding, ("a.pdf", PDF + bytes(LARGEST_FILE + LARGEST_BODY)))
    client.cookies.clear()
    stranger = client.post(f"/findings/{finding.id}/submissions", content=bytes(LARGEST_BODY + 1))

    assert (flood.status_code, stranger.status_code) == (413, 413)
    assert "20 МіБ" in flood.text


@pytest.mark.parametrize("login", ["analyst", "operator"])
def test_others_look_and_bring_nothing(
    login: str, signed_in: SignInAs, finding: Finding, store: Store
) -> None:
    """Whoever does not decide does not submit, and is offered no form."""
    client = signed_in(login)

    answer = bring(client, finding, link="https://a.test/")

    assert answer.status_code == 403
    assert "submit-link" not in client.get(f"/findings/{finding.id}").text


def test_nobody_brings_to_another_region(signed_in: SignInAs, store: Store) -> None:
    """404, and no row."""
    foreign = waiting_in(store, "kalynodar", "DATA-02")

    answer = bring(signed_in("assessor"), foreign, link="https://a.test/")

    assert answer.status_code == 404


def office(*names: str, **contents: str) -> bytes:
    """A ZIP with files of these names."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as written:
        for name in names:
            written.writestr(name, contents.get(name, "x"))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("body", "name", "kind"),
    [
        (PDF, "x.exe", "application/pdf"),
        (office("[Content_Types].xml", "word/document.xml"), "a", "wordprocessingml.document"),
        (office("xl/workbook.xml"), "a.docx", "spreadsheetml.sheet"),
        (office("mimetype", mimetype="application/vnd.oasis.opendocument.text"), "a", "opendocument.text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "лист.DOC", "application/msword"),
        (b"{\\rtf1 text}", "a", "application/rtf"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "a", "image/webp"),
        ("назва;сума\nхліб;12".encode(), "a.csv", "text/csv"),
        ("Рішення № 12".encode("cp1251"), "a.txt", "text/plain"),
    ],
)
def test_a_file_is_known_by_its_bytes(body: bytes, name: str, kind: str) -> None:
    """Neither its name nor what the browser says of it counts."""
    assert kind_of(body, name).endswith(kind)


@pytest.mark.parametrize(
    ("body", "name", "fault"),
    [
        (office("a.txt"), "a.zip", "archive"),
        (b"PK\x03\x04 and no more", "a.docx", "broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "setup.msi", "kind"),
        (b"#!/bin/sh\nrm", "a.txt", "kind"),
        (b"\x01\x02\xff\xfe\x00", "a.txt", "kind"),
        (b"  \n<HTML><body>", "a.txt", "page"),
        (b'<?xml version="1.0"?><x/>', "a.xml", "page"),
        (bytes(LARGEST_FILE + 1), "a.txt", "large"),
    ],
)
def test_other_kinds_are_refused_by_name(body: bytes, name: str, fault: str) -> None:
    """Archives, pages, programs, broken and huge files: each has its own sentence."""
    with pytest.raises(RefusedFileError) as refused:
        kind_of(body, name)

    assert refused.value.fault == f"submit.fault.{fault}"
    assert refused.value.fault in texts("uk")


@pytest.mark.parametrize("body", [b"\xff\xd8\xff not a picture", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_is_not_drawn(body: bytes) -> None:
    """A broken or hostile image costs a process and nothing else."""
    with pytest.raises(NotDrawnError):
        redrawn(body)


def test_a_failed_link_says_why(signed_in: SignInAs, finding: Finding, store: Store) -> None:
    """A person sees that their link could not be captured, and the reason in words."""
    client = signed_in("assessor")
    bring(client, finding, link="https://yasnohirsk.test/x")
    with store.writing() as db:
        row = db.scalars(select(Submission)).one()
        row.state, row.reason = SubmissionState.FAILED, Reason.ROBOTS

    page = client.get(f"/findings/{finding.id}").text

    assert "Зберегти не вдалося." in page
    assert "robots.txt" in page


def test_a_page_somebody_named_is_called_theirs(signed_in: SignInAs, finding: Finding, store: Store) -> None:
    """The stored page of a submitted link never passes for one that the crawl found."""
    capture = make_capture(1, "http://yasnohirsk.test/named")
    with store.writing() as db:
        capture.visit_id = visit_for(db, finding.city).id
        db.add(capture)

    page = signed_in("assessor").get(f"/captures/{capture.id}").text
    newest = signed_in("chief").get("/runs").text

    assert "Цю адресу назвала людина" in page
    assert "submitted" not in newest
