"""`tcm people`: who may sign in to the review desk."""

from __future__ import annotations

import argparse
from typing import Any

from console.opening import desk_for, registry_for
from console.telling import Refusal, tell_json
from models.environment import settings
from models.vocabulary import Role
from review.enrolling import EnrolmentError, Newcomer, enrol, enrolled
from review.inviting import invite_first


def register(commands: Any) -> None:  # noqa: ANN401  # argparse has no public name for it
    """Say how the command is called."""
    people = commands.add_parser("people", help="who may sign in to the review desk")
    acts = people.add_subparsers(dest="act", required=True, metavar="ACT")
    add = acts.add_parser("add", help="let somebody in; their password is printed once")
    _describe(add)
    add.set_defaults(run=add_person)
    invited = acts.add_parser("invite", help="make a link by which somebody lets themselves in within a week")
    _describe(invited)
    invited.set_defaults(run=invite_person)
    shown = acts.add_parser("list", help="everybody who was let in")
    shown.add_argument("--json", action="store_true")
    shown.set_defaults(run=show)


def add_person(arguments: argparse.Namespace) -> int:
    """Add one person and print their new password."""
    newcomer = _newcomer(arguments)
    desk = desk_for(settings())
    try:
        password = enrol(desk.store, newcomer)
    except EnrolmentError as error:
        raise Refusal(str(error)) from error
    if arguments.json:
        tell_json({"login": arguments.login.strip().casefold(), "password": password})
    else:
        print(f"{arguments.login}: {password}")
        print("Shown once: only its hash is kept.")
    return 0


def invite_person(arguments: argparse.Namespace) -> int:
    """Print the link of a new invitation."""
    newcomer, known = _newcomer(arguments), settings()
    try:
        invitation, token = invite_first(desk_for(known).store, newcomer)
    except EnrolmentError as error:
        raise Refusal(str(error)) from error
    link = f"{known.review_url.rstrip('/')}/invitations/{token}"
    if arguments.json:
        tell_json({"login": invitation.login, "link": link, "expires_at": invitation.expires_at.isoformat()})
    else:
        print(link)
        print("Shown once, and opens once, within seven days. Nothing is sent: pass it on yourself.")
    return 0


def show(arguments: argparse.Namespace) -> int:
    """Print everybody, one line each."""
    people = enrolled(desk_for(settings()).store)
    if arguments.json:
        tell_json(
            [
                {
                    "login": person.login,
                    "name": person.name,
                    "role": person.role.value,
                    "region": person.region,
                    "organisation": person.organisation,
                    "active": person.active,
                }
                for person in people
            ]
        )
        return 0
    for person in people:
        where = person.city or person.region or "all regions"
        closed = "" if person.active else "  (closed)"
        print(
            f"{person.login:<20} {person.role.value:<15} {where:<12} {person.name}, {person.organisation}{closed}"
        )
    if not people:
        print("Nobody yet. Begin with: tcm people add --login LOGIN --name NAME --role chief")
    return 0


def _describe(command: argparse.ArgumentParser) -> None:
    """Ask who it is."""
    command.add_argument("--login", required=True)
    command.add_argument("--name", required=True)
    command.add_argument("--role", required=True, choices=[role.value for role in Role])
    command.add_argument("--region", help="limits a person to the cities of one region")
    command.add_argument("--city", help="the one city that an official sees, by its name in the registry")
    command.add_argument("--organisation", default="")
    command.add_argument("--json", action="store_true")


def _newcomer(arguments: argparse.Namespace) -> Newcomer:
    """Who is meant, if their region and city are known."""
    if arguments.region is not None:
        _require_region(arguments.region)
    if arguments.city is not None and arguments.city not in registry_for(None):
        raise Refusal(
            f"no city is called {arguments.city!r}: its name is that of its file in the registry, such as lviv"
        )
    return Newcomer(
        login=arguments.login,
        name=arguments.name,
        role=Role(arguments.role),
        region=arguments.region,
        city=arguments.city,
        organisation=arguments.organisation,
    )


def _require_region(region: str) -> None:
    """Refuse a region that no city of the registry belongs to."""
    regions = sorted({city.region for city in registry_for(None).values()})
    if region not in regions:
        raise Refusal(f"no region is called {region!r}; there are: {', '.join(regions)}")
