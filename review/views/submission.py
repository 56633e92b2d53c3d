"""Evidence that a person brings to a finding."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, File, Form, HTTPException, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from models.vocabulary import SubmissionKind
from review.access import DECIDE
from review.decisions import NoSuchFindingError
from review.desk import RowNumber, desk_of
from review.sessions import SignedIn
from review.submitting import Offered, Refused, bring
from review.views.finding import Left, finding_page
from review.views.queue import Chosen
from review.wording import Words

router = APIRouter()


@router.post("/findings/{finding_id}/submissions")
def submit(
    request: Request,
    finding_id: RowNumber,
    who: Annotated[SignedIn, Depends(DECIDE)],
    filters: Chosen,
    kind: Annotated[Literal["link", "file", "answer"], Form()],
    link: Annotated[Words, Form()] = "",
    note: Annotated[Words, Form()] = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Take it in and show the finding with it; or show again what was written, and why it was not taken."""
    offered = Offered(
        kind=SubmissionKind(kind),
        link=link,
        filename=(file.filename or "") if file is not None else "",
        body=file.file.read() if file is not None else b"",
        note=note,
    )
    desk = desk_of(request)
    try:
        outcome = bring(desk.store, desk.archive, who, finding_id, offered)
    except NoSuchFindingError:
        raise HTTPException(404) from None
    if isinstance(outcome, Refused):
        left = Left(status=422, offered=offered, refused=outcome.fault)
        return finding_page(request, finding_id, who, filters, left)
    mark = "&" if filters.query else "?"
    target = f"/findings/{finding_id}{filters.query}{mark}brought={outcome.id}#brought-{outcome.id}"
    return RedirectResponse(target, status_code=303)
