"""Readers of files, one small module per format; ``reading.read_document`` is the door.

A format module says ``read(body, given) -> Contents`` and raises ``UnreadableError`` with the reason where it
cannot. None runs a program, opens an address or writes a file: what needs a program asks for it through
``given.tools``. All of them expect to be run in a confined child (``crawlers.confined_reading``).
"""
