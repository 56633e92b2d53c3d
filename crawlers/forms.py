"""Read YAML into frozen dataclasses, strictly: a typing mistake is named, never swallowed."""

from __future__ import annotations

import types
from collections.abc import Iterable
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, Union, get_args, get_origin, get_type_hints

import yaml

Form = TypeVar("Form")

NAMES: dict[type, str] = {
    str: "text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    date: "a date like 2026-11-22",
}


class FormError(ValueError):
    """What is wrong with an entry, in one sentence that names the key."""


if TYPE_CHECKING:
    from yaml import SafeLoader as _SafeLoader
else:
    _SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # six times as fast, where libyaml is there


class _StrictLoader(_SafeLoader):
    """PyYAML's safe loader, which also refuses a key that appears twice."""


def _mapping(loader: _StrictLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [loader.construct_object(key) for key, _ in node.value]
    for place, key in enumerate(keys):
        if key in keys[:place]:
            line = node.value[place][0].start_mark.line + 1
            raise FormError(f"line {line}: key {key!r} appears twice")
    return loader.construct_mapping(node, deep=True)


_StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_yaml(path: Path) -> Any:  # noqa: ANN401  # whatever the file holds
    """Return what the file holds, or say on which line it stops being YAML."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_StrictLoader)  # noqa: S506  # a safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise FormError(f"{place}{error.problem}") from error
    except yaml.YAMLError as error:
        raise FormError(str(error).splitlines()[0]) from error
    except UnicodeDecodeError as error:
        raise FormError(f"byte {error.start} is not UTF-8") from error
    except OSError as error:
        raise FormError(f"cannot be read: {error.strerror}") from error


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """Return " (did you mean 'x'?)" where one of *known* is close, else nothing."""
    close = get_close_matches(str(word), [str(one) for one in known], n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""


def fill(form: type[Form], entry: object, *, where: str = "", **given: object) -> Form:
    """Build a *form* from a mapping; *where* leads the names of keys in complaints.

    *given* holds values that do not come from the entry. Fields with a default may be left out.
    """
    if not isinstance(entry, dict):
        raise FormError(f"{where.rstrip('.') or 'the file'} must be a mapping of keys to values")
    known = {field.name: field for field in fields(form) if field.name not in given}  # type: ignore[arg-type]
    for key in entry:
        if key not in known:
            raise FormError(f"unknown key '{where}{key}'{did_you_mean(key, known)}")
    for name, field in known.items():
        if name not in entry and field.default is MISSING:
            raise FormError(f"key '{where}{name}' is missing")
    hints = get_type_hints(form)
    values = {name: _value(hints[name], value, f"{where}{name}") for name, value in entry.items()}
    return form(**given, **values)


def _value(wanted: Any, value: object, where: str) -> object:  # noqa: ANN401  # a type, in any of its guises
    if get_origin(wanted) in {Union, types.UnionType}:
        inner = next(option for option in get_args(wanted) if option is not types.NoneType)
        return None if value is None else _value(inner, value, where)
    if get_origin(wanted) is tuple:
        if not isinstance(value, list):
            raise FormError(f"'{where}' must be a list")
        inner = get_args(wanted)[0]
        return tuple(_value(inner, one, f"{where}[{place}]") for place, one in enumerate(value, start=1))
    if is_dataclass(wanted) and isinstance(wanted, type):
        return fill(wanted, value, where=f"{where}.")
    return _word(wanted, value, where) if issubclass(wanted, StrEnum) else _plain(wanted, value, where)


def _word(words: type[StrEnum], value: object, where: str) -> StrEnum:
    try:
        return words(str(value))
    except ValueError as error:
        hint = did_you_mean(value, words) or f" (one of: {', '.join(words)})"
        raise FormError(f"'{where}' cannot be {value!r}{hint}") from error


def _plain(wanted: type, value: object, where: str) -> object:
    if type(value) is wanted and value != "":
        return value
    if wanted is float and type(value) is int:
        return float(value)
    quotes = ": put it in quotes" if wanted is str and isinstance(value, int | float | date) else ""
    shown = "empty" if value is None or value == "" else repr(value)
    raise FormError(f"'{where}' must be {NAMES[wanted]}, not {shown}{quotes}")
