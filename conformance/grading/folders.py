"""The files of a handed-in folder: which ones count, their digest, and a copy of them."""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from gradproof.conformance.errors import is_of_the_machine
from gradproof.conformance.grading.handin import (
    Bounds,
    IntakeProblem,
    Room,
    contents,
    is_junk,
    shown,
    too_large,
    too_many,
)
from gradproof.conformance.spec.words.said import SENTENCES, joined, say


def copy(folder: Path, room: Room, bounds: Bounds) -> tuple[str, ...]:
    """Copy a folder's files, junk left out; gives a note for each other thing that is left out.

    A link to a file inside the folder becomes that file; other links and what is no file are left out.
    """
    notes = []
    for parts in entries(folder, bounds):
        path = folder.joinpath(*parts)
        if not os.path.isfile(path):  # noqa: PTH113 - Path.is_file raises for a link of a name that is too long
            notes.append(say("{name} is no plain file, and was left out", name=shown(parts)))
        elif not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder)):
            notes.append(say("{name} is a link that leads out of the folder, and was left out", name=shown(parts)))
        else:
            room.put(parts, contents(path), path.stat().st_mtime)
    if room.files == 0:
        raise IntakeProblem(joined(SENTENCES, (say("it is a folder that holds no files"), *notes)))
    return tuple(notes)


def digest(folder: Path, bounds: Bounds) -> str:
    """The sha256 of the names and contents of all that :func:`copy` looks at; of a link, its text."""
    total = hashlib.sha256()
    room = bounds.size
    for parts in entries(folder, bounds):
        path = folder.joinpath(*parts)
        kind, content = stat.S_IFMT(path.lstat().st_mode), hashlib.sha256()
        for chunk in _told(path, kind):
            room -= len(chunk)
            if room < 0:
                raise too_large(bounds.size, parts)
            content.update(chunk)
        for part in (os.fsencode("/".join(parts)), str(kind).encode(), content.digest()):
            total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()


def _told(path: Path, kind: int) -> Iterable[bytes]:
    if kind == stat.S_IFLNK:
        return [os.fsencode(path.readlink())]
    return contents(path) if kind == stat.S_IFREG else []


def entries(root: Path, bounds: Bounds) -> list[tuple[str, ...]]:
    """All that is no folder, sorted; links are not followed."""
    found: list[tuple[str, ...]] = []
    seen = 0
    for folder, folders, files in os.walk(root, onerror=_unreadable):
        inside = Path(folder).relative_to(root).parts
        folders[:] = [name for name in folders if not is_junk(name)]
        links = [name for name in folders if Path(folder, name).is_symlink()]
        seen += len(folders) + len(files)
        if seen > bounds.entries:
            raise too_many(bounds)
        if len(inside) > bounds.depth:
            raise IntakeProblem(
                say("it nests folders more than {most} deep, at {name}", most=bounds.depth, name=shown(inside))
            )
        found.extend((*inside, name) for name in (*files, *links) if not is_junk(name))
    return sorted(found)


def _unreadable(error: OSError) -> Iterator[None]:
    if is_of_the_machine(error):
        raise error
    raise IntakeProblem(
        say("{name} cannot be read ({reason})", name=shown((Path(error.filename).name,)), reason=error.strerror)
    )
