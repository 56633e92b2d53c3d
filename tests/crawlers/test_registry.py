"""The registry reads fifty real cities and refuses every sort of mistake by name."""

from collections.abc import Callable
from pathlib import Path

import pytest

from crawlers.city import Knowledge
from crawlers.registry import RegistryError, load_city, load_registry

CITY = """\
name: {uk: Місто, en: Town}
oblast: Львівська
region: west
edrpou: "01234567"
evidence: page-seen
sites:
  - {url: "https://www.Town.example", role: main, verified: true}
  - {url: "https://old.town.example", role: legacy, verified: true}
  - {url: "https://maybe.town.example", role: acts, verified: false}
open_data:
  - {url: "https://data.town.example", kind: ckan, verified: true}
  - {url: "https://data.gov.ua", kind: ckan, organisation: town, verified: true}
sources:
  - {kind: budget, url: "https://town.example/budget", verified: true}
  - {kind: decisions, pattern: "https://town.example/<id>", verified: true}
  - {kind: petitions, url: "https://petitions.example/town", verified: true}
"""

Writer = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    """Write a city file and return its path."""

    def write(text: str, name: str = "town.yaml") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_fifty_real_cities_in_five_regions() -> None:
    """The built-in registry reads, and every region has its cities."""
    registry = load_registry()

    assert len(registry) == 50
    assert {city.region for city in registry.values()} == {region.id for region in registry.regions}
    assert [region.id for region in registry.regions] == ["west", "north", "centre", "east", "south"]


def test_nothing_seen_is_claimed_without_a_place_where_it_was_seen() -> None:
    """A city whose site is said to be seen has a verified site; no verified address has an empty origin."""
    for city in load_registry().values():
        verified = [site for site in city.sites if site.verified]
        assert verified or city.evidence is not Knowledge.PAGE_SEEN, city.slug
        assert all(site.seen for site in verified), city.slug


def test_visits_begin_at_verified_places_that_are_not_legacy(write: Writer) -> None:
    """An address that nobody has seen, an old site and a shared service are no place to begin."""
    city = load_city(write(CITY))

    assert city.start_urls() == ("https://www.Town.example", "https://town.example/budget")
    assert "https://maybe.town.example" in city.start_urls(unverified=True)
    assert city.unverified_urls() == ("https://maybe.town.example",)


