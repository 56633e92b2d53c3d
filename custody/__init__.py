"""SEAL what was captured, said and decided, so that any change to it shows; check what was sealed.

The log, manifests, time-stamps and capsules live here. This floor fetches nothing and judges nothing: it stands
above ``crawlers`` and ``checks`` because a capsule is as small as its verdict allows, and imports no crawler.
"""
