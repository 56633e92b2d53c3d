"""Files that would come whole again are asked for their head alone: it tells of most changes, and costs no bytes.

What the head says nothing of is taken as it was, and has waited one visit more: its turn comes all the same.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from scrapy.http import Response

from crawlers.capturing import header
from crawlers.choosing import MOVED_AWAY
from models.archive import ArchiveError
from models.crawling import Capture
from models.ledger import Planned

if TYPE_CHECKING:
    from crawlers.spiders.site import SiteSpider

log = logging.getLogger(__name__)
METHOD = "HEAD"
GONE = frozenset({404, 410})


class Heads:
    """Takes the heads of one visit."""

    def __init__(self, walker: SiteSpider) -> None:
        """Have *walker* keep what is as it was."""
        self._walker = walker

    def hear(self, response: Response) -> None:
        """End the row as it was known, or ask for all of it where the head tells of a change."""
        plan: Planned = response.meta["plan"]
        walker, frontier = self._walker, self._walker.frontier
        known = frontier.memory.of(plan.key)
        walker.ways["heads"] += 1
        if response.status < 500:  # noqa: PLR2004  # the host lives
            frontier.host_answered(plan.url)
        is_there = frontier.memory.is_there(plan.url)
        if known is not None and is_there and not tells_of_change(response, known.capture):
            try:
                walker.keep(plan, known)
            except ArchiveError as error:
                log.warning("%s is asked for, though it was known: %s", plan.url[:200], error)
                frontier.memory.forget(plan.key)
            else:
                return
        frontier.spend()  # what is asked for now comes on top
        frontier.again(plan)


def tells_of_change(response: Response, known: Capture) -> bool:
    """Whether a head speaks of other bytes than those *known*: gone, moved, or of another length."""
    if response.status in GONE or response.status in MOVED_AWAY:
        return True
    length = header(response, "Content-Length")
    is_comparable = header(response, "Content-Encoding").lower() == known.content_encoding.lower()
    if response.status != 200 or not is_comparable or not length.isdecimal():  # noqa: PLR2004
        return False  # many a server knows no heads
    return int(length) not in {0, known.body_bytes}  # Scrapy says 0 where nothing was said
