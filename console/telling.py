"""How commands speak: JSON or text on standard output, one sentence on standard error."""

import json
import sys
from typing import Any


class Refusal(Exception):  # noqa: N818  # it is not an error of ours: the input cannot be used
    """One clear sentence for the person at the keyboard: what, where, and what to do."""

    def __init__(self, sentence: str, *, exit_code: int = 2) -> None:
        """Carry *sentence*; the process ends with *exit_code*."""
        super().__init__(sentence)
        self.exit_code = exit_code


def tell_json(value: Any) -> None:  # noqa: ANN401  # anything JSON can say
    """Print *value* as JSON, readable and in UTF-8."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")
