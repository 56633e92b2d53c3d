"""Phrases find themselves in texts, and the glance that saves their looking misses none."""

from hypothesis import given
from hypothesis import strategies as st

from crawlers.pages.lexicon import Phrases
from models.matching import stems

KNOWN = ("порядок денний", "протокол", "про бюджет", "сесія", "not found")
WORDS = "Порядку денного ПРОТОКОЛИ прото\u00adкол про бюджет 12.3.26 № 404-сесія сесії, в Р С Е І Я: not found протoкoл"
PIECES = st.sampled_from([*WORDS.split(), "об'єкт", "XLI", "3сесія", "«Про", "бюджет»", "\u00a0", "—"])


@given(st.lists(PIECES, max_size=12).map(" ".join))
def test_glance_never_hides_a_phrase(text: str) -> None:
    """What looking word by word finds, asking whether it is within finds too, whatever was asked before."""
    phrases = Phrases(KNOWN)

    assert phrases.within(text) == bool(phrases.among(stems(text)))
    assert phrases.within(text) == bool(phrases.among(stems(text)))


def test_word_set_wide_is_one_word() -> None:
    """A heading in spaced letters carries its phrase."""
    assert Phrases(KNOWN).within("П Р О Т О К О Л № 3")
