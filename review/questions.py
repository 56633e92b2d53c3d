"""What the indicators ask, in the reader's language; the one door to the methodology packs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from checks.catalog import CatalogError, Methodology, load, methodologies


@dataclass(frozen=True, slots=True)
class Question:
    """One indicator as a page shows it."""

    methodology: str
    id: str
    area: str
    area_name: str
    name: str
    question: str
    judge: str = ""  # how a person should decide it
    evidence: str = ""  # what proves it
    publish: str = ""  # what a council should publish to meet it
    legal_basis: str = ""
    deadline: str = ""
    deadline_confirmed: bool = False
    decided_by: str = ""  # machine, assisted, human; empty where the pack does not know the indicator


class Questions:
    """The packs, read when first asked for. An indicator that a pack no longer knows is shown by its id."""

    def __init__(
        self,
        load_pack: Callable[[str], Methodology] = load,
        names: Callable[[], Sequence[str]] = methodologies,
    ) -> None:
        """Take the packs called *names* from *load_pack*."""
        self._load = load_pack
        self._names = names
        self._made: dict[tuple[str, str, str], Question] = {}

    def read(self) -> None:
        """Read all packs that are here, so that nobody waits for them later."""
        for name in self._names():
            self._pack(name)

    def of(self, methodology: str, indicator: str, language: str) -> Question:
        """The question behind one finding."""
        key = methodology, indicator, language
        if key not in self._made:
            self._made[key] = self._make(methodology, indicator, language)
        return self._made[key]

    def in_area(self, area: str) -> set[str]:
        """The ids of the indicators of *area*, in all packs that are here."""
        packs = [self._pack(name) for name in self._names()]
        return {one.id for pack in packs if pack for one in pack.indicators if one.area == area}

    def areas(self, language: str) -> dict[str, str]:
        """Code → name of every area, in the order of the packs that are here."""
        packs = [self._pack(name) for name in self._names()]
        return {code: said.said_in(language) for pack in packs if pack for code, said in pack.areas.items()}

    def order(self, methodology: str) -> dict[str, int]:
        """The place of each indicator in its pack."""
        pack = self._pack(methodology)
        return {one.id: place for place, one in enumerate(pack.indicators)} if pack else {}

    def pack(self, methodology: str) -> Methodology | None:
        """The methodology itself, where this version still has it."""
        return self._pack(methodology)

    def _pack(self, name: str) -> Methodology | None:
        try:
            return self._load(name)
        except CatalogError:
            return None  # found with a pack that this version no longer has: the findings still show

    def _make(self, methodology: str, indicator: str, language: str) -> Question:
        pack = self._pack(methodology)
        one = pack.by_id.get(indicator) if pack else None
        if pack is None or one is None:
            area = indicator.partition("-")[0]
            return Question(methodology, indicator, area, area_name=area, name=indicator, question=indicator)
        return Question(
            methodology=methodology,
            id=indicator,
            area=one.area,
            area_name=pack.areas[one.area].said_in(language),
            name=one.name.said_in(language),
            question=one.question.said_in(language),
            judge=one.judge.said_in(language),
            evidence=one.evidence.said_in(language),
            publish=one.publish.said_in(language) if one.publish else "",
            legal_basis=one.legal_basis.said_in(language),
            deadline=one.deadline.said_in(language) if one.deadline else "",
            deadline_confirmed=one.deadline_confirmed,
            decided_by=one.class_,
        )
