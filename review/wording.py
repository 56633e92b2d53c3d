"""Words as forms bring them, without what no database keeps."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator


def storable(text: str) -> str:
    """*text* without NUL, which PostgreSQL refuses with all the words around it, and without halves of letters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


Words = Annotated[str, AfterValidator(storable)]
"""What people write, or choose, as a form brings it."""
