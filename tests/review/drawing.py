"""Pictures drawn by hand, for want of a browser."""

from __future__ import annotations

import hashlib
import struct
import zlib
from functools import cache


@cache
def drawn_page(seed: str, width: int = 640, height: int = 450) -> bytes:
    """A PNG that looks like a page from afar: a bar, grey lines of text, one outlined line."""
    shade = hashlib.sha256(seed.encode()).digest()
    bar = bytes((30 + shade[0] % 60, 70 + shade[1] % 60, 120 + shade[2] % 80))
    lines = bytearray()
    for y in range(height):
        row = bytearray(b"\xff\xff\xff" * width)
        if y < 45:
            row[:] = bar * width
        elif 150 <= y < 180 and not 152 <= y < 178:
            row[90 * 3 : 500 * 3] = b"\xd2\x3c\x14" * 410
        elif (y - 60) % 20 < 7:
            end = 250 + shade[(y // 20) % 32]
            row[100 * 3 : end * 3] = b"\xb4\xb8\xbe" * (end - 100)
        lines += b"\0" + row
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(lines), 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
