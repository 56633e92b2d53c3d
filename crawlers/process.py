"""The process of one visit: reads its job from standard input, crawls, writes its statistics, ends.

Run by ``crawlers.visit`` as ``python -m crawlers.process``; it ends when its parent is gone.
"""

from __future__ import annotations

import ctypes
import gc
import json
import logging
import os
import resource
import signal
import sys
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess

from crawlers.job import NO_ROOM, Job
from crawlers.recording import RecordingError
from crawlers.settings import scrapy_settings
from crawlers.spiders.site import SiteSpider
from models.discretion import keep_discreet

PR_SET_PDEATHSIG = 1
SPARSE = 20_000  # new objects before rubbish is looked for; one page makes thousands that are no rubbish
BAD_INPUT = 2


def main() -> int:
    """Do the job that standard input holds."""
    began = monotonic()
    keep_discreet()
    job = Job.from_json(sys.stdin.read())
    _die_with(job.parent)
    logging.getLogger("scrapy.middleware").setLevel(logging.WARNING)
    logging.getLogger("scrapy.crawler").setLevel(logging.WARNING)
    process = AsyncCrawlerProcess(scrapy_settings(job))
    crawler = process.create_crawler(SiteSpider)

    def write_statistics(spider: SiteSpider, reason: str) -> None:
        stats: dict[str, Any] = {
            "finish_reason": reason,
            "trouble": spider.trouble,
            "spider_exceptions": _exceptions(crawler.stats.get_stats()),
            "bytes": spider.received,
            "reasons": dict(spider.reasons),
            "ways": dict(spider.ways),
            "templates": spider.bringer.decisions.as_json(),
            **_used(began),
        }
        with suppress(OSError):  # on a full disk the exit code must do
            Path(job.stats_file).write_text(json.dumps(stats), encoding="utf-8")

    crawler.signals.connect(write_statistics, signals.spider_closed)
    gc.freeze()  # what the start has made stays to the end
    gc.set_threshold(SPARSE)
    try:
        process.crawl(crawler)
        process.start()
    except RecordingError as error:
        sys.stderr.write(f"{error}\n")
        return BAD_INPUT
    spider: Any = crawler.spider
    return NO_ROOM if spider is not None and spider.trouble else 0


def _used(began: float) -> dict[str, Any]:
    """What the crawl cost this machine, start-up included."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "seconds": round(monotonic() - began, 3),
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 3),
        "peak_mb": round(_peak_kilobytes(used.ru_maxrss) * 1024 / 1e6),
    }


def _peak_kilobytes(otherwise: int) -> int:
    """The largest memory of this process alone: what getrusage says may be that of whoever started it."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return otherwise
    return next(
        (int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")), otherwise
    )


def _exceptions(stats: dict[str, Any]) -> int:
    """How many callbacks of ours broke: Scrapy ends with exit code 0 all the same."""
    return int(stats.get("spider_exceptions/count", 0)) + int(stats.get("log_count/CRITICAL", 0))


def _die_with(parent: int) -> None:
    """Have the kernel stop us when *parent* ends, and stop now if it is gone already."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if parent and os.getppid() != parent:
        raise SystemExit(1)


if __name__ == "__main__":
    raise SystemExit(main())
