"""Recordings of meetings: one for every sitting, one from every committee; or at least the way to a channel?"""

from collections.abc import Sequence

from checks.addresses import host_of, is_under
from checks.answers import Absent, Detail, partly
from checks.material import Material
from checks.rules.complete import sessions_complete, units_covered
from models.facts import Answer, Evidence
from models.vocabulary import Reason


def recordings_of_sessions(
    material: Material, *, channels: Sequence[str], within_days: int, share: float, grace_days: int
) -> Answer | Absent:
    """Met when *share* of the known sessions of the last *within_days* has a recording; partly by some of them.

    Where only a channel is shown (a link to one of *channels*, from a section or by its words), what it holds is
    not seen, and it is partly met.
    """
    said = sessions_complete(
        material, within_days=within_days, share=share, grace_days=grace_days, alone_days=grace_days
    )
    return _or_channel(said, material, channels)


def recordings_of_units(
    material: Material,
    *,
    channels: Sequence[str],
    phrases: Sequence[str],
    units: Sequence[str],
    at_least: int,
    share: float,
    within_days: int,
) -> Answer | Absent:
    """Met when *at_least* so many units, and that *share* of all known, have a recording of late; else as above."""
    said = units_covered(
        material, phrases=phrases, units=units, at_least=at_least, within_days=within_days, share=share
    )
    return _or_channel(said, material, channels)


def _or_channel(said: Answer | Absent, material: Material, channels: Sequence[str]) -> Answer | Absent:
    """A channel of recordings is no recording, and yet it is not nothing."""
    if not isinstance(said, Absent) or said.reason is Reason.ONLY_STALE:
        return said
    shown = [
        Evidence(page.seen.url, link.title or link.text or link.href, page.seen.capture, title=link.href)
        for page in material.sections
        for link in page.facts.links
        if not link.in_menu and is_under(host_of(link.href), tuple(channels))
    ]
    shown += [
        Evidence(link.page.seen.url, link.words, link.page.seen.capture, title=link.url)
        for link in material.links
        if is_under(host_of(link.url), tuple(channels))
    ]
    if not shown:
        return said
    detail: Detail = {"title": shown[0].quote, "link": shown[0].title}
    return partly(shown, Reason.HOLLOW_SECTION, detail, sure=0.75)
