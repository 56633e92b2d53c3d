"""`tcm serve`: the review desk."""

from __future__ import annotations

import argparse
import errno
import gc
import socket
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from cryptography.x509 import Certificate
from starlette.types import ASGIApp

from console.bring import Poll
from console.opening import desk_for, registry_for
from console.telling import Refusal
from console.workers import beside
from custody.stamps import StampError, load_roots
from flows.visiting import Desk
from models.environment import Settings, settings
from models.renewing import renew_missing
from review.app import create_app, get_ready
from review.origins import Origins, SameHostError, Sealing
from review.signing import Signer, key_in
from review.stored_pages import create_stored_pages

LOOPBACK = ("localhost", "127.0.0.1")
HIGHEST_PORT = 65_535
KEEP_ALIVE = (
    75  # seconds: people think for longer than the usual five, and a new connection costs a slow line much
)


def register(commands: Any) -> None:  # noqa: ANN401  # argparse has no public name for it
    """Say how the command is called."""
    serve = commands.add_parser("serve", help="open the review desk")
    serve.add_argument(
        "--host", default="127.0.0.1", help="the address to listen on (default: this machine only)"
    )
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument(
        "--name", action="append", default=[], help="a host name the desk answers to, when others reach it"
    )
    serve.add_argument("--https", action="store_true", help="a proxy in front speaks https: mark cookies so")
    serve.add_argument("--contact", help="mail address or page shown to owners of visited sites")
    serve.add_argument("--cities", metavar="DIR", help="folder of city files (default: the built-in ones)")
    serve.add_argument(
        "--workers",
        type=int,
        default=1,
        help="how many processes answer (default: 1); one per core serves a crowd",
    )
    serve.add_argument("--socket", type=int, help=argparse.SUPPRESS)  # of the process that began this worker
    serve.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to stop."""
    known = settings()
    is_worker = arguments.socket is not None  # one beside another, which does what is done once
    listening, *others = (
        [socket.socket(fileno=arguments.socket)]
        if is_worker
        else listen(arguments.host, arguments.port, max(arguments.workers, 1))
    )
    desk = desk_for(known)
    if not is_worker:
        renew_missing(desk.store)
    poll = Poll(desk, registry_for(arguments.cities))
    port = listening.getsockname()[1]
    known = replace(known, review_url=desk_url(known, arguments.host, port))
    key = key_in(known.home)
    sealing = Sealing(known.sealed_url, Signer(key)) if known.sealed_url else None
    review = create_app(
        desk.store,
        desk.archive,
        secure_cookies=arguments.https,
        hosts=(*LOOPBACK, arguments.host, *arguments.name),
        user_agent=known.user_agent,
        contact=arguments.contact or known.write_to,
        sealing=sealing,
        roots=roots_for(known),
        key=key,
        prefect_url=known.prefect_url,
    )
    get_ready(review)
    app: ASGIApp = review
    if sealing is not None:
        app = _with_stored_pages(review, desk, known.review_url, sealing)
    config = uvicorn.Config(app, log_level="warning", server_header=False, timeout_keep_alive=KEEP_ALIVE)
    server = uvicorn.Server(config)
    gc.freeze()  # what is loaded stays: collecting what pages leave behind need not walk through it each time
    if is_worker:
        server.run(sockets=[listening])
        return 0
    if sealing is None:
        print(
            "Stored pages are shown as pictures only: name another host in TCM_SEALED_URL.", file=sys.stderr
        )
    print(f"The review desk is at http://{arguments.host}:{port}/ (Ctrl-C stops it)", flush=True)
    poll.start()
    with beside(others, _options(arguments)):
        server.run(sockets=[listening])
    poll.stop()
    return 0


def _options(arguments: argparse.Namespace) -> list[str]:
    """The options by which another process serves as this one does."""
    options = ["--host", arguments.host]
    options += [part for name in arguments.name for part in ("--name", name)]
    options += ["--https"] if arguments.https else []
    options += ["--contact", arguments.contact] if arguments.contact else []
    return options + (["--cities", arguments.cities] if arguments.cities else [])


def roots_for(known: Settings) -> Sequence[Certificate]:
    """The roots under which the authorities of this installation stand; one sentence where a file holds none."""
    try:
        return load_roots(known.stamp_roots)
    except StampError as error:
        raise Refusal(f"TCM_STAMP_ROOTS: {error}") from error


def desk_url(known: Settings, host: str, port: int) -> str:
    """Where people reach the desk: where it listens, unless the settings name a place beyond this machine."""
    named = urlsplit(known.review_url).hostname or LOOPBACK[0]
    return f"http://{host}:{port}" if named in LOOPBACK else known.review_url


def _with_stored_pages(app: ASGIApp, desk: Desk, url: str, sealing: Sealing) -> ASGIApp:
    """The desk *app* at *url*, and beside it the other origin."""
    stored = create_stored_pages(desk.store, desk.archive, signer=sealing.signer, desk_url=url)
    try:
        return Origins(desk=app, stored=stored, desk_url=url, stored_url=sealing.url)
    except SameHostError as error:
        raise Refusal(f"TCM_SEALED_URL: {error}, for cookies know no ports") from error


def listen(host: str, port: int, count: int = 1) -> list[socket.socket]:
    """So many sockets that listen on *host* and *port*, or one sentence why there is none.

    Several share what comes in evenly; on one socket, whichever process was woken first would get nearly all of it.
    """
    if not 0 <= port <= HIGHEST_PORT:
        raise Refusal(f"there is no port {port}: ports go up to {HIGHEST_PORT}")
    try:
        family, *_, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = [socket.create_server(address, family=family)]  # refused where somebody else listens
        if count > 1:
            address = listening[0].getsockname()
            listening.pop().close()
            listening = [socket.create_server(address, family=family, reuse_port=True) for _ in range(count)]
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Refusal(f"port {port} on {host} is in use: choose another with --port") from error
        raise Refusal(f"cannot listen on {host}:{port}: {error.strerror or error}") from error
    # Connections inherit it. Without it the end of an answer waits for the other side to acknowledge its head: 40 ms.
    for one in listening:
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening
