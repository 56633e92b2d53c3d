"""Captured bytes and pictures. Here a captured page is never served as a page: escaped text, or a download."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from custody.viewing import note_viewing
from models.archive import ArchiveError, ErasedError
from models.crawling import Capture, City
from models.submissions import is_brought
from review.access import SIGNED_IN
from review.desk import desk_of
from review.queries import findings as asked
from review.queries.evidence import picture_in, picture_of
from review.queries.personal import holds_personal
from review.rendering import page, speech_for
from review.sessions import SignedIn
from review.stored import can_be_shown

router = APIRouter()
Looker = Annotated[SignedIn, Depends(SIGNED_IN)]

FOREVER = "private, max-age=31536000, immutable"  # the name is the content's digest
SEALED = "sandbox; default-src 'none'"
GONE = 410
PICTURES = {"png": "image/png", "webp": "image/webp", "jpg": "image/jpeg"}
ENDINGS = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "image/svg+xml": "svg",
    "application/pdf": "pdf",
    "application/json": "json",
    "text/plain": "txt",
    "text/csv": "csv",
    "text/xml": "xml",
    "application/xml": "xml",
    "image/png": "png",
    "image/jpeg": "jpg",
    "application/msword": "doc",
    "application/vnd.ms-excel": "xls",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
}
PACKED = {"gzip": ".gz", "br": ".br", "zstd": ".zst", "deflate": ".deflate"}


@router.get("/captures/{capture_id}")
def show(request: Request, capture_id: str, who: Looker) -> Response:
    """What is known of one capture, and what our reader saw in it, as text."""
    desk = desk_of(request)
    capture, city = _found(request, capture_id, who)
    with desk.store.reading() as db:
        facts = asked.reading_of(db, capture_id)
        picture = picture_of(db, capture_id)
        brought = is_brought(db, capture)
    return page(
        request,
        "capture/detail.html",
        capture=capture,
        city=city,
        facts=facts,
        picture=picture,
        spot=None,
        brought=brought,
        erased=desk.archive.erased(capture.body_sha256),
        stored_pages=desk.sealing is not None and can_be_shown(capture),
    )


@router.get("/captures/{capture_id}/page")
def stored_page(request: Request, capture_id: str, who: Looker) -> Response:
    """On to the other origin, where the stored page is shown; the link holds for two minutes."""
    capture, _ = _found(request, capture_id, who)
    desk = desk_of(request)
    sealing = desk.sealing
    if sealing is None or not can_be_shown(capture):
        raise HTTPException(404)
    if desk.archive.erased(capture.body_sha256) is not None:
        raise HTTPException(GONE)
    _note(request, capture, who)
    link = sealing.link(capture_id, speech_for(request).language)
    return RedirectResponse(link, status_code=303, headers={"referrer-policy": "no-referrer"})


@router.get("/captures/{capture_id}/body")
def body(request: Request, capture_id: str, who: Looker) -> Response:
    """The bytes as they were received, to keep and to hash; never to be opened in place."""
    capture, _ = _found(request, capture_id, who)
    stored = _stored(request, capture.body_sha256)
    _note(request, capture, who)
    ending = ENDINGS.get(capture.media_type, "bin") + PACKED.get(capture.content_encoding, "")
    return Response(
        stored,
        media_type="application/octet-stream",
        headers={
            "content-disposition": f'attachment; filename="{capture.body_sha256[:16]}.{ending}"',
            "content-security-policy": SEALED,
        },
    )


@router.get("/pictures/{sha256}.{ending}")
def picture(request: Request, sha256: str, ending: str, who: Looker) -> Response:
    """A picture that we made of a capture: the whole page, or a crop around the quoted words."""
    with desk_of(request).store.reading() as db:
        found = picture_in(db, sha256, who.scope)
    if found is None or PICTURES.get(ending) != found.media_type:
        raise HTTPException(404)
    return Response(
        _stored(request, sha256),
        media_type=found.media_type,
        headers={"cache-control": FOREVER, "content-security-policy": SEALED},
    )


def _found(request: Request, capture_id: str, who: SignedIn) -> tuple[Capture, City]:
    with desk_of(request).store.reading() as db:
        found = asked.capture_in(db, capture_id, who.scope)
    if found is None:
        raise HTTPException(404)
    return found


def _note(request: Request, capture: Capture, who: SignedIn) -> None:
    """Write down who looks at bytes that hold personal data, before they are handed out."""
    store = desk_of(request).store
    with store.reading() as db:
        is_personal = holds_personal(db, capture)
    if is_personal:
        with store.writing() as db:
            note_viewing(db, capture.id, who.person_id)


def _stored(request: Request, sha256: str) -> bytes:
    try:
        return desk_of(request).archive.get(sha256)
    except ErasedError as error:
        raise HTTPException(GONE) from error
    except ArchiveError as error:
        raise HTTPException(404) from error
