"""Whether libxml2 read a page to its end, and what a parser that never gives up makes of it.

libxml2 stops at some two thousand levels of nesting; it says so, or it did not in older versions.
"""

import html
import re
from typing import Any

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString, Tag
from lxml import etree

Element = Any  # lxml ships no types

_MUCH = 1_000_000  # characters of source; beyond them a second parser would cost seconds
_MOST_STEPS = 50_000_000
_TAIL = 4_000  # characters
_WORDS_OF_THE_TAIL = 3
_SUSPECT_SHARE = 0.7  # of what the tags leave; comments and entities make a difference too
_SEEN_SHARE = 0.97  # of the second parser's words; less means that something was cut
_TAG = re.compile(r"<[^<>]*>")
_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.DOTALL)
_SPACES = re.compile(r"\s+")
_WORD = re.compile(r"[^\W\d_]{3,}")
_UNSEEN = re.compile(r"<(?:script|style|svg|template|textarea|!--)", re.IGNORECASE)
_UNSEEN_TAGS = frozenset({"script", "style", "template", "noscript", "svg", "title", "head"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_INLINE = frozenset({"span", "b", "i", "em", "strong", "font", "u", "small", "sup", "sub", "a", "label"})


def is_cut(source: str, root: Element, parser: etree.HTMLParser) -> bool:
    """Say whether *parser* left out part of *source*: by its own word, by the page's last words, by another parser."""
    last = parser.error_log.last_error
    if last is not None and last.level_name == "FATAL":
        return True
    seen = str(etree.tostring(root, method="text", encoding="unicode"))
    if _holds_the_tail(source, seen):
        return False
    count = len("".join(seen.split()))
    if count >= _SUSPECT_SHARE * _words_left(source):
        return False
    if _costs_too_much(source):
        return True
    there = sum(
        len("".join(piece.split())) for piece in BeautifulSoup(source, "html.parser").stripped_strings
    )
    return count < _SEEN_SHARE * there


def flattened(source: str) -> str | None:
    """Give the headings, links and words of *source* in order and without any depth; None if that cost too much."""
    if _costs_too_much(source):
        return None
    soup = BeautifulSoup(source, "html.parser")
    pieces = [f"<title>{html.escape(soup.title.get_text())}</title><body>" if soup.title else "<body>"]
    node: Any = next(iter(soup.contents), None)
    while node is not None:
        if isinstance(node, Tag) and (node.name in _UNSEEN_TAGS or node.name in _HEADINGS or _is_link(node)):
            if node.name not in _UNSEEN_TAGS:
                pieces.append(_whole(node))
            node = _after(node)
            continue
        if isinstance(node, Tag) and node.name not in _INLINE:
            pieces.append("<p>")
        elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
            pieces.append(html.escape(node))
        node = node.next_element
    return "".join(pieces)


def _costs_too_much(source: str) -> bool:
    """The second parser reads an unclosed tag again from each ``<`` inside it."""
    if len(source) > _MUCH:
        return True
    return sum(piece.count("<") * len(piece) for piece in source.split(">")) > _MOST_STEPS


def _is_link(node: Tag) -> bool:
    return node.name == "a" and bool(node.get("href"))


def _whole(node: Tag) -> str:
    words = html.escape(node.get_text(" "))
    if node.name == "a":
        return f'<a href="{html.escape(str(node["href"]))}">{words}</a>'
    links = "".join(_whole(link) for link in node.find_all("a", href=True))
    return f"<{node.name}>{links or words}</{node.name}>"


def _after(node: Tag) -> Any:  # noqa: ANN401  # a tag, a string, or nothing
    """Give what follows *node* and all it holds."""
    last: Any = node
    while isinstance(last, Tag) and last.contents:
        last = last.contents[-1]
    return last.next_element


def _holds_the_tail(source: str, seen: str) -> bool:
    """Whatever makes the parser stop, the last words are lost first."""
    words = _WORD.findall(_TAG.sub(" ", _COMMENT.sub(" ", source[-_TAIL:]).partition(">")[2]))
    last = words[-_WORDS_OF_THE_TAIL:]
    end = seen[-2 * _TAIL :]
    return len(last) == _WORDS_OF_THE_TAIL and all(word in end for word in last)


def _words_left(source: str) -> int:
    """Count what stands outside tags and scripts; every step is linear in the length of *source*."""
    outside = "".join(
        part if number == 0 else part[max(part.find("</"), 0) :]
        for number, part in enumerate(_UNSEEN.split(source))
    )
    return len(_SPACES.sub("", html.unescape(_TAG.sub("", outside))))
