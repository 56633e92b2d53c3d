"""Scrapy's settings for one visit, built from manners. Each departure from its defaults says why."""

from __future__ import annotations

from typing import Any

from crawlers.doors import Pins
from crawlers.gate import Gate
from crawlers.job import Job
from crawlers.unpacking import ACCEPTED


def scrapy_settings(job: Job, *, gate: Gate | None = None) -> dict[str, Any]:
    """The settings of the process that does *job*.

    ``gate`` is a test's own; no job can name one, and the crawl process hands in none.
    """
    manners = job.manners
    return {
        "TCM_JOB": job,
        "TCM_PINS": Pins(gate or Gate(pretend=bool(job.pretend_proxy))),
        "TCM_RETRY_WAIT": manners.retry_wait,
        "TCM_ON_LOOPBACK": bool(job.pretend_proxy or job.replay),
        "SCHEDULER": "crawlers.frontier.Frontier",
        "DOWNLOADER_MIDDLEWARES": {
            "crawlers.doors.GateMiddleware": 50,
            "crawlers.robots.RobotsMiddleware": 100,
            "crawlers.doors.RestMiddleware": 500,
            "crawlers.doors.ReplayMiddleware": 900,
        },
        "TWISTED_DNS_RESOLVER": "crawlers.doors.PinnedResolver",
        # names and pace
        "USER_AGENT": job.user_agent,
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
            "Accept-Language": "uk,en;q=0.5",
            "Accept-Encoding": ACCEPTED,
        },
        "DOWNLOAD_DELAY": manners.delay,
        "DOWNLOAD_DELAY_JITTER": 0.0,  # never faster than promised
        "CONCURRENT_ITEMS": 1,  # our callbacks yield none; Scrapy starts this many tasks for every page
        "CONCURRENT_REQUESTS": manners.connections,
        "CONCURRENT_REQUESTS_PER_DOMAIN": manners.connections,
        "DOWNLOAD_TIMEOUT": manners.timeout,
        "DOWNLOAD_MAXSIZE": manners.largest,  # default is 1 GiB
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_FAIL_ON_DATALOSS": True,
        "CLOSESPIDER_TIMEOUT": manners.max_seconds,
        "MEMUSAGE_LIMIT_MB": 1500,
        # ours in place of theirs
        "ROBOTSTXT_OBEY": False,  # crawlers.robots does, by RFC 9309: Scrapy reads a 500 as a yes
        "COMPRESSION_ENABLED": False,  # bodies are kept as received, and a cut gzip is noticed
        "REDIRECT_ENABLED": False,  # every hop is a row and passes the gate
        "METAREFRESH_ENABLED": False,
        "RETRY_ENABLED": False,  # the frontier retries, keeping Retry-After
        "COOKIES_ENABLED": False,
        "REFERRER_POLICY": "no-referrer",
        "HTTPERROR_ALLOW_ALL": True,  # every status is stored
        "HTTPPROXY_ENABLED": False,  # proxy variables of the environment are nobody's business here
        "DOWNLOAD_HANDLERS": {
            "http": "crawlers.connecting.WaryHandler",
            "https": "crawlers.connecting.WaryHandler",  # checks certificates; the default accepts any
            "file": None,
            "ftp": None,
            "data": None,
            "s3": None,
        },
        "TELNETCONSOLE_ENABLED": False,  # default opens a port
        "REMOTE_CONTROL_ENABLED": False,  # default opens a port that runs Python
        "LOG_LEVEL": "INFO",
        "LOGSTATS_INTERVAL": 0,
    }
