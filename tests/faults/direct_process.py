"""A crawl process whose gate lets the hostile web's own ports in. Only tests start it; no job can ask for it.

``python direct_process.py NAMES DOORS``, both JSON: NAMES is host → the answers of its lookups one after the
other, DOORS the (address, port) pairs on loopback that pass.
"""

from __future__ import annotations

import json
import sys
from itertools import chain, repeat
from typing import Any

from crawlers import process
from crawlers.gate import Gate
from crawlers.job import Job
from crawlers.settings import scrapy_settings


def main() -> int:
    """Crawl as ever, with a resolver and doors of our own."""
    names = json.loads(sys.argv[1])
    answers = {host: chain(said, repeat(said[-1])) for host, said in names.items()}
    doors = frozenset((host, port) for host, port in json.loads(sys.argv[2]))
    gate = Gate(resolve=lambda host: next(answers.get(host, iter(())), []), doors=doors)

    def with_our_gate(job: Job) -> dict[str, Any]:
        return scrapy_settings(job, gate=gate)

    process.scrapy_settings = with_our_gate  # type: ignore[attr-defined,assignment]
    return process.main()


if __name__ == "__main__":
    raise SystemExit(main())
