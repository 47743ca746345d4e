"""Folders for a while: they go with what they were made for, those of a process that was killed with the next."""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path

PREFIX, LOCK = "gradproof-", "lock"
BLOCK = 512  # bytes, by which systems count


def holds_more(folder: Path, most: int, files: int) -> bool:
    """Whether a folder has more bytes, or more files, folders and links, than that. No link is followed."""
    left = [folder]
    while left:
        try:
            entries = [(entry, entry.stat(follow_symlinks=False)) for entry in os.scandir(left.pop())]
        except OSError:
            continue  # it is changed meanwhile
        files -= len(entries)
        most -= sum(seen.st_blocks * BLOCK for _, seen in entries)
        if files < 0 or most < 0:
            return True
        left += [Path(entry.path) for entry, seen in entries if stat.S_ISDIR(seen.st_mode)]
    return False


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder that this process holds. Nobody else may look into the folder around it."""
    _sweep(Path(tempfile.gettempdir()))
    with ExitStack() as resources:
        around = Path(tempfile.mkdtemp(prefix=PREFIX))
        resources.callback(shutil.rmtree, around, ignore_errors=True)
        resources.callback(os.close, _locked(around))
        inside = around / "inside"
        inside.mkdir()
        yield inside


def _locked(around: Path) -> int:
    """The folder as held by this process, until its end at most. The lock has its name once it is held."""
    import fcntl

    descriptor = os.open(around / f"{LOCK}.new", os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    (around / f"{LOCK}.new").rename(around / LOCK)
    return descriptor


@cache
def _sweep(place: Path) -> None:
    """Take away the folders whose process was killed."""
    for around in place.glob(f"{PREFIX}*/{LOCK}"):
        with suppress(OSError):
            _take_away_if_left(around.parent)


def _take_away_if_left(around: Path) -> None:
    """Raises OSError if somebody holds it, or it is another user's."""
    import fcntl

    if around.lstat().st_uid != os.geteuid():
        return
    descriptor = os.open(around / LOCK, os.O_RDWR | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(around, ignore_errors=True)
    finally:
        os.close(descriptor)
