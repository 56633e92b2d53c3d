"""Can a machine read it? By what the file is, not by what the site promises."""

MACHINE_READABLE = frozenset({"xls", "xlsx", "xlsm", "ods", "csv", "tsv", "json", "xml", "geojson", "gtfs"})


def machine_readable(file_type: str | None) -> bool:
    """True for tables and structured data; a PDF or a text document is for eyes only."""
    return file_type in MACHINE_READABLE
