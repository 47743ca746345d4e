"""The submission that a command names: a file, a folder, a notebook, an archive, or a place inside one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from gradproof.conformance.cli.output import write
from gradproof.conformance.errors import SubmissionUnusable, UsageError, words_of
from gradproof.conformance.reports.languages.speaking import t

if TYPE_CHECKING:
    from gradproof.conformance.grading.code import Opened


@contextmanager
def handed_in(path: str) -> "Iterator[Opened]":
    """The submission at a path, unpacked or converted for as long as it is needed."""
    from gradproof.conformance.grading import classes

    target = Path(path)
    try:
        exists = any(each.exists() for each in (target, *(p for p in target.parents if p.is_file())))
    except OSError as error:
        raise UsageError(t("{path}: {reason}", path=path[:100], reason=error.strerror)) from None
    if not exists:
        raise UsageError(t("{path} does not exist, expected a .py file, a folder, a notebook or an archive", path=path))
    with classes.submission(target) as given:
        yield given


@contextmanager
def unusable_told(style: str, output: str | None, path: Path) -> Iterator[None]:
    """What is raised within of a submission that offers nothing, told beside its code too where that is asked for."""
    try:
        yield
    except SubmissionUnusable as unusable:
        from gradproof.conformance.reports.feedback import alone

        if style in alone.OF_LINES:
            write(alone.unusable(style, words_of(unusable), path), output)
        raise
