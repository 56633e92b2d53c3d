"""Nothing is translated in vain: every text of the catalogues is said by some page."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path

from review.rendering import HERE
from review.speech import texts

ROOMS = (HERE, HERE.parent / "models", HERE.parent / "checks")  # whose words the names of texts are made of
LITERAL = re.compile(r"[\"']([\w.-]+)[\"']|class: *(\S+)|\b(\d{3})\b")
JOINED = re.compile(
    r"[\"']([\w.-]+[._])[\"'] ~ [^~}%)]*(?:~ [\"']([\w.-]+)[\"'])?"
)  # "verdict." ~ verdict.value
FORMATTED = re.compile(r"f[\"']([\w.-]+[._])\{[^}]*\}([\w.-]*)[\"']")  # f"spot.{name}"
FORM = re.compile(r"\.(?:one|few|many)$")


def idle(names: set[str], source: str) -> set[str]:
    """The *names* that *source* neither writes out nor can make of a written beginning and a word of the house."""
    words = set(chain.from_iterable(LITERAL.findall(source)))
    made = {*JOINED.findall(source), *FORMATTED.findall(source)}
    return {
        name
        for name in names
        if words.isdisjoint({name, FORM.sub("", name)})
        and not any(_between(FORM.sub("", name), *ends) in words for ends in made)
    }


def _between(name: str, beginning: str, ending: str) -> str | None:
    fits = name.startswith(beginning) and name.endswith(ending)
    return name.removeprefix(beginning).removesuffix(ending) or None if fits else None


def _source(folder: Path) -> str:
    files = (file for ending in ("py", "html", "yaml") for file in folder.rglob(f"*.{ending}"))
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def test_every_text_is_said_somewhere() -> None:
    """A text whose page is gone goes with it, in both languages."""
    source = "\n".join(map(_source, ROOMS))

    assert idle(set(texts("uk")), source) == set()


def test_an_idle_text_is_noticed() -> None:
    """Neither a name that nothing asks for is passed over, nor one made of a word that does not exist."""
    source = (
        """{{ t("queue.title") }} {{ t.count("queue.left", n) }} {{ t("verdict." ~ value) }} MET = "met" """
    )
    said = {"queue.title", "queue.left.one", "queue.left.many", "verdict.met"}

    assert idle(said | {"queue.old", "verdict.perhaps"}, source) == {"queue.old", "verdict.perhaps"}
