"""A finding in whole sentences, for each who reads it: the assessor, the city's official, a citizen."""

from __future__ import annotations

from dataclasses import dataclass

from models.judging import Finding
from models.reasons import near_miss, sentence
from models.vocabulary import Reason, Verdict
from review.questions import Question
from review.speech import Speech

TERMS_NAMED = 3
BRANCHES_NAMED = 4


@dataclass(frozen=True, slots=True)
class Explanation:
    """What was looked for, where, what was found, what is missing, and what would mend it; or nothing."""

    looked_for: str
    where: str
    found: str
    missing: str
    publish: str
    citizen: str


def explain(finding: Finding, question: Question, city: str, says: Speech) -> Explanation:
    """The finding in the language of *says*."""
    return Explanation(
        looked_for=_looked_for(finding, question, says),
        where=_where(finding, says),
        found=_found(finding, says),
        missing=_missing(finding, says),
        publish=question.publish if finding.proposed in _TO_BE_MENDED else "",
        citizen=_for_citizens(finding, question, city, says),
    )


_TO_BE_MENDED = frozenset({Verdict.NOT_MET, Verdict.PARTLY_MET})


def _looked_for(finding: Finding, question: Question, says: Speech) -> str:
    terms = finding.search.get("terms") or []
    said = says("explain.looked_for", name=question.name)
    if terms:
        said += " " + says("explain.by_words", words=", ".join(f"«{term}»" for term in terms[:TERMS_NAMED]))
    return said


def _where(finding: Finding, says: Speech) -> str:
    search = finding.search
    if not search or not search.get("looked_at"):
        return says("explain.nowhere")
    said = says.count("searched.pages", search["looked_at"])
    branches = [name for name, _ in search.get("branches") or []][:BRANCHES_NAMED]
    if branches:
        said += " " + says("explain.branches", names=", ".join(branches))
    gaps = search.get("gaps") or []
    return (
        f"{said} {says.count('explain.gaps', len(gaps))}" if gaps else f"{said} {says('searched.complete')}"
    )


def _found(finding: Finding, says: Speech) -> str:
    reason = finding.detail.get("leaning_reason") or finding.reason.value
    return sentence(Reason(reason), says.language, finding.detail)


def _missing(finding: Finding, says: Speech) -> str:
    """What lacks, by name; or why the nearest thing did not count."""
    if finding.proposed is Verdict.MET:
        return ""
    if lacking := finding.detail.get("missing"):
        return says("explain.missing", what=lacking)
    miss = finding.search.get("near_miss")
    why = near_miss(finding.detail.get("near_miss") or "", says.language)
    return says("explain.nearest", quote=miss["quote"], why=why) if miss and why else ""


def _for_citizens(finding: Finding, question: Question, city: str, says: Speech) -> str:
    """One sentence without a term of ours; a machine's word that nobody has confirmed is called that."""
    return says(f"explain.citizen.{finding.proposed.value}", city=city, what=question.name)
