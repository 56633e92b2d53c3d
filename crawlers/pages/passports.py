"""What the passport of a dataset fills, and which of its resources are no data but describe the data."""

import re
from collections.abc import Mapping
from typing import Any

from crawlers.pages.lexicon import folded, phrases

FIELDS = ("maintainer", "email", "licence", "purpose", "keywords", "frequency", "schema")
"""The parts of a passport, as ``Dataset.described`` names them, in this order."""

_KEYS: dict[str, tuple[str, ...]] = {
    "maintainer": ("maintainer", "author", "contact_name", "contact_point", "contact"),
    "email": ("maintainer_email", "author_email", "contact_email", "contact_point_email"),
    "licence": ("license_title", "license_id", "license_url", "license"),
    "purpose": ("purpose_of_collecting_information", "notes", "description"),
    "keywords": ("tags", "tag_string", "keywords", "keyword"),
    "frequency": (
        "update_frequency",
        "frequency",
        "accrual_periodicity",
        "accrualperiodicity",
        "periodicity",
    ),
}
_WORD = re.compile(r"[^\W\d_]+")
_LANGUAGES = ("uk", "ua", "en")
_SHORTEST = 2  # letters of something filled in; less is a dash


def passport(entry: Mapping[str, Any]) -> dict[str, str]:
    """Give the fields that an API's *entry* of a dataset fills, in its own words.

    A portal puts what CKAN has no field for among the "extras", as pairs of key and value.
    """
    known = {str(key).lower(): value for key, value in entry.items()}
    extras = known.get("extras")
    for extra in extras if isinstance(extras, list) else ():
        if isinstance(extra, dict):
            known.setdefault(str(extra.get("key", "")).lower(), extra.get("value"))
    told: dict[str, str] = {}
    for name, keys in _KEYS.items():
        value = next((said for key in keys if is_filled(said := written(known.get(key)), name)), "")
        if value:
            told[name] = value
    return told


def is_filled(said: str, name: str) -> bool:
    """Say whether *said* fills the field *name*: a dash, "not specified" or an address without @ does not."""
    if sum(map(str.isalpha, said)) < _SHORTEST or (name == "email" and "@" not in said):
        return False
    return " ".join(_WORD.findall(said.lower())) not in folded("portal", "unfilled")


def written(value: Any) -> str:  # noqa: ANN401  # whatever JSON holds
    """Give the words of a value: of a translated one those in Ukrainian, of a list all, of quoted JSON the inside."""
    if isinstance(value, dict):
        chosen = next((value[key] for key in (*_LANGUAGES, "display_name", "name") if value.get(key)), "")
        return written(chosen) if not isinstance(chosen, dict | list) else ""
    if isinstance(value, list):
        return ", ".join(said for one in value if not isinstance(one, list) and (said := written(one)))
    return value.strip().strip('"') if isinstance(value, str) else ""


def describes_data(name: str) -> bool:
    """Say whether a resource of this name is the structure or the passport of a dataset rather than data."""
    if phrases("portal", "schema").within(name):
        return True
    parts = [word for word in _WORD.findall(name.lower()) if word not in folded("portal", "schema_beside")]
    return bool(parts) and set(parts) <= folded("portal", "schema_alone")


def in_order(names: Mapping[str, str]) -> tuple[str, ...]:
    """Give the names of the filled fields, each once, in the order of ``FIELDS``."""
    return tuple(name for name in FIELDS if name in names)
