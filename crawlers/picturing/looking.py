"""What runs in the confined child: bytes and quotes in, spots out, with all that a browser needs to picture them.

The answer holds for each quote its spot and a *view*: either a finished picture (of paper), or the number of one of
the *pages* that go with it, the elements in it whose characters are to be outlined, and a *band*: words to be shown
above a page that has them where nobody looks.
"""

from typing import Any

from crawlers.documents.contents import Tools
from crawlers.picturing.paper import Shot, shot_of_page, shot_of_picture
from crawlers.picturing.sheets import Told, sheet_of
from crawlers.spots.finding import Body, Finder, Found
from crawlers.spots.holdings import MALFORMED, Holding
from crawlers.spots.units import Unit, Units

_SAID_UP_TO = 300
_NEAR = 2500  # characters of a page on each side of the words, where only its text is shown
_TROUBLES = {
    "unsafe": "Файл небезпечно відкривати. / The file is not safe to open.",
    "unreadable": "Файл не вдалося прочитати. / The file could not be read.",
}


def look_task(body: bytes, options: dict[str, Any], ask: Tools) -> tuple[dict[str, Any], bytes]:
    """Find the quotes of *options* in *body*, with views of those to be pictured; as text alone where it says so."""
    given = Body(
        body,
        url=options["url"],
        media_type=options["media_type"],
        charset=options["charset"],
        file_name=options["file_name"],
        known=options["known"],
        tools=ask,
    )
    finder = Finder(given)
    found = [finder.find(quote, leads_to=leads_to) for quote, leads_to in options["quotes"]]
    values: dict[str, Any] = {
        "spots": [{"found": one.spot.found, "kind": one.spot.kind, "place": one.spot.place} for one in found]
    }
    album = _Album(given, finder, as_text=options["as_text"])
    pictured = frozenset(options["pictured"])
    values["views"] = {
        quote: album.view_of(one)
        for (quote, _), one in zip(options["quotes"], found, strict=True)
        if quote in pictured
    }
    values["pages"] = [len(page) for page in album.pages]
    return values, b"".join((*album.pages, *album.shots))


class _Album:
    """The pages and pictures of one body, each made once."""

    def __init__(self, given: Body, finder: Finder, *, as_text: bool) -> None:
        self._given = given
        self._finder = finder
        self._as_text = as_text
        self._numbers: dict[str, int] = {}
        self.pages: list[bytes] = []
        self.shots: list[bytes] = []

    def view_of(self, found: Found) -> dict[str, Any]:
        """How one quote is to be shown."""
        holding = found.holding or next(iter(self._finder.holdings), None)
        if holding is not None and holding.format == "html" and not holding.member:
            if self._as_text:
                return self._text_alone(holding, found)
            return {"page": self._page(str(id(holding)), holding.source), **_on_page(found)}
        if holding is not None and (holding.pdf is not None or holding.format == "image"):
            shot = self._shot(holding, found)
            if shot is not None:
                return {"shot": shot}
        return self._sheet(holding, found)

    def _page(self, name: str, html: str) -> int:
        if name not in self._numbers:
            self._numbers[name] = len(self.pages)
            self.pages.append(html.encode(errors="replace"))
        return self._numbers[name]

    def _shot(self, holding: Holding, found: Found) -> dict[str, Any] | None:
        """A picture of paper; None where it cannot be drawn, or the words are not on it but in its name."""
        if found.spot.kind in {"name", "address"}:
            return None
        place = found.spot.place
        try:
            if holding.pdf is not None:
                shot = shot_of_page(holding.pdf, place.get("page", 1), place.get("boxes", ()))
            else:
                shot = shot_of_picture(holding.body or self._given.body)
        except MALFORMED:
            return None
        return self._kept(shot)

    def _kept(self, shot: Shot) -> dict[str, Any]:
        self.shots += [shot.full, shot.crop]
        sizes = {"full": len(shot.full), "crop": len(shot.crop)}
        return sizes | {"width": shot.width, "height": shot.height, "lacked": shot.lacked}

    def _sheet(self, holding: Holding | None, found: Found) -> dict[str, Any]:
        """A rendering of the file; the heading alone where nothing of it could be read."""
        units = holding.units if holding is not None else None
        if holding is not None and holding.tree is not None:
            units, found = _lines_near(holding, found)
        numbers = found.numbers if found.spot.kind not in {"name", "address"} else ()
        trouble = _TROUBLES.get(found.spot.place.get("reason", ""), "")
        told = Told(
            format=holding.format if holding is not None else "",
            name=self._given.name,
            address=self._given.url,
            member=holding.member if holding is not None else "",
            trouble=trouble,
        )
        page = self._page(f"{id(holding)} {numbers}", sheet_of(told, units, numbers))
        return {"page": page, "rendering": True, **_on_sheet(found)}

    def _text_alone(self, holding: Holding, found: Found) -> dict[str, Any]:
        return self._sheet(holding, found) | {"text-alone": True}


def _on_page(found: Found) -> dict[str, Any]:
    """What to outline in a page as it was captured."""
    spot, place = found.spot, found.spot.place
    words = str(place.get("words", ""))
    if not spot.found:
        return {"marks": [], "band": ""}
    if spot.kind == "text" and place.get("shown", True):
        return {"marks": [[place["css"], place["start"], place["end"]]], "words": words, "band": ""}
    mark = [[place["css"], -1, -1]] if "css" in place and spot.kind == "attribute" else []
    return {"marks": mark, "words": words, "band": _band(spot.kind, place), "said": words[:_SAID_UP_TO]}


def _band(kind: str, place: dict[str, Any]) -> str:
    """Which part of a page that is not on it holds the words."""
    if kind == "attribute":
        return "address" if place["attribute"] in {"href", "src", "action"} else "attribute"
    return {"text": "title"}.get(kind, kind)


def _on_sheet(found: Found) -> dict[str, Any]:
    spot, place = found.spot, found.spot.place
    if spot.kind in {"name", "address"}:
        where = "#member" if "member" in place else f"#{spot.kind}"
        return {"marks": [[where, -1, -1]], "words": place.get("words", ""), "band": ""}
    parts = [place, *place.get("parts", ())]
    marks = [
        [f"#u{number}", part["start"], part["end"]]
        for number, part in zip(found.numbers, parts, strict=False)
    ]
    return {"marks": marks, "words": place.get("words", ""), "band": ""}


def _lines_near(holding: Holding, found: Found) -> tuple[Units, Found]:
    """The text of a page around the words, line by line: for pages that no browser can bear, and those in archives."""
    tree = holding.tree
    text = tree.text if tree is not None else ""
    at = text.find(str(found.spot.place.get("words", ""))) if found.spot.kind == "text" else 0
    near = text[max(at - _NEAR, 0) : max(at, 0) + 2 * _NEAR]
    lines = (line.strip() for line in near.splitlines())
    units = Units(Unit("paragraph", {}, line) for line in lines if line)
    hit = units.find(str(found.spot.place["words"])) if found.spot.kind == "text" else None
    if hit is None:
        return units, Found(found.spot, holding)
    return units, Found(hit[0], holding, hit[1])
