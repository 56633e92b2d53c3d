"""Does a thing on the shelf belong to an indicator, how surely, and if not, why not?"""

from dataclasses import dataclass
from typing import cast

from checks.addresses import place
from checks.lens import Ear, Lens, Refusal, is_told_by_kind
from checks.shelf import SECTIONS, Page, Shelf, Showing, Thing
from models.vocabulary import LinkKind, PageKind

_SHORT = frozenset({LinkKind.NOTICE, LinkKind.NEWS})
_UNTOLD = frozenset({LinkKind.OTHER})
_MAY_BE_ACT = frozenset({LinkKind.OTHER, LinkKind.DECISION})


@dataclass(frozen=True, slots=True)
class Weight:
    """How surely a thing belongs; ``is_told``: its own words, its list or its issuer say whose it is."""

    sure: float
    is_told: bool


class Scales:
    """The things of one shelf, weighed for one indicator; what a page says is asked of it once."""

    def __init__(self, shelf: Shelf, lens: Lens) -> None:
        self._shelf, self._lens, self._ear = shelf, lens, lens.ear
        self._city = shelf.sight.city.name_uk
        self._said: dict[int, int] = {}
        self._others = cast(
            "dict[Showing, Refusal | None]", shelf.choices.setdefault(("others", lens.ear), {})
        )
        self._listed = _bare_titles(shelf, lens.ear) if lens.titled_by_subject else {}

    def weigh(self, thing: Thing) -> Weight | Refusal | None:
        """How surely *thing* belongs, or why not; None: nothing for the indicator."""
        by_kind = self._is_of_kind(thing)
        if not by_kind and not self._lists(thing):
            named = self._named(thing)
            if named <= 0:
                return Refusal.OTHER_THING if named else None
        if (refusal := self._objection(thing, by_kind=by_kind)) is not None:
            return refusal
        said = [self._placed(showing, thing, by_kind=by_kind) for showing in thing.showings]
        refusals = [vote for vote in said if isinstance(vote, Refusal)]
        most = max((vote for vote in said if not isinstance(vote, Refusal)), default=0)
        if refusals and most < 1:
            return refusals[0]
        issuer = self._lens.whose.says(_issuer(thing))
        if not refusals and most < 1 and issuer < int(self._lens.only_named):
            return Refusal.OTHER_BODY
        is_told = most >= 1 or issuer > 0
        sure = (1.0 if is_told else 0.75) * (0.8 if refusals or issuer < 0 else 1.0)
        return Weight(sure * max(0.3, min(1.0, self.best(thing).confidence)), is_told)

    def best(self, thing: Thing) -> Showing:
        """The showing that says most: whose it is, when it was, and the most words."""
        if len(thing.showings) == 1:
            return thing.showings[0]
        by_kind = self._is_of_kind(thing)
        own = {words: self._own(words, by_kind=by_kind) for words in thing.words}
        return max(thing.showings, key=lambda one: (own[one.words], one.date is not None, one.words))

    def listed(self) -> list[Thing]:
        """Bare titles ("Про …") on lists that are called what is looked for."""
        return [self._shelf.at[key] for key, titles in self._listed.items() if self._names_list(titles)]

    def _lists(self, thing: Thing) -> bool:
        titles = self._listed.get(place(thing.url)) if self._listed else None
        return titles is not None and self._names_list(titles)

    def _names_list(self, titles: frozenset[str]) -> bool:
        return any(self._lens.whose.says(title) == 1 for title in titles)

    def _is_of_kind(self, thing: Thing) -> bool:
        return not thing.kinds.isdisjoint(self._lens.kinds)

    def _named(self, thing: Thing) -> int:
        """What the words say of a thing that looks like a document rather than like a way to one."""
        if is_told_by_kind(thing):
            return 0
        best = self.best(thing)
        is_paper = thing.file_type is not None or thing.act is not None or best.kind is not LinkKind.OTHER
        return self._lens.says(best.words) if is_paper or thing.on_portal or best.date is not None else 0

    def _objection(self, thing: Thing, *, by_kind: bool) -> Refusal | None:
        """What no page it is shown on can mend, the plainest first."""
        lens, leads_to = self._lens, thing.leads_to
        is_film = by_kind and LinkKind.VIDEO in thing.kinds & lens.kinds
        if thing.is_gone:
            return Refusal.GONE
        if not (thing.is_own or thing.on_portal or is_film):
            return Refusal.OFFSITE  # but no council keeps its recordings on its own site
        if leads_to is PageKind.NEWS and LinkKind.NEWS not in lens.kinds and not self._is_act(thing):
            return Refusal.NEWS
        if leads_to in SECTIONS and not self._announces(thing):
            return Refusal.HEADING
        if thing.only_in_menus and thing.act is None:
            return Refusal.MENU
        if any(lens.is_taken_back(words) for words in thing.words):
            return Refusal.NOT_ADOPTED
        if any(lens.names.says(words) < 0 for words in thing.words):
            return Refusal.OTHER_THING
        return None if thing.has_day or not self._is_heading(thing) else Refusal.HEADING

    def _announces(self, thing: Thing) -> bool:
        """A dated notice or act is itself the paper, however much stands beside its few words."""
        is_notice = bool(thing.kinds & self._lens.kinds & _SHORT) and thing.has_day
        return thing.leads_to is PageKind.LIST and (is_notice or self._is_act(thing))

    def _is_act(self, thing: Thing) -> bool:
        """It is dated and bears the title of an act ("Про …"), and no list calls it news."""
        is_untold = thing.kinds <= _MAY_BE_ACT
        return is_untold and thing.has_day and not any(map(self._ear.head, thing.words))

    def _is_heading(self, thing: Thing) -> bool:
        """It holds nothing; or nobody has seen that it does, and its links are but the name of a list."""
        if thing.is_hollow:
            return True
        unseen = thing.leads_to in {None, PageKind.NEWS} and thing.file_type is None and not thing.on_portal
        return unseen and all(map(self._lens.is_bare_term, thing.words))

    def _own(self, words: str, *, by_kind: bool) -> int:
        """What the words of the paper itself say: whose it is, apart from what it is about.

        Where only what is named counts, the name may stand behind the "про": "Оголошення про засідання".
        """
        if not by_kind or self._lens.only_named:
            return self._lens.says(words)
        head = self._ear.head(words)
        return self._lens.whose.says(head) if head.strip() else 0

    def _placed(self, showing: Showing, thing: Thing, *, by_kind: bool) -> int | Refusal:
        """1: it says so itself or its page does; 0: nothing speaks against it.

        Lists are kept by people and say whose they are; what a program reads as an act's issuer weighs less.
        """
        page = showing.page
        if showing not in self._others:
            self._others[showing] = self._speaks_for_others(showing, thing)
        if (others := self._others[showing]) is not None:
            return others
        of_news = page.facts.kind is PageKind.NEWS and LinkKind.NEWS not in self._lens.kinds
        if of_news and thing.file_type is None:
            return Refusal.NEWS
        own = self._own(showing.words, by_kind=by_kind)
        if own > 0 and not by_kind:
            return 1
        if (said := self._said.get(id(page))) is None:
            said = self._said[id(page)] = self._said_by(page)
        return Refusal.OTHER_BODY if min(own, said) < 0 else max(own, said)

    def _speaks_for_others(self, showing: Showing, thing: Thing) -> Refusal | None:
        """Its words, the page it stands on, or the head of the act name a council or a body that is not the city's."""
        ear = self._ear
        speaking = (ear.head(showing.words), ear.head(showing.page.title), _issuer(thing))
        others = [ear.speaks_for_others(text, self._city) for text in speaking]
        return next((one for one in (Refusal.OTHER_COUNCIL, Refusal.OTHER_BODY) if one in others), None)

    def _said_by(self, page: Page) -> int:
        """Whose papers a page shows: by its title, its headings, and the act it is."""
        return self._lens.whose.says(self._ear.head(page.title)) or self._headed(page) or self._of_act(page)

    def _headed(self, page: Page) -> int:
        """What the headings say, as long as they agree."""
        said = {self._lens.whose.says(heading) for heading in page.headings} - {0}
        return said.pop() if len(said) == 1 else 0

    def _of_act(self, page: Page) -> int:
        """A file beside an act is that act's: whose the act is, its lists say, and then its own head."""
        act = page.facts.act
        if page.facts.kind is not PageKind.ACT or act is None:
            return 0
        itself = self._shelf.at.get(place(page.seen.url))
        lists = [one.page for one in (itself.showings if itself else ()) if one.page is not page]
        titles = (self._ear.head(one.title) for one in lists if one.facts.kind is not PageKind.ACT)
        said = {self._lens.whose.says(title) for title in titles} - {0}
        return said.pop() if len(said) == 1 else self._lens.whose.says(act.issuer or "")


def _issuer(thing: Thing) -> str:
    return (thing.act.issuer if thing.act is not None else None) or ""


def _bare_titles(shelf: Shelf, ear: Ear) -> dict[str, frozenset[str]]:
    """The places of things that nothing tells but a bare title on a list, with the names of these lists."""
    if ear not in shelf.choices:
        found = {}
        for thing in shelf.of_kind.get(LinkKind.OTHER, ()):
            if thing.kinds == _UNTOLD:
                items = (one for one in thing.showings if _is_bare_title(one, ear))
                if titles := frozenset(ear.head(one.page.title) for one in items):
                    found[place(thing.url)] = titles
        shelf.choices[ear] = found
    return cast("dict[str, frozenset[str]]", shelf.choices[ear])


def _is_bare_title(showing: Showing, ear: Ear) -> bool:
    if showing.in_menu or showing.page.facts.kind is not PageKind.LIST:
        return False
    return bool(showing.words.strip()) and not ear.head(showing.words).strip()
