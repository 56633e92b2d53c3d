"""What Word and Excel files since 2007 have in common: their title, and what a reader should know of them."""

from crawlers.documents.packages import Package

_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_CORE = "docProps/core.xml"
_EXTERNAL = ("attachedTemplate", "oleObject", "externalLinkPath", "subDocument", "frame", "image")


def title_of(package: Package) -> str:
    """Give the title its author gave the file; empty if none."""
    if _CORE not in package:
        return ""
    return (package.tree(_CORE).findtext(_TITLE) or "").strip()


def marks_of(package: Package) -> tuple[str, ...]:
    """Give macros, embedded files and links that would be opened: all of them data here, none ever followed."""
    names = package.names
    marks = []
    if any(name.endswith("vbaProject.bin") for name in names):
        marks.append("macros")
    if any("/embeddings/" in name for name in names):
        marks.append("embedded-files")
    if any("/externalLinks/" in name or _links_out(package, name) for name in names):
        marks.append("external-links")
    return tuple(marks)


def _links_out(package: Package, name: str) -> bool:
    """Whether a part that lists relations names something outside that an office program would open by itself."""
    if not name.endswith(".rels"):
        return False
    return any(
        one.get("TargetMode") == "External" and (one.get("Type") or "").rpartition("/")[2] in _EXTERNAL
        for one in package.tree(name)
    )
