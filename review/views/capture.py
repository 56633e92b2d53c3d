"""Captured bytes and pictures. A captured page is never served as a page: escaped text, or a download."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response

from models.archive import ArchiveError
from review.access import SIGNED_IN
from review.desk import desk_of
from review.queries import findings as asked
from review.rendering import page
from review.sessions import SignedIn

router = APIRouter()
Looker = Annotated[SignedIn, Depends(SIGNED_IN)]

FOREVER = "private, max-age=31536000, immutable"  # the name is the content's digest
SEALED = "sandbox; default-src 'none'"
ENDINGS = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/pdf": "pdf",
    "application/json": "json",
    "text/plain": "txt",
    "text/csv": "csv",
    "text/xml": "xml",
    "application/xml": "xml",
}
PACKED = {"gzip": ".gz", "br": ".br", "zstd": ".zst", "deflate": ".deflate"}


@router.get("/captures/{capture_id}")
def show(request: Request, capture_id: str, who: Looker) -> Response:
    """What is known of one capture, and what our reader saw in it, as text."""
    with desk_of(request).store.reading() as db:
        found = asked.capture_in(db, capture_id, who.region)
        if found is None:
            raise HTTPException(404)
        facts = asked.reading_of(db, capture_id)
    capture, city = found
    return page(request, "capture/detail.html", capture=capture, city=city, facts=facts)


@router.get("/captures/{capture_id}/body")
def body(request: Request, capture_id: str, who: Looker) -> Response:
    """The bytes as they were received, to keep and to hash; never to be opened in place."""
    desk = desk_of(request)
    with desk.store.reading() as db:
        found = asked.capture_in(db, capture_id, who.region)
    if found is None:
        raise HTTPException(404)
    capture = found[0]
    ending = ENDINGS.get(capture.media_type, "bin") + PACKED.get(capture.content_encoding, "")
    return Response(
        _stored(request, capture.body_sha256),
        media_type="application/octet-stream",
        headers={
            "content-disposition": f'attachment; filename="{capture.body_sha256[:16]}.{ending}"',
            "content-security-policy": SEALED,
        },
    )


@router.get("/pictures/{sha256}.png")
def picture(request: Request, sha256: str, who: Looker) -> Response:
    """A picture that we made of a capture."""
    with desk_of(request).store.reading() as db:
        found = asked.picture_in(db, sha256, who.region)
    if found is None:
        raise HTTPException(404)
    return Response(
        _stored(request, found.sha256),
        media_type="image/png",
        headers={"cache-control": FOREVER, "content-security-policy": SEALED},
    )


def _stored(request: Request, sha256: str) -> bytes:
    try:
        return desk_of(request).archive.get(sha256)
    except ArchiveError as error:
        raise HTTPException(404) from error
