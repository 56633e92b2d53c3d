"""Words in a page or feed: in its text across tags, in attributes that are read out or shown, in its title."""

from bisect import bisect_right
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin

from lxml import etree

from crawlers.second_opinion import flattened, is_cut
from crawlers.spots.paths import Paths, with_row_groups
from crawlers.spots.wording import BLOCK_END, Match, context, matches
from models.spots import Spotted

Element = Any  # lxml ships no types

_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark nobr o:p q s samp small"
    " span strike strong sub sup time tt u var wbr".split()
)
_UNSEEN = frozenset({"script", "style", "template", "noscript", "head", "title", "meta", "link"})
_ASIDE = frozenset({"nav", "header", "footer", "aside", "select", "dialog"})
_SAID = ("title", "aria-label", "alt", "placeholder", "value", "label", "summary", "content", "data-title")
_LED = ("href", "src", "action", "data-href", "data-url")
_LONGEST_ATTRIBUTE = 100_000


class Tree:
    """One page whose text is laid out once, for all quotes that are looked for in it."""

    def __init__(self, root: Element, url: str, *, is_page: bool = True, is_whole: bool = True) -> None:
        """Lay out the text of *root*; in a feed nothing is unseen."""
        self._is_whole = is_whole
        self._unseen = _UNSEEN if is_page else frozenset[str]()
        self._root = with_row_groups(root)
        self._url = _base(root, url)
        self._paths = Paths(root)
        self._pieces: list[tuple[Element, bool]] = []  # whose text, and whether it stands behind its end
        self._starts: list[int] = []
        self.text = "".join(self._laid_out())

    def find(self, quote: str, *, leads_to: str = "") -> Spotted | None:
        """Where *quote* stands; of several places one that leads to the address *leads_to*, and that is seen."""
        found = matches(self.text, quote)
        if found:
            best = min(found, key=lambda match: (self._rank(match, leads_to), match.start))
            return self._in_text(best, len(found))
        return self._in_title(quote) or self._in_attribute(quote)

    def _laid_out(self) -> Iterator[str]:
        """The text of the body piece by piece; where a line must end, it does."""
        at, unseen = 0, 0
        for event, one in etree.iterwalk(self._root, events=("start", "end")):
            hidden = one.tag in self._unseen
            if not isinstance(one.tag, str):
                continue
            if event == "end":
                unseen -= hidden
            if one.tag not in _INLINE and not unseen:
                yield BLOCK_END
                at += 1
            written = one.text if event == "start" else (one.tail if one is not self._root else None)
            if event == "start":
                unseen += hidden
            if written and not unseen:
                self._pieces.append((one, event == "end"))
                self._starts.append(at)
                yield written
                at += len(written)

    def _piece_at(self, offset: int) -> int:
        return max(bisect_right(self._starts, offset) - 1, 0)

    def _holder(self, offset: int) -> Element:
        """The element in which the character at *offset* stands."""
        one, behind = self._pieces[self._piece_at(offset)]
        return one.getparent() if behind else one

    def _rank(self, match: Match, leads_to: str) -> int:
        """Lower is better."""
        around = list(_with_ancestors(self._holder(match.start)))
        led = leads_to and any(self._leads(one, leads_to) for one in around if one.tag == "a")
        rank = 0 if led or not leads_to else 4
        rank += 2 * any(_is_hidden(one) for one in around)
        return rank + any(one.tag in _ASIDE for one in around)

    def _leads(self, link: Element, leads_to: str) -> bool:
        return _joined(self._url, link.get("href") or "#") == urldefrag(leads_to).url

    def _in_text(self, match: Match, times: int) -> Spotted:
        first, last = self._holder(match.start), self._holder(match.end - 1)
        shared = set(_with_ancestors(last))
        around = next(one for one in _with_ancestors(first) if one in shared)
        start, end = self._offset(around, match.start), self._offset(around, match.end - 1) + 1
        place = {"css": self._paths.of(around), "start": start, "end": end}
        if not self._is_whole:  # its elements are not those of the page
            place = {"css": "body", "start": 0, "end": 0}
        place |= context(self.text, match.start, match.end) | {"times": times, "shown": bool(self._unseen)}
        blocks = [" ".join(part.split()) for part in self.text[match.start : match.end].split(BLOCK_END)]
        if len(filled := [part for part in blocks if part]) > 1:
            place["across"] = [filled[0], filled[-1]]
        return Spotted(found=True, kind="text", place=place)

    def _offset(self, around: Element, offset: int) -> int:
        """The character at *offset* of all text, counted in all that stands in *around*: what ``textContent`` has."""
        number = self._piece_at(offset)
        wanted, behind = self._pieces[number]
        before = 0
        for event, one in etree.iterwalk(around, events=("start", "end")):
            is_behind = event == "end"
            if one is wanted and is_behind == behind:
                break
            written = one.text if not is_behind else (one.tail if one is not around else None)
            before += len(written or "") if isinstance(one.tag, str) or is_behind else 0
        return before + offset - self._starts[number]

    def _in_title(self, quote: str) -> Spotted | None:
        for one in self._root.iter("title"):
            written = "".join(one.itertext())
            if found := matches(written, quote, at_most=1):
                return self._spotted(one, written, found[0], {"shown": False, "times": 1})
        return None

    def _in_attribute(self, quote: str) -> Spotted | None:
        whole = urldefrag(quote).url if quote.startswith(("http:", "https:")) else ""
        for one in self._root.iter("*"):
            for name in _SAID:
                written = one.get(name) or ""
                if written and (found := matches(written[:_LONGEST_ATTRIBUTE], quote, at_most=1)):
                    return self._spotted(one, written, found[0], {"attribute": name})
            for name in _LED:
                written = one.get(name) or ""
                if not written:
                    continue
                if whole and _joined(self._url, written) == whole:
                    return self._spotted(
                        one, written, Match(0, len(written), bounded=True), {"attribute": name}
                    )
                told = unquote(written[:_LONGEST_ATTRIBUTE])
                if not told.startswith("data:") and (found := matches(told, quote, at_most=1)):
                    return self._spotted(one, told, found[0], {"attribute": name})
        return None

    def _spotted(self, one: Element, written: str, match: Match, more: dict[str, Any]) -> Spotted:
        place = {"css": self._paths.of(one), "start": match.start, "end": match.end, **more}
        kind = "attribute" if "attribute" in more else "text"
        return Spotted(found=True, kind=kind, place=place | context(written, match.start, match.end))


