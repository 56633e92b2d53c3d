"""Agendas: are they published before the meeting, and does the body then decide what they say?"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

from checks.addresses import place
from checks.answers import Absent, Detail, met, partly, surety
from checks.documents import Document, Text
from checks.material import Material
from checks.words import carries
from models.facts import Answer, Evidence
from models.matching import MATCH_AT_LEAST, resembles
from models.vocabulary import LinkKind, Reason

_NAMED = 4  # questions that are missing, as a sentence can still name them
_SHORT = 90  # characters of a question that are quoted


def agendas_ahead(
    material: Material,
    *,
    bodies: Mapping[str, Sequence[str]],
    last: int = 3,
    within_days: int = 365,
    at_most_days: int = 120,
) -> Answer | Absent:
    """Met where each of *bodies* (a name, and the phrases that tell it) has *last* agendas, none of them too late.

    They must be of the last *within_days*, the newest of *at_most_days* or of a meeting to come. An agenda is
    the first body's that its words or its page name. Too late is one that was published after its meeting.
    """
    of_body: dict[str, list[Document]] = {name: [] for name in bodies}
    for one in material.documents:
        said = (name for name, phrases in bodies.items() if _says(one, phrases))
        if (name := next(said, None)) is not None:
            of_body[name].append(one)
    since = material.today - timedelta(days=within_days)
    recent = {name: [one for one in of_body[name] if one.held_on and one.held_on >= since] for name in bodies}
    shown = [one for name in bodies for one in recent[name][:last]]
    detail: Detail = {"expected": len(bodies), "count": len(shown)}
    if not shown:
        return _no_agenda(material, [one for name in bodies for one in of_body[name]], detail)
    newest_from = material.today - timedelta(days=at_most_days)
    lacking = [
        name
        for name, papers in recent.items()
        if len(papers) < last or (papers[0].held_on or since) < newest_from
    ]
    detail |= {"found": len(bodies) - len(lacking), "missing": ", ".join(lacking) or None}
    if lacking:
        return partly(shown, Reason.SOME_FOUND, detail, sure=surety(shown))
    late = [one for one in shown if one.date and one.event_date and one.date > one.event_date]
    if late:
        detail |= {"judged": len(shown), "in_time": len(shown) - len(late)}
        return partly(late, Reason.LATE, detail, sure=surety(late))
    return met(shown, Reason.ALL_FOUND, detail, sure=surety(shown, enough=len(shown)))


def _says(one: Document, phrases: Sequence[str]) -> bool:
    return carries(one.words, phrases) or carries(one.place, phrases)


def _no_agenda(material: Material, named: Sequence[Document], detail: Detail) -> Answer | Absent:
    undated = [one for one in named if one.held_on is None]
    if undated:
        return partly(undated, Reason.UNDATED, {"count": len(undated)}, sure=0.8 * surety(undated))
    if named:
        newest = max(named, key=lambda one: (str(one.held_on), one.url))
        stale: Detail = {"title": newest.words, "newest": str(newest.held_on)}
        return Absent(Reason.ONLY_STALE, newest.shown(), detail | stale)
    nearest = material.documents[0].shown() if material.documents else None
    return Absent(Reason.NO_DOCUMENT, nearest, detail)


def agenda_matched(
    material: Material, *, question: str, met_from: float, partly_from: float, slip_days: int = 1
) -> Answer | Absent:
    """Met where *met_from* of the decisions of a day stand in that day's agenda; the others are named.

    It is judged on the newest agenda that we could read and that has decisions of its day (up to *slip_days*
    after). *question* is the pattern of one question in an agenda and of the subject in a decision's title.
    """
    pattern = re.compile(question)
    agendas = [one for one in material.documents if one.kind is LinkKind.AGENDA and one.held_on]
    decisions = [one for one in material.documents if one.kind is LinkKind.DECISION and one.held_on]
    for agenda in agendas:
        asked = [found.strip() for found in pattern.findall(agenda.text)]
        decided = [one for one in decisions if _is_of(one, agenda, slip_days)]
        subjects = {found[0].strip(): one for one in decided if (found := pattern.search(one.words))}
        if asked and subjects:
            return _overlap(agenda, asked, subjects, met_from=met_from, partly_from=partly_from)
    if agendas:
        detail: Detail = {"title": agendas[0].words, "count": len(agendas)}
        return partly(agendas, Reason.SOME_FOUND, detail, sure=0.5 * surety(agendas))
    return Absent(Reason.NO_DOCUMENT, decisions[0].shown() if decisions else None)


def _is_of(decision: Document, agenda: Document, slip_days: int) -> bool:
    if decision.held_on is None or agenda.held_on is None:
        return False
    return 0 <= (decision.held_on - agenda.held_on).days <= slip_days


def _overlap(
    agenda: Document,
    asked: Sequence[str],
    subjects: Mapping[str, Document],
    *,
    met_from: float,
    partly_from: float,
) -> Answer | Absent:
    extra = [subject for subject in subjects if not any(_same(subject, one) for one in asked)]
    share = 1 - len(extra) / len(subjects)
    named = "; ".join(subject[:_SHORT] for subject in extra[:_NAMED])
    detail: Detail = {
        "title": agenda.words,
        "found": len(subjects) - len(extra),
        "expected": len(subjects),
        "missing": named or None,
        "share": round(share, 2),
    }
    shown = [agenda, *(subjects[subject] for subject in extra[:_NAMED])]
    if share >= met_from:
        return met(shown, Reason.ALL_FOUND, detail, sure=0.8)
    if share >= partly_from:
        return partly(shown, Reason.SOME_FOUND, detail, sure=0.75)
    return Absent(Reason.SOME_FOUND, agenda.shown(), detail)


def _same(subject: str, asked: str) -> bool:
    return max(resembles(asked, subject), resembles(subject, asked)) >= MATCH_AT_LEAST


def items_named(  # noqa: PLR0913 (each is a line of a pack)
    material: Material,
    *,
    item: str,
    about: Sequence[str],
    apart: Sequence[str],
    exact: str,
    phrases: Sequence[str],
    last: int = 3,
    within_days: int = 365,
    met_from: float = 0.9,
) -> Answer | Absent:
    """Met where *met_from* of the questions *about* a matter in the *last* agendas are named exactly.

    *item* is the pattern at which one question ends and the next begins, with its group ``heading`` where what
    begins is none; *exact* the pattern of a title that says what in particular is decided. Questions that say
    one of *apart* are of another matter. A heading above exact questions is no question. Agendas without any
    such question leave it to a person. An agenda that is a page is told by one of *phrases* in its title.
    """
    since = material.today - timedelta(days=within_days)
    begins, tells = re.compile(item), re.compile(exact)
    read = [
        (one, questions)
        for one in _texts(material, phrases, since)
        if (questions := _questions(one.facts.text, begins, tells, (about, apart)))
    ]
    asked = [(one, words) for one, questions in read[:last] for words in questions]
    if not asked:
        return _nothing_asked(material, since)
    vague = [(one, words) for one, words in asked if not tells.search(words)]
    found = len(asked) - len(vague)
    detail: Detail = {"found": found, "expected": len(asked), "title": read[0][0].title}
    if found >= met_from * len(asked):
        return met([_quoted(*one) for one in asked], Reason.ALL_FOUND, detail, sure=0.85)
    detail["missing"] = "; ".join(words[:_SHORT] for _, words in vague[:_NAMED])
    shown = [_quoted(*one) for one in vague]
    if found:
        return partly(shown, Reason.SOME_FOUND, detail, sure=0.8)
    return Absent(Reason.SOME_FOUND, shown[0], detail)


def _texts(material: Material, phrases: Sequence[str], since: date) -> list[Text]:
    """The agendas that we could read, newest first; those of an unknown day last."""
    held = {place(one.url): one.held_on for one in material.documents}
    found = {place(one.url): text for one in material.documents if (text := one.as_text()) is not None}
    for text in material.texts:
        if carries(text.title, phrases):
            found.setdefault(place(text.url), text)
    dated = [(held.get(at) or text.facts.date, text) for at, text in found.items()]
    recent = [(day or date.min, text) for day, text in dated if day is None or day >= since]
    return [text for _, text in sorted(recent, key=lambda pair: (pair[0], pair[1].url), reverse=True)]


def _nothing_asked(material: Material, since: date) -> Answer | Absent:
    """Agendas that hold nothing of the matter, or that nobody could read; or none at all."""
    recent = [one for one in material.documents if one.held_on is None or one.held_on >= since]
    if recent:
        return partly(recent, Reason.SOME_FOUND, {"count": len(recent)}, sure=0.4)
    if material.documents:
        newest = material.documents[0]
        stale: Detail = {"title": newest.words, "newest": str(newest.held_on)}
        return Absent(Reason.ONLY_STALE, newest.shown(), stale)
    return Absent(Reason.NO_DOCUMENT)


def _questions(
    text: str, begins: re.Pattern[str], exact: re.Pattern[str], words: tuple[Sequence[str], Sequence[str]]
) -> list[str]:
    """The questions of one agenda about a matter, without the headings above them."""
    about, apart = words
    begun = list(begins.finditer(text))
    starts = [*(one.start() for one in begun), len(text)]
    pieces = [" ".join(text[start:end].split()) for start, end in pairwise(starts)]
    ours = [
        carries(piece, about) and not carries(piece, apart) and not one.groupdict().get("heading")
        for piece, one in zip(pieces, begun, strict=True)
    ]
    found = []
    for number, piece in enumerate(pieces):
        is_above = number + 1 < len(pieces) and ours[number + 1] and exact.search(pieces[number + 1])
        if ours[number] and (exact.search(piece) or not is_above):
            found.append(piece)
    return found


def _quoted(agenda: Text, words: str) -> Evidence:
    return agenda.shown(words[: 2 * _SHORT])
