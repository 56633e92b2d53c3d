"""How one comes from where a visit began to a capture: the links that led there, by the ledger."""

from __future__ import annotations

from collections.abc import Iterable

from custody.capsule.rows import Row


class Ways:
    """The ways through the ledgers of some visits."""

    def __init__(self, addresses: Iterable[Row]) -> None:
        """Know the rows of the ledgers."""
        self._by_key: dict[tuple[int, str], Row] = {}
        self._by_capture: dict[str, Row] = {}
        for row in addresses:
            self._by_key[row["visit_id"], row["key"]] = row
            if row["capture_id"] is not None:
                self._by_capture.setdefault(row["capture_id"], row)

    @property
    def captures(self) -> frozenset[str]:
        """Everything that was received in these visits."""
        return frozenset(self._by_capture)

    def to(self, capture: str) -> list[Row]:
        """The rows from the beginning to *capture*, as a person would click; empty where no row has it."""
        at = self._by_capture.get(capture)
        steps: list[Row] = []
        seen: set[str] = set()
        while at is not None and at["key"] not in seen:
            seen.add(at["key"])
            steps.insert(0, at)
            at = self._by_key.get((at["visit_id"], at["found_on"]))
        return steps

    def captures_to(self, captures: Iterable[str]) -> frozenset[str]:
        """*captures*, and all that were received on the way to them."""
        asked = list(captures)
        found = {step["capture_id"] for one in asked for step in self.to(one)}
        return frozenset(found - {None}).union(asked)