def page_tree(source: str, url: str) -> Tree | None:
    """The tree of a page, as its readers parse it; None where nothing can be made of it."""
    parser = _page_parser()
    root = _parsed(source, parser)
    if root is not None and is_cut(source, root, parser) and (flat := flattened(source)) is not None:
        root = _parsed(
            flat, _page_parser()
        )  # deeper than the parser goes: its words, without most of its shape
    return None if root is None else Tree(root, url)


def feed_tree(source: str, url: str) -> Tree | None:
    """The tree of a feed or another XML file; nothing is expanded, nothing opened."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        recover=True,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    root = _parsed(source, parser)
    return None if root is None else Tree(root, url, is_page=False)


def _page_parser() -> Any:  # noqa: ANN401  # lxml ships no types
    return etree.HTMLParser(
        huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True
    )


def _parsed(source: str, parser: Any) -> Element | None:  # noqa: ANN401  # lxml ships no types
    text = source.replace("\x00", "\ufffd").replace("\r\n", "\n").replace("\r", "\n")
    try:
        return etree.fromstring(text.encode(errors="replace"), parser=parser)
    except (etree.LxmlError, ValueError):
        return None


def _with_ancestors(element: Element) -> Iterator[Element]:
    yield element
    yield from element.iterancestors("*")


def _is_hidden(element: Element) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return element.get("hidden") is not None or "display:none" in style or "visibility:hidden" in style


def _base(root: Element, url: str) -> str:
    stated = next((href for one in root.iter("base") if (href := one.get("href"))), "")
    return _joined(url, stated) or url


def _joined(base: str, href: str) -> str:
    try:
        return urldefrag(urljoin(base, href.strip())).url
    except ValueError:
        return ""
