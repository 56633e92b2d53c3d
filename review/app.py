"""The review desk as one application: routers and what surrounds them, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from cryptography.x509 import Certificate
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware

from models.archive import Archive
from models.store import Store
from review.access import FormRefusedError, NotForRoleError, SignInNeededError, include_guarded
from review.appointing import NoSuchPersonError, NotTheirsError
from review.conflicts import ConflictOfInterestError
from review.desk import Desk
from review.guarding import (
    SAFE_METHODS,
    SECURITY_HEADERS,
    BodyLimit,
    PlainAddress,
    SameOrigin,
    SecurityHeaders,
)
from review.origins import Sealing
from review.questions import Questions
from review.rendering import ENVIRONMENT, STATIC, page
from review.speech import LANGUAGES, texts
from review.views import (
    account,
    agreement,
    alive,
    assigning,
    bulk,
    capsule,
    capture,
    city,
    crawler,
    draft,
    drift,
    finding,
    home,
    invitation,
    people,
    queue,
    reply,
    report,
    request,
    requests,
    rounds,
    run,
    search,
    second,
    sign_in,
    submission,
)

ROUTERS = (
    home.router,
    queue.router,
    bulk.router,
    finding.router,
    draft.router,
    second.router,
    agreement.router,
    search.router,
    capsule.router,
    submission.router,
    capture.router,
    reply.router,
    requests.router,
    request.router,
    city.router,
    report.router,
    rounds.router,
    assigning.router,
    run.router,
    drift.router,
    people.router,
    invitation.router,
    account.router,
    sign_in.router,
    crawler.router,
    alive.router,
)
SAID = frozenset({400, 403, 404, 405, 409, 410, 413, 422, 500})  # errors with a sentence of their own

ANSWERED = {NotForRoleError: 403, FormRefusedError: 403, NotTheirsError: 403, NoSuchPersonError: 404}


def create_app(  # noqa: PLR0913  # one thing each, and all but two by name
    store: Store,
    archive: Archive,
    *,
    secure_cookies: bool = False,
    hosts: Sequence[str] = ("localhost", "127.0.0.1"),
    questions: Questions | None = None,
    user_agent: str = "TransparentCitiesMonitor",
    contact: str = "",
    sealing: Sealing | None = None,
    roots: Sequence[Certificate] = (),
    key: bytes | None = None,
    prefect_url: str = "",
) -> FastAPI:
    """The desk over *store* and *archive*, answering for *hosts* only.

    *secure_cookies* belongs to every installation that is reached by https. *user_agent* and *contact* are
    shown to the owners of visited sites. *sealing* names the other origin on which stored pages are shown, and is
    left out where there is none. *roots* are those of the time-stamps that capsules carry. *key* seals
    secrets of second factors, which are not offered without it. *prefect_url* is where operators find Prefect's own
    pages. Raises ``RouteWithoutRuleError`` if a route does
    not say who may use it.
    """
    app = FastAPI(openapi_url=None)
    app.state.desk = Desk(
        store=store,
        archive=archive,
        questions=questions or Questions(),
        secure_cookies=secure_cookies,
        user_agent=user_agent,
        contact=contact,
        sealing=sealing,
        roots=roots,
        key=key,
        prefect_url=prefect_url,
    )
    include_guarded(app, ROUTERS)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_middleware(SameOrigin, refuse=error_page)
    app.add_middleware(BodyLimit, refuse=error_page)
    app.add_middleware(PlainAddress, refuse=error_page)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)
    app.add_middleware(SecurityHeaders, secure=secure_cookies)
    _explain_errors(app)
    return app


def get_ready(app: FastAPI) -> None:
    """Read now what the first visitors would wait for: every template, both languages, and the packs."""
    for language in LANGUAGES:
        texts(language)
    for template in ENVIRONMENT.list_templates():
        ENVIRONMENT.get_template(template)
    app.state.desk.questions.read()


def error_page(request: Request, status: int) -> Response:
    """A page that says in one sentence what is the matter, with every guarding header."""
    named = status if status in SAID else 400
    kept = getattr(request.state, "kept", "")  # the words of a form that was too large
    answer = page(request, "error.html", status=status, status_name=str(named), kept=kept)
    for name, value in SECURITY_HEADERS.items():
        answer.headers.setdefault(name, value)  # a 500 is answered outside all middleware
    return answer


def _explain_errors(app: FastAPI) -> None:
    """Turn what views and rules raise into pages."""
    for kind, status in ANSWERED.items():
        app.add_exception_handler(kind, lambda request, _error, status=status: error_page(request, status))

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> Response:
        answer = error_page(request, error.status_code)
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(RequestValidationError)
    def misread(request: Request, _error: RequestValidationError) -> Response:
        return error_page(request, 422 if request.method not in SAFE_METHODS else 404)

    @app.exception_handler(ConflictOfInterestError)
    def conflict(request: Request, _error: ConflictOfInterestError) -> Response:
        return page(request, "people/conflict.html", status=403)

    @app.exception_handler(Exception)
    def broken(request: Request, _error: Exception) -> Response:
        return error_page(request, 500)

    @app.exception_handler(SignInNeededError)
    def sign_in_first(request: Request, error: SignInNeededError) -> Response:
        if request.method in SAFE_METHODS:
            wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"/sign-in?next={quote(wanted, safe='')}", status_code=303)
        back = request.url.path.removesuffix("/assessments")
        return page(request, "sign_in/expired.html", status=401, kept=error.kept, back=back)
