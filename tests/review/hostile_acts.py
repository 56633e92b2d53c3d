"""What is done with hostile words before a browser: put into places, sent late, taken back, put into addresses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from urllib.parse import quote

from models.vocabulary import Verdict
from review.decisions import Decision, decide
from tests.review.hostile_watch import Watch, squeezed
from tests.review.hostile_words import Place, chunks
from tests.review.hostile_world import ROUND, Look, World

# Addresses whose parameters come back on the page, and some whose do not and should not.
REFLECTING = (
    ("assessor", "/queue?city={0}&area={0}&indicator={0}&order={0}&whose={0}"),
    ("assessor", "/queue/next?city={0}"),
    ("chief", "/agreement?round={0}&by={0}"),
    ("chief", "/drift?before={0}&after={0}&run={0}"),
    ("chief", "/requests?which={0}&city={0}&page={0}"),
    ("chief", f"/rounds/{ROUND}/assign?region={{0}}&city={{0}}&area={{0}}&person={{0}}&due_on={{0}}"),
    ("chief", "/account?done={0}"),
    ("official", "/reply?round={0}"),
    ("", "/replies?round={0}"),
    ("", "/crawler/load?host={0}&sort={0}"),
    ("", "/sign-in?next=/{0}"),
    ("", "/{0}"),
    ("", "/invitations/{0}"),
    ("chief", "/cities/{0}"),
)


def unread(watch: Watch, world: World, place: Place, lines: Sequence[str]) -> list[str]:
    """Put *lines* into a place and open the pages that show it; those that no page shows."""
    lost = []
    for some in batched(chunks(lines, place), place.at_once):
        looks = dict.fromkeys(look for packed in some for look in place.put(world, "\n".join(packed)))
        said = "".join([watch.open(look) for look in looks])
        planted = [line for packed in some for line in packed if line not in world.refused]
        lost += [line for line in planted if squeezed(line) not in said]
        watch.forget()
    return lost


def batched(several: Iterable[list[str]], most: int) -> Iterator[list[list[str]]]:
    """*several* in their order, so many at once."""
    left = iter(several)
    while some := list(islice(left, most)):
        yield some


def overtake_and_undo(watch: Watch, world: World, words: str) -> tuple[str, str]:
    """Send *words* after somebody else's decision in the same words; then decide by them, and take that back."""
    item, page = world.waiting(), watch.page_of("assessor")
    page.goto(f"{watch.address}/findings/{item.finding_id}")
    verdict = Verdict.NOT_MET if item.verdict is not Verdict.NOT_MET else Verdict.PARTLY_MET
    decide(world.store, world.who("west"), item.finding_id, Decision("correct", verdict, words, 0))
    _write(watch, words)
    page.wait_for_load_state()
    overtaken = watch.inspect(page)
    item = world.waiting()
    page.goto(f"{watch.address}/findings/{item.finding_id}")
    _write(watch, words)
    page.wait_for_url("**settled=*")
    watch.inspect(page)
    page.locator('form[action*="/undo"] button').click()
    page.wait_for_url("**undone=*")
    return overtaken, watch.inspect(page)


def reflecting(line: str) -> list[Look]:
    """Addresses with *line* in their parameters or paths."""
    return [Look(login, path.format(quote(line, safe=""))) for login, path in REFLECTING]


def _write(watch: Watch, words: str) -> None:
    page = watch.page_of("assessor")
    page.locator('#decision [name="verdict"]').first.check()
    page.locator("#comment").fill(words)
    with page.expect_navigation():
        page.locator('#decision [name="act"][value="correct"]').click()
