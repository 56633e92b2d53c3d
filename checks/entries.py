"""YAML read strictly: every key is taken by name, and what nobody took is a complaint."""

from collections.abc import Hashable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import yaml

from checks.methodology import Bilingual


class CatalogError(ValueError):
    """A methodology pack says something it cannot mean; names file, id and key."""


if TYPE_CHECKING:
    from yaml import SafeLoader as _SafeLoader
else:
    _SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # six times as fast, where libyaml is there


class _StrictLoader(_SafeLoader):
    """Safe YAML in which a date stays as written and a repeated key is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002
        """Build a mapping, refusing a key that stands there twice."""
        seen = set()
        for key, _ in node.value:
            name = self.construct_object(key)
            if name in seen:
                raise yaml.constructor.ConstructorError(None, None, f"key {name!r} twice", key.start_mark)
            seen.add(name)
        return super().construct_mapping(node, deep=deep)


_StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(path: Path) -> Any:  # noqa: ANN401 (YAML may hold anything; an Entry asks)
    """Give what *path* holds, or say in one sentence why it cannot be read."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_StrictLoader)  # noqa: S506 (a SafeLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogError(f"{path.name}: cannot be read: {error}") from error
    except yaml.YAMLError as error:
        raise CatalogError(f"{path.name}: not valid YAML: {' '.join(str(error).split())}") from error


class Entry:
    """One mapping of a pack, emptied key by key; ``done`` complains about what is left."""

    def __init__(self, where: str, given: object) -> None:
        if not isinstance(given, dict):
            raise CatalogError(f"{where}: expected keys and values, found {type(given).__name__}")
        self.where = where
        self._left: dict[str, object] = dict(given)

    def fail(self, key: str, why: str) -> CatalogError:
        """The complaint about one key, ready to raise."""
        return CatalogError(f"{self.where}: {key}: {why}")

    def has(self, key: str) -> bool:
        """True while *key* is there and nobody has taken it."""
        return key in self._left

    def take(self, key: str, default: object = ...) -> object:
        """The raw value of *key*; without a default it must be there."""
        if key not in self._left:
            if default is ...:
                raise self.fail(key, "is missing")
            return default
        return self._left.pop(key)

    def text(self, key: str, default: object = ...) -> str:
        """A string that says something."""
        value = self.take(key, default)
        if not isinstance(value, str) or not (value.strip() or value == default):
            raise self.fail(key, f"expected words, found {value!r}")
        return value

    def words(self, key: str) -> tuple[str, ...]:
        """A list of strings, empty where the key is absent."""
        value = self.take(key, [])
        if not isinstance(value, list) or not all(isinstance(word, str) and word.strip() for word in value):
            raise self.fail(key, f"expected a list of words, found {value!r}")
        if len(set(value)) < len(value):
            raise self.fail(key, "says the same thing twice")
        return tuple(value)

    def flag(self, key: str, *, default: bool) -> bool:
        """Yes or no."""
        value = self.take(key, default)
        if not isinstance(value, bool):
            raise self.fail(key, f"expected true or false, found {value!r}")
        return value

    def number(self, key: str) -> float:
        """A number above nought."""
        value = self.take(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            raise self.fail(key, f"expected a number above 0, found {value!r}")
        return float(value)

    def day(self, key: str, default: object = ...) -> date | None:
        """A date of the calendar."""
        value = self.take(key, default)
        if value is None:
            return None
        try:
            return date.fromisoformat(str(value))
        except ValueError as error:
            raise self.fail(key, f"there is no such date as {value!r}") from error

    def part(self, key: str, default: object = ...) -> "Entry":
        """A mapping inside this one."""
        return Entry(f"{self.where}: {key}", self.take(key, default))

    def bilingual(self, key: str) -> Bilingual:
        """Words in both languages."""
        part = self.part(key)
        both = Bilingual(uk=part.text("uk").strip(), en=part.text("en").strip())
        part.done()
        return both

    def mapping(self, key: str) -> dict[str, object]:
        """A mapping as it stands, its keys being words; empty where the key is absent."""
        value = self.take(key, {})
        if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
            raise self.fail(key, f"expected keys and values, found {value!r}")
        return cast("dict[str, object]", value)

    def done(self) -> None:
        """Complain about keys nobody asked for: mostly typing mistakes."""
        if self._left:
            raise self.fail(", ".join(map(str, self._left)), "nobody knows this key")
