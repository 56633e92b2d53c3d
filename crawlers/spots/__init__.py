"""Where quoted words stand in captured bytes: in pages, documents, tables and data.

Everything here reads bytes from outside: outside of tests it runs in a confined child (``crawlers.picturing.looking``).
"""
