"""Unpack zip and tar archives that students hand in: only plain files, only below the given folder, only so much.

Nothing is extracted by the libraries: they are asked for names and bytes, and :class:`Room` writes the files.
"""

import gzip
import mmap
import os
import re
import stat
import tarfile
import zipfile
import zlib
from calendar import timegm
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Self

from gradproof.conformance.errors import is_of_the_machine
from gradproof.conformance.grading.handin import (
    Bounds,
    IntakeProblem,
    Room,
    Stream,
    check_path,
    chunks,
    folded,
    is_junk,
    shown,
    too_large,
    too_many,
)
from gradproof.conformance.spec.words.said import say

ZIP, EMPTY_ZIP, GZIP = b"PK\3\4", b"PK\5\6", b"\x1f\x8b"
ZIP_ENTRY = re.compile(re.escape(b"PK\1\2"))
ENCRYPTED = 0x1
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
JUNK_FACTOR = 10  # junk such as .git is left out: so many times the entries may be listed
TAR_FACTOR = 2  # a tar file holds junk as well, and pads its members
EXTENSIONS = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)
MAX_EXTENSION = 1 << 14
# A sparse member is larger than its archive; a long number takes tarfile quadratic time (CVE-2024-6232).
BAD_EXTENSION = re.compile(rb"GNU\.sparse|\d{64}")
DRIVE = re.compile("[A-Za-z]:")
# What zipfile and tarfile raise for damaged archives.
DAMAGED = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    OSError,
    EOFError,
    ValueError,
    ArithmeticError,
    LookupError,
    RuntimeError,
    TypeError,
    AttributeError,
)


@dataclass(frozen=True)
class Member:
    """An entry of an archive; ``oddity`` says what it is if it is no plain file or folder."""

    name: str
    is_folder: bool
    oddity: str
    modified: float  # a time that compares with those of the same archive
    open: Callable[[], Stream]


@dataclass
class Names:
    """The paths that an archive has used so far, as file systems that ignore case or accents' spelling see them."""

    spelled: dict[str, str] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)

    def add(self, parts: tuple[str, ...], is_folder: bool) -> None:
        """Raise IntakeProblem if some file system would put two entries in one place."""
        paths = ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
        if not is_folder and folded(paths[-1]) in self.spelled:
            raise IntakeProblem(
                say("it holds {name} twice (in another case, or as a folder): rename one", name=shown(parts))
            )
        for path in paths:
            key = folded(path)
            if self.spelled.setdefault(key, path) != path or key in self.files:
                raise IntakeProblem(
                    say("it holds {name} twice (in another case, or as a file): rename one", name=shown((path,)))
                )
        if not is_folder:
            self.files.add(folded(paths[-1]))


def unpack(archive: Path, room: Room, bounds: Bounds) -> None:
    """Write the files of an archive, junk left out. Raises IntakeProblem for one that is damaged, odd or too large."""
    names = Names()
    for number, member in enumerate(members(archive, room.folder, bounds)):
        parts = safe_parts(member.name)
        if number >= bounds.entries * JUNK_FACTOR or len(names.spelled) > bounds.entries:
            raise too_many(bounds)
        if not parts or any(is_junk(part) for part in parts):
            continue
        if member.oddity:
            raise IntakeProblem(say("it holds {name}, which is {what}", name=shown(parts), what=member.oddity))
        check_path(parts, bounds)
        names.add(parts, member.is_folder)
        if not member.is_folder:
            room.put(parts, content_of(member), member.modified)
    if room.files == 0:
        raise IntakeProblem(say("it is an archive that holds no files"))


def safe_parts(name: str) -> tuple[str, ...]:
    """The parts of an entry's path, on whichever system it was made. Raises IntakeProblem if it leads elsewhere."""
    path = name.replace("\\", "/")
    parts = tuple(part for part in path.split("/") if part not in ("", "."))
    if path.startswith("/") or DRIVE.match(path):
        raise IntakeProblem(
            say("it holds {name}, an absolute path: make the archive from inside the folder", name=shown((name,)))
        )
    if ".." in parts:
        raise IntakeProblem(
            say("it holds {name}, a path that leads out of it: make the archive anew", name=shown((name,)))
        )
    if "\0" in name:
        raise IntakeProblem(say("it holds {name}, which is no file name: rename the file", name=shown((name,))))
    return parts


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except DAMAGED as error:
        if isinstance(error, OSError) and is_of_the_machine(error):
            raise
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        raise IntakeProblem(
            say("it is damaged or cut off ({name}): make and hand in the archive anew", name=shown((reason,)))
        ) from None


def content_of(member: Member) -> Iterator[bytes]:
    """The bytes of an entry, piece by piece. Raises IntakeProblem if it is damaged."""
    return _content(member.open)


