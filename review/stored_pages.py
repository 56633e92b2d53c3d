"""The other origin: shows the stored page of one capture, framed and powerless. It knows no cookie and no person."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.archive import Archive, ArchiveError
from models.crawling import Capture
from models.store import Store
from models.submissions import is_brought
from review.rendering import ENVIRONMENT, STATIC
from review.signing import Signer
from review.speech import LANGUAGES, Speech
from review.stored import NotShownError, can_be_shown, ready

FRAME = (
    "default-src 'none'; frame-src 'self'; img-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)
SEALED = (
    "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'self'"
)
HEADERS = {
    "content-security-policy": FRAME,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-dns-prefetch-control": "off",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "x-robots-tag": "noindex",
    "cache-control": "no-store",
}
_IN_PLACE = frozenset({"", "iframe", "image"})  # what a browser says it wants the content for


@dataclass(frozen=True, slots=True)
class _Shelf:
    store: Store
    archive: Archive
    signer: Signer
    desk_url: str


def create_stored_pages(store: Store, archive: Archive, *, signer: Signer, desk_url: str) -> ASGIApp:
    """The origin for stored pages; every answer carries its headers, none sets a cookie."""
    app = Starlette(
        routes=[
            Route("/", _home, methods=["GET"]),
            Route("/stored.css", _style, methods=["GET"]),
            Route("/stored/{capture_id}", _frame, methods=["GET"]),
            Route("/stored/{capture_id}/content", _content, methods=["GET"]),
        ],
        exception_handlers={404: _nothing, 405: _nothing},
    )
    app.state.shelf = _Shelf(store, archive, signer, desk_url.rstrip("/"))
    return _Bare(app)


class _Bare:
    """Takes cookies off requests and answers, and completes the headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_bare(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                del headers["set-cookie"]
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        kept = [(name, value) for name, value in scope.get("headers", []) if name.lower() != b"cookie"]
        await self._app({**scope, "headers": kept}, receive, send_bare)


def _home(request: Request) -> Response:
    """Nothing to see here without a link: the desk is next door."""
    return RedirectResponse(f"{_shelf(request).desk_url}/", status_code=303)


def _style(_request: Request) -> Response:
    """How the strip looks."""
    return FileResponse(STATIC / "stored.css")


def _frame(request: Request) -> Response:
    """A strip that says what this is, and below it the stored page in a frame without any power."""
    shelf, capture_id = _shelf(request), request.path_params["capture_id"]
    if not _is_allowed(request):
        return _sentence(request, "sealed.expired", 410, back=f"/captures/{capture_id}")
    with shelf.store.reading() as db:
        capture = db.get(Capture, capture_id)
        brought = capture is not None and is_brought(db, capture)
    if capture is None or not can_be_shown(capture):
        return _sentence(request, "sealed.not_shown", 404, back=f"/captures/{capture_id}")
    shown = ENVIRONMENT.get_template("sealed/frame.html").render(
        t=_speech(request),
        capture=capture,
        brought=brought,
        content=f"/stored/{capture_id}/content?{request.url.query}",
        is_image=capture.media_type.startswith("image/"),
        desk=f"{shelf.desk_url}/captures/{capture_id}",
    )
    return HTMLResponse(shown)


def _content(request: Request) -> Response:
    """The stored bytes; asked for by anything but the frame, a browser is sent to the frame."""
    shelf, capture_id = _shelf(request), request.path_params["capture_id"]
    if not _is_allowed(request):
        return _sentence(request, "sealed.expired", 410, back=f"/captures/{capture_id}")
    if request.headers.get("sec-fetch-dest", "") not in _IN_PLACE:
        return RedirectResponse(f"/stored/{capture_id}?{request.url.query}", status_code=303)
    with shelf.store.reading() as db:
        capture = db.get(Capture, capture_id)
    try:
        shown = ready(capture, shelf.archive) if capture is not None else None
    except (ArchiveError, NotShownError):
        shown = None
    if shown is None:
        return _sentence(request, "sealed.not_shown", 404, back=f"/captures/{capture_id}", policy=SEALED)
    headers = {"content-security-policy": SEALED, "content-type": shown.media_type}
    if shown.is_image:
        headers["content-disposition"] = (
            "attachment"  # as an image in the frame; opened by itself it is a file
        )
    return Response(shown.content, headers=headers)


def _is_allowed(request: Request) -> bool:
    until, sign = request.query_params.get("until", ""), request.query_params.get("sign", "")
    return _shelf(request).signer.allows(request.path_params["capture_id"], until, sign)


def _nothing(request: Request, _error: Exception) -> Response:
    return _sentence(request, "sealed.nothing", 404, back="/")


def _sentence(request: Request, name: str, status: int, *, back: str, policy: str = FRAME) -> Response:
    says = _speech(request)
    template = ENVIRONMENT.get_template("sealed/sentence.html")
    shown = template.render(t=says, sentence=says(name), desk=f"{_shelf(request).desk_url}{back}")
    return HTMLResponse(shown, status_code=status, headers={"content-security-policy": policy})


def _speech(request: Request) -> Speech:
    wanted = request.query_params.get("lang", "")
    return Speech(wanted if wanted in LANGUAGES else LANGUAGES[0])


def _shelf(request: Request) -> _Shelf:
    shelf: _Shelf = request.app.state.shelf
    return shelf
