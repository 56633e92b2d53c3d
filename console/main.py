"""The list of commands, by hand."""

import argparse
import os
import select
import sys
from collections.abc import Sequence

from console import (
    analyse_page,
    audit,
    bring,
    capsule,
    crawl,
    demo,
    doctor,
    erase,
    findings,
    people,
    serve,
    verify,
)
from console.telling import Refusal
from models.discretion import keep_discreet

COMMANDS = (analyse_page, crawl, findings, serve, bring, people, erase, audit, capsule, verify, doctor, demo)
CUT_SHORT = 141  # what a shell gives for a command whose reader has gone


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; bad input ends in one sentence on standard error and a non-zero exit.

    A reader that has seen enough, such as ``head``, ends the command without a word.
    """
    keep_discreet()
    parser = argparse.ArgumentParser(prog="tcm", description="Transparent Cities Monitor")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.register(commands)
    arguments = parser.parse_args(argv)
    try:
        code = int(arguments.run(arguments))
        sys.stdout.flush()
    except BrokenPipeError:
        if not _reader_has_gone():
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains at its end
        return CUT_SHORT
    except Refusal as refusal:
        print(f"tcm {arguments.command}: {refusal}", file=sys.stderr)
        return refusal.exit_code
    return code


def _reader_has_gone() -> bool:
    """Whether nobody reads our standard output any more; another broken pipe is a fault of ours."""
    watch = select.poll()
    watch.register(sys.stdout, 0)
    return any(event & select.POLLERR for _, event in watch.poll(0))
