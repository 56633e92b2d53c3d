"""Readers, one small file per family of sites; none of them touches the network.

A family module says ``recognise(page) -> bool`` from the page's own marks, and ``read(page) -> PageFacts``.
It takes what must be there with ``one`` and ``some``, what may be there with ``maybe`` (all in ``base``):
a selector that finds nothing is a changed layout, loud, and never an empty list.
"""
