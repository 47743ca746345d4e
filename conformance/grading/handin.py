"""What a hand-in is, how large one may be, and the folder that the files of one are written to."""

import os
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BufferedIOBase
from pathlib import Path
from typing import IO, Literal

from gradproof.conformance.errors import is_of_the_machine
from gradproof.conformance.spec.limits import MIB
from gradproof.conformance.spec.words.said import say

Stream = IO[bytes] | BufferedIOBase
Kind = Literal["folder", "file", "archive", "notebook", "other"]
CHUNK = 1 << 18
MAX_PART, MAX_NAME = 255, 1024  # bytes of a file's name, and of its path inside the hand-in
TOO_LARGE = "it is larger than {limit}, unpacked: leave data sets and results out"
TOO_LARGE_WITH = (
    "it is larger than {limit}, unpacked, with {name}: nothing of it is judged; hand it in again without data sets and "
    "results"
)
MESSAGES = (TOO_LARGE, TOO_LARGE_WITH)
JUNK = {"__MACOSX", "__pycache__", "Thumbs.db", "desktop.ini"}


class IntakeProblem(Exception):
    """A hand-in cannot be judged as it is; the text is one sentence that says why, fit for its author."""


@dataclass(frozen=True)
class HandIn:
    """What one student handed in."""

    name: str  # printable, unique in the class
    path: Path
    kind: Kind
    problem: str = ""  # why it cannot be opened, if that is known already
    given: Path | None = None  # where its owner finds it, if it was unpacked from a class


@dataclass(frozen=True)
class Bounds:
    """How much one hand-in may hold.

    Args:
        size: bytes of all its files together, unpacked; and of an archive itself.
        entries: files and folders.
        depth: folders inside each other.
        notebook: bytes of a notebook, outputs and pictures included.
        code: characters of a notebook's code cells.
    """

    size: int = 64 * MIB
    entries: int = 2000
    depth: int = 16
    notebook: int = 16 * MIB
    code: int = 200_000


DEFAULT = Bounds()


class Room:
    """The folder that one hand-in is written to, and how much may still be written."""

    def __init__(self, folder: Path, bounds: Bounds) -> None:
        self.folder = folder
        self.files = 0
        self._bounds = bounds
        self._room = bounds.size
        make_folder(folder)

    @property
    def written(self) -> int:
        """How many bytes were written."""
        return self._bounds.size - self._room

    def put(self, parts: Sequence[str], content: Iterable[bytes], modified: float | None = None) -> None:
        """Write a file of that path, readable by all; a file that is there is not written over."""
        check_path(parts, self._bounds)
        self.files += 1
        target = self.folder
        for part in parts[:-1]:
            target /= part
            make_folder(target)
        target /= _in_small_letters(parts[-1])
        with target.open("xb") as file:
            for chunk in content:
                self._room -= len(chunk)
                if self._room < 0:
                    raise too_large(self._bounds.size, parts)
                file.write(chunk)
        target.chmod(0o644)
        if modified is not None:
            with suppress(OSError, OverflowError, ValueError):  # a time that no file system has
                os.utime(target, (modified, modified))


def _in_small_letters(name: str) -> str:
    """A name with its suffix as it is looked for; a system that does not tell it apart may have ``LAYERS.PY``."""
    stem, dot, suffix = name.rpartition(".")
    return f"{stem}{dot}{suffix.lower()}" if suffix.lower() in ("py", "ipynb") else name


def make_folder(path: Path) -> None:
    """A folder that all may read, whatever the umask."""
    path.mkdir(exist_ok=True, parents=True)
    path.chmod(0o755)


def check_path(parts: Sequence[str], bounds: Bounds) -> None:
    """Raise IntakeProblem for a path that no file system takes, or that nests too deep."""
    if len(parts) - 1 > bounds.depth:
        raise IntakeProblem(
            say("it nests folders more than {most} deep, at {name}", most=bounds.depth, name=shown(parts))
        )
    try:
        lengths = [len(os.fsencode(part)) for part in parts]
    except UnicodeEncodeError:
        raise IntakeProblem(
            say("it holds a name that is no text, {name}: rename the file", name=shown(parts))
        ) from None
    if max(lengths) > MAX_PART or sum(lengths) > MAX_NAME:
        raise IntakeProblem(say("it holds a name that is too long, {name}: rename the file", name=shown(parts)))


def too_many(bounds: Bounds) -> IntakeProblem:
    """The problem of a hand-in with too many files."""
    return IntakeProblem(
        say("it holds more than {most:,} files and folders: hand in only your code", most=bounds.entries)
    )


def too_large(size: int, at: Sequence[str] = ()) -> IntakeProblem:
    """The problem of a hand-in that takes too much space, and the file that it was too much with."""
    limit = f"{size // MIB} MiB" if size >= MIB else f"{size:,} bytes"
    template = TOO_LARGE_WITH if at else TOO_LARGE
    return IntakeProblem(say(template, limit=limit, name=shown(at)))


def is_junk(name: str) -> bool:
    """Whether a file or folder is hidden, or one that systems leave behind: neither is part of a hand-in."""
    return name.startswith((".", "~$")) or name in JUNK


def contents(path: Path) -> Iterator[bytes]:
    """The bytes of a file, piece by piece. Raises IntakeProblem if it cannot be read."""
    try:
        with path.open("rb") as stream:
            yield from chunks(stream)
    except OSError as error:
        if is_of_the_machine(error):
            raise
        raise IntakeProblem(
            say("{name} cannot be read ({reason})", name=shown((path.name,)), reason=error.strerror)
        ) from None


def chunks(stream: Stream) -> Iterator[bytes]:
    """The rest of a stream, piece by piece."""
    while chunk := stream.read(CHUNK):
        yield chunk


def folded(name: str) -> str:
    """What two names share if a file system that ignores case, or the way accents are written, confuses them."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())


def printable(name: str) -> str:
    """A name as text for any screen or file: what is not printable, undecodable bytes included, is escaped."""
    return "".join(c if c.isprintable() and c != "\\" else c.encode("unicode_escape").decode() for c in name)


def shown(parts: Sequence[str]) -> str:
    """A path for a message, of bearable length."""
    text = printable("/".join(parts))
    return text if len(text) <= 120 else f"{text[:60]}...{text[-50:]}"
