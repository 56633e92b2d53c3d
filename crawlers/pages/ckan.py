"""CKAN pages for people: a dataset with its table of labels and its resources, or a list of datasets."""

import re
from dataclasses import replace
from datetime import date
from urllib.parse import urlsplit

from crawlers.pages import generic
from crawlers.pages.base import Element, Page, absolute, maybe, some, text
from crawlers.pages.dates import first_date
from crawlers.pages.lexicon import phrases
from crawlers.pages.parts import generator, has_class, labelled
from crawlers.pages.passports import FIELDS, describes_data, in_order, is_filled
from models.facts import Dataset, DocumentLink, PageFacts
from models.vocabulary import LinkKind, PageKind

_MARKS = ("data-site-root=", 'class="dataset-item', 'class="additional-info', "/base/javascript/")
_DATASET = re.compile(r"/dataset/(?!new\b|edit\b|activity\b|groups\b|showcases\b)(?P<id>[\w-]+)/?$")
_USER = re.compile(r"^(?:/[a-z]{2}(?:_[A-Z]{2})?)?/user(?:/|$)")
_ITEMS = f"//*[{has_class('dataset-item')}]"
_ITEM_LINK = ".//*[contains(@class, 'dataset-heading')]//a[@href] | .//h2//a[@href] | .//h3//a[@href]"
_RESOURCES = f"//*[{has_class('resource-item')} or @data-id and .//a[contains(@href, '/resource/')]]"
_FILES = ".//a[contains(@href, '/download/') or contains(@class, 'resource-url-analytics')]"
_HEADING = ".//a[contains(@class, 'heading') or contains(@href, '/resource/')]"
_PUBLISHERS = (
    "//a[contains(@href, '/organization/') and not(contains(@href, '/organization/new')) "
    "and not(ancestor::nav) and not(ancestor::header)]"
)
_FACTS = f"//*[{has_class('additional-info', 'dataset-details')}] | //th[{has_class('dataset-label')}]"
_SHOWN = {
    "purpose": f"//*[{has_class('notes')}][normalize-space()]",
    "keywords": f"//*[{has_class('tag-list')}]//a",
    "licence": f"//a[@rel='dc:rights'] | //*[{has_class('license')}]//a[normalize-space()]",
    "email": f"//*[{has_class('additional-info', 'dataset-details')}]//*"
    "[starts-with(@href, 'mailto:') or @data-cfemail]",
}
"""Where the theme shows what no label says; a mail address may be hidden from programs, and is still given."""

_ORGANISATION = re.compile(r"/organization/[\w-]+/?$")


def recognise(page: Page) -> bool:
    """Know it by its generator, or by the marks of its theme beside an address of its own."""
    if generator(page).lower().startswith("ckan"):
        return True
    return _is_ours(page.url) and sum(mark in page.source for mark in _MARKS) > 0


def read(page: Page) -> PageFacts:
    """Give the dataset a page is about, or those it lists; profiles of users are no content."""
    facts = generic.read(page)
    path = urlsplit(page.url).path
    if not facts.complete or _USER.search(path):
        return replace(facts, links=_kinds_forgotten(facts.links), act=None, meetings=())
    if found := _DATASET.search(path):
        return _dataset(facts, page, found["id"])
    datasets = tuple(one for item in page.root.xpath(_ITEMS) if (one := _listed(item, page)))
    if not datasets:
        return facts
    return replace(facts, kind=PageKind.CATALOGUE, datasets=datasets, act=None, meetings=())


def _is_ours(url: str) -> bool:
    return any(
        f"/{part}/" in f"{urlsplit(url).path}/" for part in ("dataset", "organization", "group", "user")
    )


