"""Takes from a recorded page what a reader may lean on too much: the words of addresses, the years of links."""

import hashlib
import re
from urllib.parse import urljoin, urlsplit

from lxml import etree, html

_YEAR = re.compile(r"[\s,]*(?<!\d)(?:19|20)\d\d(?!\d)")
_ENDING = re.compile(r"\.(?:pdf|docx?|html?)$", re.IGNORECASE)
_SAID_BESIDE = ("title", "aria-label", "alt")


class Blinding:
    """Opaque addresses for a recording's own ones, and the way back.

    ``endings``: whether an opaque address still says that it is a file.
    """

    def __init__(self, *, endings: bool = True) -> None:
        self._endings = endings
        self.originals: dict[str, str] = {}

    def page(self, body: bytes, url: str) -> bytes:
        """Give the page with every address of a link replaced by a number, and all words left."""
        root = html.document_fromstring(body.decode(errors="replace"))
        for link in root.iter("a"):
            href = link.get("href")
            if href and not href.startswith(("#", "mailto:", "javascript:", "tel:")):
                link.set("href", self.address(urljoin(url, href)))
        return bytes(etree.tostring(root, encoding="utf-8", method="html"))

    def address(self, url: str) -> str:
        """Give the opaque form of *url*; the same for the same address."""
        parts = urlsplit(url)
        number = int(hashlib.sha256(url.encode()).hexdigest()[:10], 16)
        ending = _ENDING.search(parts.path) or _ENDING.search(parts.query)
        digits = "".join(
            "acefhkmnrt"[int(digit)] for digit in str(number)
        )  # no date can be read into letters
        opaque = f"https://council.example/x/{digits}{ending[0].lower() if ending and self._endings else ''}"
        self.originals[opaque] = url.partition("#")[0]
        return opaque


def without_years(body: bytes) -> bytes:
    """Give the page with no year left in the words of its links or what is said of them on hovering."""
    root = html.document_fromstring(body.decode(errors="replace"))
    for link in root.iter("a"):
        for part in link.iter():
            part.text = _YEAR.sub("", part.text) if part.text and isinstance(part.tag, str) else part.text
            if part is not link and part.tail:
                part.tail = _YEAR.sub("", part.tail)
            for name in _SAID_BESIDE:
                if isinstance(part.tag, str) and (said := part.get(name)):
                    part.set(name, _YEAR.sub("", said))
    return bytes(etree.tostring(root, encoding="utf-8", method="html"))
