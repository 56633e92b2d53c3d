"""Show what was found and let people decide: server-rendered pages, no judging of our own, no visiting.

A view asks a named question (``queries``), a person's act lives in ``decisions``, and every word that a
page says is in ``locale``. Captured pages are hostile text here: shown escaped, never served as pages.
"""