def test_card_names_the_councils_own_hosts(write: Writer) -> None:
    """A rule sees hosts without www. and in lower case, and no shared portal among them."""
    card = load_city(write(CITY)).card()

    assert card.slug == "town"
    assert card.edrpou == "01234567"
    assert card.hosts == ("town.example", "old.town.example", "maybe.town.example", "data.town.example")


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("region: west", "regoin: west", "town.yaml: unknown key 'regoin' (did you mean 'region'?)"),
        ("region: west\n", "", "town.yaml: key 'region' is missing"),
        ("region: west", "region: wets", "town.yaml: 'region' cannot be 'wets' (did you mean 'west'?)"),
        ("region: west", "region: 7", "town.yaml: 'region' must be text, not 7: put it in quotes"),
        ("region: west", "region:", "town.yaml: 'region' must be text, not empty"),
        ("en: Town", "eng: Town", "town.yaml: unknown key 'name.eng' (did you mean 'en'?)"),
        ("role: main", "role: mian", "town.yaml: 'sites[1].role' cannot be 'mian' (did you mean 'main'?)"),
        (
            "verified: true",
            'verified: "yes"',
            "town.yaml: 'sites[1].verified' must be true or false, not 'yes'",
        ),
        ('"01234567"', "12345678", "town.yaml: 'edrpou' must be text, not 12345678: put it in quotes"),
        ('"01234567"', '"1234"', "town.yaml: 'edrpou' must be eight digits, not '1234'"),
        (
            "edrpou",
            "katottg: {settlement: UA1, hromada: null}\nedrpou",
            "town.yaml: 'katottg' must be UA and 17 digits, not 'UA1'",
        ),
        (
            "https://www.Town",
            "ftp://town",
            "town.yaml: 'sites[1].url' must begin with http:// or https:// and a host",
        ),
        ("https://www.Town", "https://me:pw@town", "town.yaml: 'sites[1].url' must not carry a user's name"),
        ("example/budget", "example:99999/b", "town.yaml: 'sources[1].url' is no address"),
        (
            "/budget",
            "/budget/<id>",
            "town.yaml: 'sources[1].url' has a place to fill in; write it as a pattern",
        ),
        (
            "pattern",
            "url: 'https://town.example/a', pattern",
            "town.yaml: 'sources[2]' must have either a url or",
        ),
        ("kind: budget", "kind: Budget report", "town.yaml: 'sources[1].kind' must be lower-case words"),
        ("sites:", "sites: none\nopen:", "town.yaml: unknown key 'open' (did you mean 'open_data'?)"),
        ("oblast:", "name: {uk: А, en: B}\noblast:", "town.yaml: line 2: key 'name' appears twice"),
        (
            "region: west",
            "region: west: east",
            "town.yaml: line 3, column 13: mapping values are not allowed",
        ),
        ("region: west", "region: [west", "town.yaml: line 4, column 7:"),
    ],
)
def test_mistakes_are_named_by_file_and_key(write: Writer, old: str, new: str, complaint: str) -> None:
    """One clear sentence says in which file, and at which key or line."""
    assert old in CITY
    path = write(CITY.replace(old, new, 1))

    with pytest.raises(RegistryError) as refusal:
        load_city(path)

    assert str(refusal.value).startswith(complaint)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("text", ["", "- a\n", "just words", "a: [&x *x]", "? [a]\n: b", "\x00"])
def test_a_file_that_is_no_city_is_refused(write: Writer, text: str) -> None:
    """Whatever a file holds, the complaint names it and nothing else is raised."""
    with pytest.raises(RegistryError, match=r"^town\.yaml: "):
        load_city(write(text))


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    """A file in another encoding says so."""
    path = tmp_path / "town.yaml"
    path.write_bytes("name: Львів".encode("cp1251"))

    with pytest.raises(RegistryError, match=r"town\.yaml: byte 6 is not UTF-8"):
        load_city(path)


def test_slug_comes_from_a_well_formed_file_name(write: Writer) -> None:
    """A file name with capitals or spaces cannot become an identifier."""
    with pytest.raises(RegistryError, match="lower-case Latin words"):
        load_city(write(CITY, "My Town.yaml"))


def test_one_host_belongs_to_one_city(write: Writer, tmp_path: Path) -> None:
    """A file copied for the next city, its address forgotten, is caught."""
    write(CITY)
    write(CITY, "village.yaml")

    with pytest.raises(RegistryError, match=r"village\.yaml: host 'town\.example' is already in town\.yaml"):
        load_registry(tmp_path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    """A wrong folder is a mistake, not a country without cities."""
    with pytest.raises(RegistryError, match="no city files"):
        load_registry(tmp_path)


def test_cities_are_chosen_by_name_or_region() -> None:
    """Named cities and a region's cities come out; with neither, all of them."""
    registry = load_registry()

    chosen = registry.select(["lviv", "odesa"])
    west = registry.select(region="west")

    assert [city.slug for city in chosen] == ["lviv", "odesa"]
    assert len(west) == 12
    assert len(registry.select()) == 50


def test_unknown_city_or_region_is_refused_with_a_suggestion() -> None:
    """A typing mistake on the command line is answered with the likely word."""
    registry = load_registry()

    with pytest.raises(RegistryError, match=r"unknown city 'lvov' \(did you mean 'lviv'\?\)"):
        registry.select(["lvov"])
    with pytest.raises(RegistryError, match=r"unknown region 'galicia' \(one of: west, north"):
        registry.select(region="galicia")
