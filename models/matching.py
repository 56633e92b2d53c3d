"""Does this text mean that term? Ukrainian first; rapidfuzz is known to this file alone.

Everything here works on a folded copy made for comparing: what is quoted as evidence stays verbatim.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from rapidfuzz import fuzz, process

from models.facts import Lexicon, Term

MATCH_AT_LEAST = 85
"""From here on a text is said to carry a term; word endings cost nothing, one typing slip a little."""

_CACHE_SIZE = 32_768
_CACHED_UP_TO = 600  # characters; longer texts are rare and would crowd the links out of the cache
_TYPO_FROM = 80  # below this two words are different words, not one of them misspelt

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff\u0301"))
_APOSTROPHES = dict.fromkeys(map(ord, "'’ʼ`‘´ʹ′\uff07"))
_LATIN_TO_CYRILLIC = str.maketrans("aceiopxybhkmtïë", "асеіорхувнкмтїё")
_CYRILLIC_TO_LATIN = str.maketrans("асеіорхукмтї", "aceiopxykmti")
_VARIANTS = str.maketrans({"ґ": "г", "ё": "е"})
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LATIN = re.compile("[a-zïë]")
_SPACED = re.compile(r"(?<!\w)(?:[^\W\d_] ){3,}[^\W\d_](?!\w)")
_WORD = re.compile(r"[^\W_]+|№")
_ROMAN_LOOK = re.compile(r"[ivxіх]{2,7}")
_ROMAN = re.compile(r"(x{0,3})(ix|iv|v?i{0,3})")
_UNITS = {"": 0, "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9}

# The longest that fits is cut: рішення, рішень and рішенням meet in one stem. Ukrainian, then Russian.
_ENDINGS_IN_USE = """
    еннями ення енням еннях енню енні ень ання анням аннях аннями анню анні ань іння інь
    ість ості остей остями остям остях істю ія ії ій ію ією іям іями іях ого ому ими их ий им ої ою
    ю а у і и е є я ї й ь о ів їв ам ами ах ям ями ях ом ем єм ею єю ові еві єві ей
    ение ения ений ению ением ениями ениях ание ания аний анию анием ость остью
    ый ые ых ым ыми ы ая яя ой ую юю ие ия ии ию иям иями иях ов ев его ему
