"""A photo somebody brought, drawn anew without what its camera wrote beside it: by a process with limits."""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

MOST_PIXELS = 50_000_000
WIDEST = 1600
SECONDS = 20
MEMORY = 2**30
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "TIFF")


class NotDrawnError(Exception):
    """The file is no picture that we can show; it is kept all the same."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A JPEG without metadata."""

    content: bytes
    width: int
    height: int


def redrawn(body: bytes) -> Drawn:
    """*body* as a JPEG of at most 1600 pixels in width; NotDrawnError where it is no picture, or too large a one."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "review.redrawing"],
            input=body,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NotDrawnError("it took too long") from error
    if done.returncode:
        raise NotDrawnError(f"exit code {done.returncode}")
    said, _, content = done.stdout.partition(b"\n")
    size = json.loads(said)
    return Drawn(content, int(size["width"]), int(size["height"]))


def main() -> int:
    """Draw what standard input holds onto standard output; a line with its size comes first."""
    _limit()
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2  # Pillow refuses twice that
    try:
        with Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                return 2
            opened.draft("RGB", (WIDEST, WIDEST))
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        return 2
    if upright.width > WIDEST:
        upright = upright.resize((WIDEST, max(1, round(upright.height * WIDEST / upright.width))))
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)  # the pixels and nothing else
    written = io.BytesIO()
    bare.save(written, "JPEG", quality=85)
    size = json.dumps({"width": bare.width, "height": bare.height})
    sys.stdout.buffer.write(size.encode() + b"\n" + written.getvalue())
    return 0


def _limit() -> None:
    """No more memory and time for this process, whatever the file asks for."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    raise SystemExit(main())