def _dataset(facts: PageFacts, page: Page, name: str) -> PageFacts:
    """Take the day of change from its label, the formats and files from the resources, the publisher by its link."""
    resources = page.root.xpath(_RESOURCES)
    if not resources:
        some(page.root, _FACTS)
    told = dict(reversed(list(labelled(page.root))))
    modified = _day(told, "portal", "modified") or _day(told, "portal", "created")
    links = {link.href: link for resource in resources if (link := _resource(resource, page, modified))}
    names = {resource: _name(resource) for resource in resources}
    data = [one for one in resources if not describes_data(names[one])] or resources
    passport = _passport(page, told)
    if any(map(describes_data, names.values())):
        passport["schema"] = ""
    dataset = Dataset(
        id=name,
        title=page.heading or page.title,
        publisher=_publisher(page),
        formats=tuple(dict.fromkeys(fmt for one in data if (fmt := _format(one)))),
        modified=modified,
        url=page.url.partition("?")[0],
        frequency=passport.get("frequency", ""),
        described=in_order(passport),
    )
    kept = tuple(links.pop(link.href, link) for link in _kinds_forgotten(facts.links))
    return replace(
        facts,
        kind=PageKind.CATALOGUE,
        datasets=(dataset,),
        links=(*kept, *links.values()),
        date=modified or facts.date,
        act=None,
        meetings=(),
    )


def _passport(page: Page, told: dict[str, str]) -> dict[str, str]:
    """Give the fields of the dataset's passport that are filled: by their labels, or where the theme shows them."""
    filled: dict[str, str] = {}
    for name in FIELDS:
        values = (value for label, value in told.items() if phrases("portal", name).within(label))
        if value := next((value for value in values if is_filled(value, name)), ""):
            filled[name] = value
        elif name in _SHOWN and any(_is_given(one, name) for one in page.root.xpath(_SHOWN[name])):
            filled[name] = ""
    return filled


def _is_given(shown: Element, name: str) -> bool:
    return name == "email" or is_filled(text(shown), name)


def _name(resource: Element) -> str:
    heading = maybe(resource, _HEADING)
    return ((heading.get("title") or text(heading)) if heading is not None else "").strip()


def _day(told: dict[str, str], name: str, key: str) -> date | None:
    values = (value for label, value in told.items() if phrases(name, key).within(label))
    return next((day for value in values if (day := first_date(value))), None)


def _publisher(page: Page) -> str | None:
    """Give the organisation the dataset is filed under: the person named as responsible is not it."""
    named = (text(link) or (link.get("title") or "").strip() for link in page.root.xpath(_PUBLISHERS))
    shown = {name for name in named if name and not phrases("portal", "all_publishers").within(name)}
    return shown.pop() if len(shown) == 1 else None


def _resource(item: Element, page: Page, modified: date | None) -> DocumentLink | None:
    file, heading = maybe(item, _FILES), maybe(item, _HEADING)
    shown = heading if heading is not None else file
    if shown is None:
        return None
    href = absolute(page.base, (file if file is not None else shown).get("href"))
    if href is None:
        return None
    name = (shown.get("title") or text(shown)).strip()
    title = f"{page.heading or page.title} — {name}"
    return DocumentLink(href, name, LinkKind.DATASET, modified, None, 0.9, "resource of a dataset", title)


def _format(item: Element) -> str:
    label = maybe(item, ".//@data-format")
    if label is None:
        shown = maybe(item, f".//*[{has_class('format-label', 'label')}]")
        label = text(shown) if shown is not None else ""
    return str(label).strip().lstrip(".").upper()


def _listed(item: Element, page: Page) -> Dataset | None:
    link = maybe(item, _ITEM_LINK)
    href = absolute(page.base, link.get("href")) if link is not None else None
    found = _DATASET.search(urlsplit(href).path) if href else None
    if link is None or href is None or found is None:
        return None
    publisher = page.heading if _ORGANISATION.search(urlsplit(page.url).path) else None
    formats = (str(one).upper() for one in item.xpath(".//@data-format"))
    return Dataset(found["id"], text(link), publisher or None, tuple(dict.fromkeys(formats)), None, href)


def _kinds_forgotten(links: tuple[DocumentLink, ...]) -> tuple[DocumentLink, ...]:
    """A dataset speaks of decisions and minutes; it is none of them."""
    return tuple(
        link
        if link.kind in {LinkKind.OTHER, LinkKind.DATASET}
        else replace(link, kind=LinkKind.OTHER, why="on a portal")
        for link in links
    )
