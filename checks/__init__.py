"""The working floor that JUDGES: facts in, answers out.

Pure: no network, no database, no clock of its own. A rule may find a thing or not find it; whether "not
found" becomes "not published" is decided in one place only, ``checks.absence``.
"""
