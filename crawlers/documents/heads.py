"""The head of a document laid out as a page, so that one reader of acts serves pages and files alike."""

import re
from datetime import date
from functools import cached_property

from lxml import etree

from crawlers.pages.acts import read_act
from crawlers.pages.base import Page
from crawlers.pages.dates import first_date
from crawlers.pages.kinds import is_act_title
from models.facts import Act

_LINES = 80
_LINE_UP_TO = 1000
_TITLE_UP_TO = 300
_SHORTEST_TITLE = 4  # letters
_LAST_CONTROL = "\x1f"
_NUMBER_SIGN = re.compile(r"(?<!\w)(?:[MМNХX][oоeе]|[MМ][rг»]|№|N9(?=\s)|N)[.»]?[ ]?(?=\d)")
"""What recognition makes of № before a number: the letters it has in its stead, capital first. "М" alone is a road."""

_FILE_NAME = re.compile(r"\S+\.[A-Za-z0-9]{2,5}")


class Head:
    """The first lines of a document and what they say it is."""

    def __init__(self, text: str, *, title: str, url: str, today: date, recognised: bool = False) -> None:
        """Take the first lines of *text*, *recognised* or written, and the *title* its author gave it, if any."""
        self._given_title = title if _is_title(title) else ""
        lines = _first_lines(text)
        self._lines = [_NUMBER_SIGN.sub("№ ", line) for line in lines] if recognised else lines
        self._page = Page(url=url, root=_root(self._lines, self._given_title), source="", today=today)

    @cached_property
    def act(self) -> Act | None:
        """The act that the document is the text of; None where it is something else."""
        return read_act(self._page)

    @property
    def language(self) -> str | None:
        """The language of the first lines, by their letters."""
        return self._page.language if self._lines else None

    @cached_property
    def title(self) -> str:
        """What a person would call it: an act by its subject, else its own title, else its first line of words."""
        subject = next((line for line in self._lines if is_act_title(line)), "") if self.act else ""
        first = next((line for line in self._lines if _is_title(line)), "")
        return (subject or self._given_title or first)[:_TITLE_UP_TO]

    @property
    def date(self) -> date | None:
        """The day of the act, else the one in the title."""
        return self.act.date if self.act else first_date(self.title)


def _first_lines(text: str) -> list[str]:
    found: list[str] = []
    for line in text[: _LINES * _LINE_UP_TO].splitlines():
        if words := " ".join(line.split()):
            found.append(words[:_LINE_UP_TO])
            if len(found) >= _LINES:
                break
    return found


def _root(lines: list[str], title: str) -> etree._Element:
    """Give the tree of a page that says just this."""
    root = etree.Element("html")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = _clean(title)
    body = etree.SubElement(root, "body")
    for line in lines:
        etree.SubElement(body, "p").text = _clean(line)
    return root


def _clean(words: str) -> str:
    """Leave out what XML cannot hold."""
    kept = (letter for letter in words if letter > _LAST_CONTROL or letter in "\t\n")
    return "".join(kept).encode(errors="replace").decode().replace("\ufffe", "").replace("\uffff", "")


def _is_title(line: str) -> bool:
    """Whether a line is words at all, and not what a program writes where its user wrote nothing."""
    letters = sum(letter.isalpha() for letter in line)
    made = line.lower().startswith(
        ("microsoft word", "microsoft excel", "untitled", "без імені", "документ microsoft")
    )
    return (
        letters >= _SHORTEST_TITLE
        and letters * 2 >= len(line.replace(" ", ""))
        and not made
        and not _is_file_name(line)
    )


def _is_file_name(line: str) -> bool:
    return bool(_FILE_NAME.fullmatch(line))