def _content(opened: Callable[[], Stream]) -> Iterator[bytes]:
    with _reading(), opened() as stream:
        yield from chunks(stream)


def members(archive: Path, scratch: Path, bounds: Bounds) -> Iterator[Member]:
    """The entries of an archive of any kind: what it is, its first bytes tell, whatever it is called."""
    with archive.open("rb") as stream:
        if stream.seek(0, os.SEEK_END) > bounds.size:
            raise too_large(bounds.size)
        stream.seek(0)
        start = stream.read(4)
        stream.seek(0)
        if start in (ZIP, EMPTY_ZIP):
            with _reading():
                yield from _zip_members(stream, bounds)
        elif start.startswith(GZIP):
            with TemporaryFile(dir=scratch) as plain:
                _inflate(stream, plain, bounds)
                with _reading():
                    yield from _tar_members(plain)
        else:
            with _reading():
                yield from _tar_members(stream)


def _zip_members(stream: IO[bytes], bounds: Bounds) -> Iterator[Member]:
    with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if sum(1 for _ in ZIP_ENTRY.finditer(content)) > bounds.entries * JUNK_FACTOR:
            raise too_many(bounds)  # before zipfile makes an object of each
    with zipfile.ZipFile(stream) as archive:
        for info in archive.infolist():
            name, opened = info.orig_filename, partial(archive.open, info)
            yield Member(name, info.is_dir(), _zip_oddity(info), _time_of(info), opened)


def _time_of(info: zipfile.ZipInfo) -> float:
    """When it was modified; 0 where that is no date: some programs write none."""
    try:
        return timegm((*info.date_time, 0, 0, 0))
    except ValueError:
        return 0.0


def _zip_oddity(info: zipfile.ZipInfo) -> str:
    mode = info.external_attr >> 16
    if info.flag_bits & ENCRYPTED:
        return say("protected by a password: hand in an archive without one")
    if stat.S_ISLNK(mode):
        return say("a link: hand in the file itself")
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        return say("no plain file: leave it out")
    if info.compress_type not in METHODS:
        return say("compressed in an unusual way: make an ordinary zip archive")
    return ""


def _inflate(packed: IO[bytes], plain: IO[bytes], bounds: Bounds) -> None:
    """Write what a gzip file holds, if it is not too much: tarfile would read on to wherever a header says."""
    room = bounds.size * TAR_FACTOR
    for chunk in _content(partial(gzip.GzipFile, fileobj=packed, mode="rb")):
        room -= len(chunk)
        if room < 0:
            raise too_large(bounds.size)
        plain.write(chunk)
    plain.seek(0)


def _tar_members(stream: IO[bytes]) -> Iterator[Member]:
    with tarfile.open(fileobj=stream, mode="r:", tarinfo=_Header) as archive:
        while info := archive.next():
            archive.members = []  # type: ignore[attr-defined] # it would remember each
            if info.size < 0:
                raise tarfile.ReadError("a negative size")
            opened = partial(_tar_content, archive, info)
            yield Member(info.name, info.isdir(), _tar_oddity(info), info.mtime, opened)
        stream.seek(archive.offset)
        if stream.read(tarfile.BLOCKSIZE) != bytes(tarfile.BLOCKSIZE):
            raise tarfile.ReadError("neither a header nor the end where one is expected")


class _Header(tarfile.TarInfo):
    """A header of a tar file that is looked at before tarfile acts on it, and believes all that it says."""

    @classmethod
    def fromtarfile(cls, archive: tarfile.TarFile) -> Self:
        """The next member, if its header is of a bearable size and no sparse file's; what holds for all is ignored."""
        stream = archive.fileobj
        start = stream.tell()
        header = cls.frombuf(stream.read(tarfile.BLOCKSIZE), archive.encoding, archive.errors)
        is_extension = header.type in EXTENSIONS
        if is_extension and not 0 <= header.size <= MAX_EXTENSION:
            raise tarfile.ReadError("a header that is too large")
        if header.type == tarfile.GNUTYPE_SPARSE or (is_extension and BAD_EXTENSION.search(stream.read(header.size))):
            raise tarfile.ReadError("a sparse file, or a header with a number that is too long")
        stream.seek(start)
        archive.pax_headers = {}
        return super().fromtarfile(archive)


def _tar_oddity(info: tarfile.TarInfo) -> str:
    if info.issym() or info.islnk():
        return say("a link: hand in the file itself")
    return "" if info.isdir() or info.isreg() else say("no plain file: leave it out")


def _tar_content(archive: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    content = archive.extractfile(info)
    if content is None:
        raise tarfile.ReadError("a file without content")
    return content
