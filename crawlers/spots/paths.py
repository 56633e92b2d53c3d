"""The CSS path of an element: short, from the nearest landmark, and the same in a browser's tree."""

import re
from collections import Counter
from typing import Any

Element = Any  # lxml ships no types

_LANDMARKS = ("main", "h1", "article", "title", "body", "head")
_PLAIN_ID = re.compile(r"[A-Za-z][\w-]{0,39}", re.ASCII)
_MADE_UP = re.compile(r"\d{4}|[0-9a-f]{8}", re.ASCII)  # ids that a program numbers: another at the next visit
_PLAIN_TAG = re.compile(r"[a-z][a-z0-9-]*", re.ASCII | re.IGNORECASE)


class Paths:
    """Gives paths in one tree; what is unique in it is counted once."""

    def __init__(self, root: Element) -> None:
        """Count the ids and landmarks of *root*."""
        self._root = root
        self._ids: Counter[str] = Counter()
        self._tags: Counter[str] = Counter()
        for one in root.iter("*"):
            self._tags[one.tag] += 1
            if written := one.get("id"):
                self._ids[written] += 1

    def of(self, element: Element) -> str:
        """The path that selects *element* and nothing else."""
        steps: list[str] = []
        for one in (element, *element.iterancestors("*")):
            if anchor := self._anchor(one):
                steps.append(anchor)
                break
            steps.append(_step(one))
        return " > ".join(reversed(steps))

    def _anchor(self, element: Element) -> str:
        """What names *element* by itself; empty where nothing does."""
        written = element.get("id") or ""
        if self._ids[written] == 1 and _PLAIN_ID.fullmatch(written) and not _MADE_UP.search(written):
            return f"#{written}"
        if element.tag in _LANDMARKS and self._tags[element.tag] == 1:
            return str(element.tag)
        return _name(element) if element is self._root else ""


def with_row_groups(root: Element) -> Element:
    """Put rows that stand right in a table into a ``tbody``, as every browser does."""
    for table in list(root.iter("table")):
        group = None
        for child in list(table):
            if child.tag != "tr":
                group = None
                continue
            if group is None:
                group = child.makeelement("tbody")
                child.addprevious(group)
            group.append(child)
    return root


def _step(element: Element) -> str:
    """*element* among its siblings."""
    name = _name(element)
    if name == "*":
        place = sum(1 for _ in element.itersiblings("*", preceding=True)) + 1
        return f"*:nth-child({place})"
    before = sum(1 for _ in element.itersiblings(element.tag, preceding=True))
    after = next(element.itersiblings(element.tag), None) is not None
    return f"{name}:nth-of-type({before + 1})" if before or after else name


def _name(element: Element) -> str:
    """The tag; a star where it belongs to a vocabulary of its own."""
    return str(element.tag) if _PLAIN_TAG.fullmatch(str(element.tag)) else "*"
