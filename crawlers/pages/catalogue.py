"""Answers in JSON: datasets of a CKAN data portal with their publisher, formats and passports.

What CKAN 2.9 to 2.11 answer, and older ones as far as they differ: ``package_search`` and ``package_show`` give
datasets whole; ``organization_show`` gives the first few of them (ten, unless the portal has set another number)
and, since 2.5, without their resources. Where an answer says how many there are, fewer are not taken for all.
"""

from datetime import date
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import parse_qs, urlsplit

from crawlers.pages.dates import first_date
from crawlers.pages.passports import describes_data, in_order, passport
from models.facts import Dataset, DocumentLink, PageFacts
from models.vocabulary import LinkKind, PageKind, Reason

_DEPTH_OF_ANSWER = ("results", "result", "packages", "datasets")
_MOST_DATASETS = 5_000
_MOST_RESOURCES = 500  # of one dataset
_COUNTS = ("count", "package_count")
_MOST_DIGITS = 9
_LONGEST_ENDING = 8  # of a file's name
_NO_DATASETS = frozenset({"organization", "group", "user", "showcase"})
_BY_MEDIA_TYPE = {
    "text/csv": "CSV",
    "application/json": "JSON",
    "application/geo+json": "GEOJSON",
    "application/xml": "XML",
    "text/xml": "XML",
    "application/vnd.ms-excel": "XLS",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
    "application/vnd.oasis.opendocument.spreadsheet": "ODS",
    "application/pdf": "PDF",
    "application/msword": "DOC",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
    "application/zip": "ZIP",
}


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
    listed = _packages(result)
    every = [entry for entry in listed if isinstance(entry, dict) and _is_dataset(entry)]
    found = every[:_MOST_DATASETS]
    host, publisher = _portal(url), _publisher(result)
    reasons = []
    if len(found) < len(every):
        reasons.append(Reason.TOO_LARGE)
    if _start(url) + len(listed) < _said_to_have(result):
        reasons.append(Reason.TRUNCATED)
    return PageFacts(
        url=url,
        title=_written(result.get("title")) if isinstance(result, dict) else "",
        language=None,
        kind=PageKind.CATALOGUE,
        complete=not reasons,
        reasons=tuple(reasons),
        datasets=tuple(_dataset(entry, host, publisher) for entry in found),
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


def _is_dataset(entry: dict[str, Any]) -> bool:
    """Lists of organisations and groups have titles, too."""
    return "title" in entry and not entry.get("is_organization") and entry.get("type") not in _NO_DATASETS


def _said_to_have(result: Any) -> int:  # noqa: ANN401  # whatever JSON holds
    """Give how many datasets the portal says there are; 0 where it does not say, or they are one dataset's."""
    if not isinstance(result, dict) or "resources" in result:
        return 0
    return max(_number(result.get(name)) for name in _COUNTS)


def _start(url: str) -> int:
    """Give how many datasets were asked to be left out before the first."""
    return _number(parse_qs(urlsplit(url).query).get("start", ["0"])[0])


def _number(value: Any) -> int:  # noqa: ANN401  # whatever JSON holds
    """Give a number, which stays as it was written until somebody wants to count; 0 for anything else."""
    said = _written(value)
    return int(said) if said.isascii() and said.isdigit() and len(said) <= _MOST_DIGITS else 0


def _publisher(result: Any) -> str:  # noqa: ANN401  # whatever JSON holds
    """Give whose datasets these are, where the answer is about one organisation."""
    if not isinstance(result, dict) or "resources" in result or "package_count" not in result:
        return ""
    return _written(result.get("title")) or _written(result.get("display_name"))


def _dataset(entry: dict[str, Any], portal: str, publisher: str) -> Dataset:
    organisation = entry.get("organization")
    named = _written(organisation.get("title")) if isinstance(organisation, dict) else ""
    name = _written(entry.get("name")) or _written(entry.get("id"))
    told = passport(entry)
    resources = _listed(entry)
    if any(describes_data(_written(one.get("name"))) or one.get("schema") for one in resources):
        told["schema"] = ""
    data = _data(resources)
    renewed = [day for one in data if (day := _day(one.get("last_modified")))]
    return Dataset(
        id=_written(entry.get("id")) or name,
        title=_written(entry.get("title")),
        publisher=named or publisher or _written(entry.get("author")) or None,
        formats=tuple(dict.fromkeys(form for one in data if (form := _format(one)))),
        modified=max(renewed, default=None)
        or _day(entry.get("metadata_modified"))
        or _day(entry.get("metadata_created")),
        url=f"{portal}/dataset/{name}",
        frequency=told.get("frequency", ""),
        described=in_order(told),
    )


def _data(resources: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out what only describes the data: its format and its day are not theirs."""
    return [one for one in resources if not describes_data(_written(one.get("name")))] or resources


def _format(resource: dict[str, Any]) -> str:
    """Give a resource's format in capitals: as it is called, by its media type, or by its address."""
    for said in (_written(resource.get("format")), _written(resource.get("mimetype"))):
        if said.strip():
            return _BY_MEDIA_TYPE.get(said.strip().lower(), said.strip().lstrip(".").upper())
    ending = PurePosixPath(_path(_written(resource.get("url")))).suffix.lstrip(".")
    return ending.upper() if ending.isalnum() and len(ending) <= _LONGEST_ENDING else ""


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


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
