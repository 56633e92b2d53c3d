"""Heads of acts as plain lines: number, day, session, body and subject, however a council writes them.

Nothing here knows of pages or files: ``crawlers.pages.acts`` brings the lines of either.
"""
