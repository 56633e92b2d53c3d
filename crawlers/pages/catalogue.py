"""Answers in JSON: datasets of a CKAN data portal with their publisher and formats."""

from datetime import date
from typing import Any
from urllib.parse import urlsplit

from crawlers.pages.dates import first_date
from models.facts import Dataset, DocumentLink, PageFacts
from models.vocabulary import LinkKind, PageKind, Reason

_DEPTH_OF_ANSWER = ("results", "result", "packages", "datasets")
_MOST_DATASETS = 5_000
_MOST_RESOURCES = 500  # of one dataset


def is_answer(answer: Any) -> bool:  # noqa: ANN401  # whatever JSON holds
    """Say whether this is how the API of a portal answers: whether it succeeded, and then with what."""
    return (
        isinstance(answer, dict)
        and isinstance(answer.get("success"), bool)
        and bool(answer.keys() & {"result", "error"})
    )


def read_answer(answer: dict[str, Any], *, url: str) -> PageFacts:
    """Give the datasets of a portal's answer; a refusal is an error, and no portal without datasets."""
    if answer["success"] is not True:
        return PageFacts(url, "", None, PageKind.ERROR, complete=False, reasons=(Reason.HTTP_4XX,))
    result = answer.get("result")
    every = [entry for entry in _packages(result) if isinstance(entry, dict) and "title" in entry]
    found = every[:_MOST_DATASETS]
    host = _portal(url)
    return PageFacts(
        url=url,
        title=_written(result.get("title")) if isinstance(result, dict) else "",
        language=None,
        kind=PageKind.CATALOGUE,
        complete=len(found) == len(every),
        reasons=(Reason.TOO_LARGE,) if len(found) < len(every) else (),
        datasets=tuple(_dataset(entry, host) for entry in found),
        links=tuple(link for entry in found for link in _resources(entry, host)),
    )


def _packages(result: Any) -> list[Any]:  # noqa: ANN401  # whatever JSON holds
    if isinstance(result, list):
        return result
    if not isinstance(result, dict):
        return []
    for name in _DEPTH_OF_ANSWER:
        if isinstance(inner := result.get(name), list):
            return inner
    return [result] if "resources" in result else []


def _dataset(entry: dict[str, Any], portal: str) -> Dataset:
    organisation = entry.get("organization")
    publisher = _written(organisation.get("title")) if isinstance(organisation, dict) else ""
    name = _written(entry.get("name")) or _written(entry.get("id"))
    return Dataset(
        id=_written(entry.get("id")) or name,
        title=_written(entry.get("title")),
        publisher=publisher or _written(entry.get("author")) or None,
        formats=_formats(entry),
        modified=_day(entry.get("metadata_modified")) or _day(entry.get("metadata_created")),
        url=f"{portal}/dataset/{name}",
    )


def _formats(entry: dict[str, Any]) -> tuple[str, ...]:
    """Give each format once, in capitals, in the order of the resources."""
    written = (_written(one.get("format")).strip().lstrip(".").upper() for one in _listed(entry))
    return tuple(dict.fromkeys(one for one in written if one))


def _resources(entry: dict[str, Any], portal: str) -> list[DocumentLink]:
    links = []
    for one in _listed(entry):
        href = _written(one.get("url"))
        if not href.startswith(("http://", "https://")):
            continue
        name = _written(one.get("name")) or _written(entry.get("title"))
        title = f"{_written(entry.get('title'))} — {name}"
        day = _day(one.get("last_modified"))
        links.append(
            DocumentLink(href, name, LinkKind.DATASET, day, None, 0.95, f"resource of {portal}", title)
        )
    return links


def _listed(entry: dict[str, Any]) -> list[dict[str, Any]]:
    found = entry.get("resources")
    return (
        [one for one in found if isinstance(one, dict)][:_MOST_RESOURCES] if isinstance(found, list) else []
    )


def _written(value: Any) -> str:  # noqa: ANN401  # whatever JSON holds
    return value if isinstance(value, str) else ""


def _day(value: Any) -> date | None:  # noqa: ANN401  # whatever JSON holds
    return first_date(_written(value)[:10])


def _portal(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
