"""Fetches politely and reads typed facts; never judges.

May: ask the network (spiders only), turn captures into models.facts, say why something could not be read.
Must not: decide a verdict, know an indicator, write a finding, import checks, flows or review.
"""
