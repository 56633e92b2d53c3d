"""Which cities somebody may see: all of them, those of one region, or a single one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import ColumnElement, String, bindparam, true
from sqlalchemy.orm import InstrumentedAttribute

from models.crawling import City
from models.vocabulary import Role

NOWHERE = ""  # no city and no region is called so


@dataclass(frozen=True, slots=True)
class Scope:
    """The cities of ``region`` (empty: of all), and of those only ``city``, where it is given."""

    region: str | None = None
    city: str | None = None

    def cities(self) -> ColumnElement[bool]:
        """What a question to the database says of ``City``, so that it answers of these cities alone."""
        if self.city is not None:
            return City.slug == self.city
        return City.region == self.region if self.region is not None else true()

    def asked(self) -> dict[str, str | None]:
        """The values of ``asked_within``."""
        return {"scope_city": self.city, "scope_region": self.region if self.city is None else None}

    def holds(self, city: City) -> bool:
        """Whether *city* is one of them."""
        if self.city is not None:
            return city.slug == self.city
        return self.region is None or city.region == self.region


_CITY, _REGION = bindparam("scope_city", type_=String), bindparam("scope_region", type_=String)


def asked_within(city: InstrumentedAttribute[str], region: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """That *city* and *region* are of a scope, in a question that is made once and asked with ``Scope.asked``."""
    return (_CITY.is_(None) | (city == _CITY)) & (_REGION.is_(None) | (region == _REGION))


WITHIN = asked_within(City.slug, City.region)

Reach: TypeAlias = Scope | str | None
"""A scope; or a region alone, empty for all of them."""


def scope_of(role: Role, region: str | None, city: str | None) -> Scope:
    """What a person sees: an official the one city, and nothing where none is written down; others their region."""
    return Scope(city=city or NOWHERE) if role is Role.OFFICIAL else Scope(region=region)


def scope(reach: Reach) -> Scope:
    """*reach* as a scope."""
    return reach if isinstance(reach, Scope) else Scope(region=reach)
