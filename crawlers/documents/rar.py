"""RAR: what lies in it unpacked is read here; the rest needs a tool of the distribution, or is said to be unread."""

import io
import tarfile
from collections.abc import Iterator

import rarfile

from crawlers.documents.archives import MOST_READ, Member, contents_of, is_read
from crawlers.documents.contents import UNPACK, Contents, Given, UnreadableError
from models.vocabulary import Reason

_MOST_STORED = 4_000_000  # bytes of a member that is read without the tool


def read(body: bytes, given: Given) -> Contents:
    """Give the names of a RAR's members, and their words where they lie unpacked or a tool can unpack them."""
    try:
        with rarfile.RarFile(io.BytesIO(body)) as archive:
            if archive.needs_password():
                raise UnreadableError(Reason.DOC_ENCRYPTED, "encrypted")
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            stored = {
                entry.filename: archive.read(entry) for entry in entries[:MOST_READ] if _lies_unpacked(entry)
            }
    except rarfile.NeedFirstVolume as error:
        raise UnreadableError(Reason.PARSE_CUT, "one-of-several-volumes") from error
    except (rarfile.Error, OSError, ValueError, LookupError, TypeError) as error:
        raise UnreadableError(Reason.PARSE_CUT, "damaged") from error
    names = [str(entry.filename) for entry in entries]
    packed = any(is_read(name) and name not in stored for name in names)
    unpacked = given.tools(UNPACK, body) if packed and given.member else None
    members = _tar_members(unpacked) if unpacked else (Member(name, stored.get(name)) for name in names)
    return contents_of("rar", names, members, given)


def _tar_members(unpacked: bytes) -> Iterator[Member]:
    try:
        with tarfile.open(fileobj=io.BytesIO(unpacked)) as archive:
            for entry in archive:
                if entry.isfile():
                    file = archive.extractfile(entry) if is_read(entry.name) else None
                    yield Member(entry.name, file.read() if file else None)
                elif not entry.isdir():
                    yield Member(entry.name, None, "link")
    except (tarfile.TarError, OSError, ValueError) as error:
        raise UnreadableError(Reason.PARSE_CUT, "damaged") from error


def _lies_unpacked(entry: rarfile.RarInfo) -> bool:
    """Whether this member's bytes stand in the archive as they are, and are few."""
    return bool(entry.compress_type == rarfile.RAR_M0 and 0 <= entry.file_size <= _MOST_STORED)
