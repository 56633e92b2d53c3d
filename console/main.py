"""The list of commands, by hand."""

import argparse
import sys
from collections.abc import Sequence

from console import analyse_page, crawl, demo, doctor, findings, people, serve
from console.telling import Refusal

COMMANDS = (analyse_page, crawl, findings, serve, people, doctor, demo)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; bad input ends in one sentence on standard error and a non-zero exit."""
    parser = argparse.ArgumentParser(prog="tcm", description="Transparent Cities Monitor")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.register(commands)
    arguments = parser.parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except Refusal as refusal:
        print(f"tcm {arguments.command}: {refusal}", file=sys.stderr)
        return refusal.exit_code
