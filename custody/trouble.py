"""What does not hold, said so that a person knows where to look."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that does not hold: ``where`` it is ("line 7 of the log", "capture ab12…") and ``what`` is wrong."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where} {self.what}"
