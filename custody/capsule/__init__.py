"""Capsules: one file in the form of a WACZ that holds a finding, what it rests on, and the proof that it was sealed.

``making`` makes one, ``checking`` checks one with nothing but the file; ``docs/capsules.md`` tells the form.
"""

from custody.capsule.making import MakingError, make_finding_capsule, write_run_capsule

__all__ = ["MakingError", "make_finding_capsule", "write_run_capsule"]