"""
_ENDINGS = frozenset(_ENDINGS_IN_USE.split())
_LONGEST_ENDING = max(map(len, _ENDINGS))
_SHORTEST_STEM = 3
_SINGULAR = frozenset({"news"})
_ALTERNATIONS = {"з": "г", "ц": "к", "с": "х"}  # черга – черзі, політика – політиці


def normalise(text: str) -> str:
    """Fold *text* for comparing: case, apostrophes, look-alike letters, spaced-out words, punctuation."""
    return _remembered(text) if len(text) <= _CACHED_UP_TO else _normalise(text)


def resembles(text: str, term: str) -> int:
    """Say how surely *text* carries *term*, 0 to 100, whatever the endings and order of its words."""
    wanted, given = _stems(normalise(term)), _stems(normalise(text))
    return _carried(wanted, given) if wanted and given else 0


def matches(text: str, terms: Sequence[Term], *, at_least: int = MATCH_AT_LEAST) -> Term | None:
    """Give the longest term that *text* carries, if no negative one cancels it.

    A negative term cancels, unless a longer positive one covers it: "звіт про бюджет участі" is no budget
    report, but "бюджет участі" may itself be what is looked for.
    """
    carried = [term for term in terms if resembles(text, term.text) >= at_least]
    negatives = [term for term in carried if term.negative]
    standing = [
        term for term in carried if not term.negative and all(_covers(term, other) for other in negatives)
    ]
    return max(standing, key=lambda term: len(term.text), default=None)


def stems(text: str) -> tuple[str, ...]:
    """Give the words of *text* without their endings, in order."""
    return _stems(normalise(text))


def score_link(text: str, url: str, lexicon: Lexicon) -> dict[str, int]:
    """Say for each topic of *lexicon* how much a link promises it, 1 to 100; topics it does not are left out.

    The words of the link count in full, those of its address (transliterated slugs too) a fifth less.
    """
    return dict(_index_of(lexicon).scores(normalise(text[:_CACHED_UP_TO]), url))


def _covers(term: Term, negative: Term) -> bool:
    longer = len(normalise(term.text)) > len(normalise(negative.text))
    return longer and resembles(term.text, negative.text) >= MATCH_AT_LEAST


def _normalise(text: str) -> str:
    folded = unicodedata.normalize("NFC", text).translate(_INVISIBLE).casefold()
    folded = unicodedata.normalize("NFC", folded.translate(_APOSTROPHES)).replace("\u00a0", " ")
    folded = _SPACED.sub(lambda spaced: spaced[0].replace(" ", ""), folded)
    return " ".join(_one_word(word) for word in _WORD.findall(folded))


_remembered = lru_cache(maxsize=_CACHE_SIZE)(_normalise)


def _one_word(word: str) -> str:
    """Give one alphabet to *word*, one spelling to проєкт, and digits to a Roman number."""
    if word.isascii() and len(word) > len("xxxviii"):
        return word
    if _ROMAN_LOOK.fullmatch(word) and (number := _roman(word.translate(_CYRILLIC_TO_LATIN))):
        return str(number)
    if word.isascii():
        return word
    if _CYRILLIC.search(word) and _LATIN.search(word):
        word = _one_alphabet(word)
    word = word.translate(_VARIANTS)
    return word.replace("проєк", "проек") if "проєк" in word else word


def _one_alphabet(word: str) -> str:
    as_latin = word.translate(_CYRILLIC_TO_LATIN)
    mostly_latin = len(_LATIN.findall(word)) >= len(_CYRILLIC.findall(word))
    return as_latin if mostly_latin and as_latin.isascii() else word.translate(_LATIN_TO_CYRILLIC)


def _roman(word: str) -> int:
    found = _ROMAN.fullmatch(word)
    return len(found[1]) * 10 + _UNITS[found[2]] if found else 0


@lru_cache(maxsize=_CACHE_SIZE)
def _stem(word: str) -> str:
    """Cut the ending of one folded word; numbers and short words stay whole."""
    if word.isascii():
        return _english_stem(word)
    for length in range(min(_LONGEST_ENDING, len(word) - _SHORTEST_STEM), 0, -1):
        if word[-length:] in _ENDINGS:
            word = word[:-length]
            break
    if len(word) > _SHORTEST_STEM + 1 and word.endswith(("ок", "ек")):
        word = word[:-2] + "к"  # порядок – порядку
    return word[:-1] + _ALTERNATIONS.get(word[-1], word[-1])


def _english_stem(word: str) -> str:
    if (
        len(word) <= _SHORTEST_STEM
        or word in _SINGULAR
        or not word.endswith("s")
        or word.endswith(("ss", "us", "is"))
    ):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("sses", "xes", "ches", "shes")) else word[:-1]


@lru_cache(maxsize=_CACHE_SIZE)
def _stems(folded: str) -> tuple[str, ...]:
    return tuple(_stem(word) for word in folded.split())


def _carried(wanted: tuple[str, ...], given: tuple[str, ...]) -> int:
    """Weigh each wanted word by its length; words far apart or in another order count less."""
    if f" {' '.join(wanted)} " in f" {' '.join(given)} ":
        return 100
    known = set(given)
    total = found = 0.0
    places = []
    for word in wanted:
        score, place = (100.0, given.index(word)) if word in known else _misspelt(word, given)
        total += len(word)
        found += len(word) * score / 100
        if score:
            places.append(place)
    if not places:
        return 0
    far_apart = max(places) - min(places) > len(wanted) + 2
    turned = places != sorted(places)
    return round(100 * found / total * (0.8 if far_apart else 1.0) * (0.95 if turned else 1.0))


def _misspelt(word: str, given: tuple[str, ...]) -> tuple[float, int]:
    """Find the word of *given* that may be *word* with a slip or another ending; never for short ones."""
    if len(word) <= _SHORTEST_STEM or word.isdigit():
        return 0.0, 0
    best = process.extractOne(word, given, scorer=fuzz.ratio, score_cutoff=_TYPO_FROM)
    return (float(best[1]), int(best[2])) if best and not best[0].isdigit() else (0.0, 0)


# ---- links against a whole lexicon -------------------------------------------------------------------

_ADDRESS_COUNTS = 0.8  # a slug is chosen once and often outlives its content
_PROMISING_FROM = 50  # half a term may still lead there, through one more page
_INDEXES_KEPT = 4
_KEY = 3  # letters of a stem by which its terms are found

_ROMANISED = str.maketrans(
    {
        **dict(zip("абвгдеєжзиіїйклмнопрстуфцыэхчшщюя", "abvhdeejziiiiklmnoprstufciehcxxua", strict=True)),
        "ь": "", "ъ": "",
    }
)  # fmt: skip
_LATIN_FOLDS = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        ("zh", "j"),
        ("kh|g", "h"),
        ("ts|ch", "c"),
        ("w", "v"),
        ("shc|sc|sh", "x"),
        ("[yij]+(?=[aeu])", ""),
        ("[yi]+", "i"),
        (r"(.)\1", r"\1"),
    )
)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """One term of a topic, with its words cut and, for addresses, romanised."""

    topic: str
    term: Term
    stems: tuple[str, ...]
    romanised: tuple[str, ...]
    weight: int


class _Index:
    """A lexicon turned round: from the beginnings of words to the terms that hold them."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon  # kept alive, so that its id stays its own
        self._by_word: dict[str, list[tuple[_Prepared, int]]] = {}
        self._by_slug: dict[str, list[tuple[_Prepared, int]]] = {}
        self._known: dict[tuple[str, str], tuple[tuple[str, int], ...]] = {}
        for topic, terms in lexicon.topics.items():
            for term in terms:
                words = stems(term.text)
                romanised = tuple(_romanise(word) for word in words)
                prepared = _Prepared(topic, term, words, romanised, sum(map(len, words)))
                for word, latin in zip(words, romanised, strict=True):
                    self._by_word.setdefault(word[:_KEY], []).append((prepared, len(word)))
                    self._by_slug.setdefault(latin[:_KEY], []).append((prepared, len(word)))

    def scores(self, folded: str, url: str) -> tuple[tuple[str, int], ...]:
        """Give topic and score for one link, remembered by its words and address."""
        key = (folded, url)
        if key not in self._known:
            if len(self._known) >= _CACHE_SIZE:
                self._known.clear()
            self._known[key] = tuple(self._weigh(folded, _slug(url)).items())
        return self._known[key]

    def _weigh(self, folded: str, slug: tuple[str, ...]) -> dict[str, int]:
        given = _stems(folded)
        scored: dict[_Prepared, int] = {}
        for prepared in _sharing_half(self._by_word, given):
            scored[prepared] = _carried(prepared.stems, given)
        for prepared in _sharing_half(self._by_slug, slug):
            by_address = round(_ADDRESS_COUNTS * _in_slug(prepared.romanised, slug))
            scored[prepared] = max(scored.get(prepared, 0), by_address)
        return _best_by_topic(scored)


def _sharing_half(index: dict[str, list[tuple[_Prepared, int]]], words: tuple[str, ...]) -> list[_Prepared]:
    """Give the terms of which *words* may hold at least half, without comparing a word in full."""
    shared: dict[_Prepared, int] = {}
    for beginning in {word[:_KEY] for word in words}:
        for prepared, weight in index.get(beginning, ()):
            shared[prepared] = shared.get(prepared, 0) + weight
    return [prepared for prepared, weight in shared.items() if 2 * weight >= prepared.weight]


_INDEXES: dict[int, _Index] = {}


def _index_of(lexicon: Lexicon) -> _Index:
    index = _INDEXES.get(id(lexicon))
    if index is None:
        if len(_INDEXES) >= _INDEXES_KEPT:
            _INDEXES.clear()
        index = _INDEXES[id(lexicon)] = _Index(lexicon)
    return index


def _best_by_topic(scored: dict[_Prepared, int]) -> dict[str, int]:
    cancelled = [
        one
        for one, score in scored.items()
        if one.term.negative and score >= _ADDRESS_COUNTS * MATCH_AT_LEAST
    ]
    best: dict[str, int] = {}
    for one, score in scored.items():
        if one.term.negative or score < _PROMISING_FROM:
            continue
        if all(_covers(one.term, other.term) for other in cancelled if other.topic == one.topic):
            best[one.topic] = max(best.get(one.topic, 0), score)
    return best


@lru_cache(maxsize=_CACHE_SIZE)
def _romanise(word: str) -> str:
    """Give *word* one Latin spelling whichever of the transliterations in use wrote it."""
    latin = word.translate(_ROMANISED)
    for pattern, plain in _LATIN_FOLDS:
        latin = pattern.sub(plain, latin)
    return latin


@lru_cache(maxsize=_CACHE_SIZE)
def _slug(url: str) -> tuple[str, ...]:
    """Give the words of an address's path and query, romanised alike."""
    parts = urlsplit(url)
    words = normalise(unquote(f"{parts.path} {parts.query}")[:_CACHED_UP_TO]).split()
    return tuple(_romanise(word) for word in words)


def _in_slug(wanted: tuple[str, ...], slug: tuple[str, ...]) -> int:
    """Weigh the words of a term that begin some word of the address, up to an ending."""
    total = sum(map(len, wanted)) or 1
    found = sum(
        len(word)
        for word in wanted
        if len(word) >= _SHORTEST_STEM
        and any(part.startswith(word) and len(part) - len(word) <= _LONGEST_ENDING for part in slug)
    )
    return round(100 * found / total)
