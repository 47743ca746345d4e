"""The folder of a grading: each result is on the disk before the next one counts, and none is written twice."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from gradproof.conformance.errors import UsageError
from gradproof.conformance.grading.model import (
    HEADER,
    RESULTS,
    TIMINGS,
    Graded,
    Header,
    complete_lines,
    from_line,
    to_line,
)

LOCK = ".lock"


class Ledger:
    """The results of a class, as they come.

    Args:
        folder: where they are kept.
        done: the submissions whose results were there already, with the digest of what was judged.
    """

    def __init__(self, folder: Path, results: IO[str], timings: IO[str], done: dict[str, str]) -> None:
        self.folder = folder
        self.done = done
        self._results, self._timings = results, timings

    def add(self, graded: Graded, seconds: float) -> None:
        """Write a result down, durably. A submission that has one already is left as it is."""
        if graded.submission in self.done:
            return
        self._timings.write(json.dumps({"submission": graded.submission, "seconds": round(seconds, 3)}) + "\n")
        self._timings.flush()
        self._results.write(to_line(graded))
        self._results.flush()
        os.fsync(self._results.fileno())
        self.done[graded.submission] = graded.digest


@contextmanager
def opened(folder: Path, header: Header, resume: bool) -> Iterator[Ledger]:
    """The ledger of a folder, for this process alone. A last line that a crash cut off is taken away.

    Raises:
        UsageError: if this system has no file locks, or the folder cannot be used: it holds a grading and ``resume`` is
            not asked for, or one by another assignment or seed; another process is at work in it; it holds something
            else or cannot be written.
    """
    if find_spec("fcntl") is None:
        raise UsageError(
            "'gradproof grade' needs a POSIX system, whose file locks keep two gradings of one folder apart; "
            "'gradproof check' judges a submission here"
        )
    try:
        _require_usable(folder, resume)
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / LOCK).open("wb") as lock:
            _take(lock, folder)
            _settle_header(folder, header)
            done = {one.submission: one.digest for one in _kept(folder)}
            with (
                (folder / RESULTS).open("a", encoding="utf-8", newline="\n") as results,
                (folder / TIMINGS).open("a", encoding="utf-8", newline="\n") as timings,
            ):
                yield Ledger(folder, results, timings, done)
    except OSError as error:
        raise UsageError(f"--out {folder} cannot be written: {error.strerror} ({error.filename})") from None


def _require_usable(folder: Path, resume: bool) -> None:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not (folder / HEADER).is_file():
        raise UsageError(f"--out {folder} is there and holds no grading, name another folder")
    if not resume:
        raise UsageError(f"--out {folder} holds a grading already; --resume goes on with it, or name another folder")


def _take(lock: IO[bytes], folder: Path) -> None:
    import fcntl

    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise UsageError(f"--out {folder}: another 'gradproof grade' is at work there") from None


def _settle_header(folder: Path, header: Header) -> None:
    path = folder / HEADER
    mine = json.loads(json.dumps(asdict(header)))
    if not path.exists():
        part = path.with_suffix(".part")
        part.write_text(json.dumps(mine, indent=1) + "\n", encoding="utf-8")
        part.replace(path)
        return
    try:
        theirs = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UsageError(f"{path} is damaged ({error}); name another folder") from None
    differ = sorted(name for name in mine if theirs.get(name) != mine[name])
    if differ:
        name = differ[0]
        raise UsageError(
            f"--resume {folder}: it was begun with another {name.replace('_', ' ')} "
            f"({theirs.get(name)!r}, now {mine[name]!r}); grade into another folder"
        )


def _kept(folder: Path) -> Iterator[Graded]:
    for name in (RESULTS, TIMINGS):
        path = folder / name
        whole = sum(len(line.encode()) for line in complete_lines(path))
        if path.exists() and path.stat().st_size != whole:
            os.truncate(path, whole)
    for number, line in enumerate(complete_lines(folder / RESULTS), start=1):
        try:
            yield from_line(line)
        except (ValueError, KeyError, TypeError) as error:
            place = f"{folder / RESULTS}, line {number}"
            raise UsageError(f"{place} is damaged ({type(error).__name__}); take the line out and --resume") from None
