"""`tcm serve`: the review desk."""

from __future__ import annotations

import argparse
import errno
import socket
from typing import Any

import uvicorn

from console.opening import desk_for
from console.telling import Refusal
from models.environment import settings
from review.app import create_app

LOOPBACK = ("localhost", "127.0.0.1")
HIGHEST_PORT = 65_535


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
    serve.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to stop."""
    known = settings()
    listening = listen(arguments.host, arguments.port)
    desk = desk_for(known)
    app = create_app(
        desk.store,
        desk.archive,
        secure_cookies=arguments.https,
        hosts=(*LOOPBACK, arguments.host, *arguments.name),
        user_agent=known.user_agent,
        contact=arguments.contact or known.write_to,
    )
    print(
        f"The review desk is at http://{arguments.host}:{listening.getsockname()[1]}/ (Ctrl-C stops it)",
        flush=True,
    )
    config = uvicorn.Config(app, log_level="warning", server_header=False)
    uvicorn.Server(config).run(sockets=[listening])
    return 0


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on *host* and *port*, or one sentence why there is none."""
    if not 0 <= port <= HIGHEST_PORT:
        raise Refusal(f"there is no port {port}: ports go up to {HIGHEST_PORT}")
    try:
        family, *_, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        return socket.create_server(address, family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Refusal(f"port {port} on {host} is in use: choose another with --port") from error
        raise Refusal(f"cannot listen on {host}:{port}: {error.strerror or error}") from error
