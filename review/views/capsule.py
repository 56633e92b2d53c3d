"""The capsule of a finding: one file that proves it offline, to whoever has it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response

from custody.capsule.gathering import MakingError
from custody.capsule.making import make_finding_capsule
from custody.viewing import note_viewing
from models.archive import ArchiveError
from models.crawling import Capture
from models.judging import Finding
from review.access import SIGNED_IN
from review.blinding import sight_in
from review.desk import RowNumber, desk_of
from review.queries import findings as asked
from review.queries.personal import holds_personal
from review.sessions import SignedIn

router = APIRouter()

NOT_YET = 409


@router.get("/findings/{finding_id}/capsule")
def download(
    request: Request, finding_id: RowNumber, who: Annotated[SignedIn, Depends(SIGNED_IN)]
) -> Response:
    """The capsule, made now; 409 where the finding is not sealed yet."""
    desk = desk_of(request)
    with desk.store.reading() as db:
        found = asked.finding_in(db, finding_id, who.scope)
        sight = sight_in(db, who, found[0]) if found is not None else None
    if found is None or (sight is not None and (not sight.machine or sight.planted)):
        raise HTTPException(404)  # it would tell what a blind look may not know
    try:
        capsule = make_finding_capsule(desk.store, desk.archive, finding_id, roots=desk.roots)
    except (MakingError, ArchiveError) as error:
        raise HTTPException(NOT_YET) from error
    _note(request, found[0], who)
    return Response(
        capsule,
        media_type="application/wacz",
        headers={"content-disposition": f'attachment; filename="{name_of(found[0])}"'},
    )


def name_of(finding: Finding) -> str:
    """What the file is called: letters, digits and hyphens of ours alone."""
    return f"{finding.run_id}-{finding.city}-{finding.indicator}.wacz"


def _note(request: Request, finding: Finding, who: SignedIn) -> None:
    """Write down who takes away evidence that holds personal data."""
    store = desk_of(request).store
    ids = dict.fromkeys(str(piece["capture"]) for piece in finding.evidence)
    with store.reading() as db:
        captures = [capture for one in ids if (capture := db.get(Capture, one)) is not None]
        personal = [capture.id for capture in captures if holds_personal(db, capture)]
    if personal:
        with store.writing() as db:
            for capture_id in personal:
                note_viewing(db, capture_id, who.person_id)
