"""The submission that a command names: a file, a folder, a notebook, an archive, or a place inside one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from gradproof.conformance.errors import UsageError
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
