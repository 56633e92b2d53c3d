"""Damage to a file, of every kind that disks and lines do."""

from __future__ import annotations

from hypothesis import strategies as st


def damages(sample: bytes, data: st.DataObject) -> tuple[bytes, bytes]:
    """*sample* with some bytes changed, and the same cut short."""
    damaged = bytearray(sample)
    for _ in range(data.draw(st.integers(1, 20))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(damaged)))
    return bytes(damaged), bytes(damaged[:cut])
