"""The submission that a command names: a file, a folder, a notebook, an archive, or a place inside one; its process."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from gradproof.conformance.cli.output import write
from gradproof.conformance.errors import SubmissionUnusable, UsageError, words_of
from gradproof.conformance.reports.languages.speaking import t

if TYPE_CHECKING:
    from gradproof.conformance.engine.assignment import Assignment
    from gradproof.conformance.grading.code import Opened
    from gradproof.conformance.harness.session import Session
    from gradproof.conformance.sandbox.walls import Wall
    from gradproof.conformance.spec.limits import Limits

SUBMISSION_SECONDS = 3600.0


@contextmanager
def handed_in(path: str) -> "Iterator[Opened]":
    """The submission at a path, unpacked or converted for as long as it is needed."""
    from gradproof.conformance.grading import classes

    require_there(Path(path))
    with classes.submission(Path(path)) as given:
        yield given


def require_there(path: Path) -> None:
    """Raise UsageError if nothing is at a path, nor a file at what it leads into."""
    if not any(each.exists() for each in (path, *(p for p in path.parents if p.is_file()))):
        raise UsageError(t("{path} does not exist, expected a .py file, a folder, a notebook or an archive", path=path))


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


@contextmanager
def wall_of(path: str, name: str | None) -> "Iterator[Wall | None]":
    """The wall of that name, or none. Behind a plain one a process for what lies there has begun."""
    if name is None:
        yield None
    elif name != "plain":
        from gradproof.conformance.sandbox.walls import pick

        yield pick(name)
    else:
        from gradproof.conformance.sandbox.walls.plain import Plain

        wall = Plain()
        with wall.beginning(Path(path).resolve()) if _lies_there(Path(path)) else nullcontext():
            yield wall


def _lies_there(path: Path) -> bool:
    """Whether it is a submission as it lies there, that need not be unpacked."""
    try:
        return path.is_dir() or (path.suffix == ".py" and path.is_file())
    except (OSError, ValueError):
        return False


@contextmanager
def session_of(
    path: Path, adapter: Path | None, limits: "Limits", wall: "Wall | None", compat: str
) -> "Iterator[Session]":
    """The submission behind a wall, or in this very process."""
    if wall is None:
        from gradproof.conformance.harness.session import in_this_process
        from gradproof.conformance.sandbox.control import confirmed
        from gradproof.conformance.sandbox.process import proven

        beside_ours = partial(confirmed, start=proven)
        yield in_this_process(path.resolve(), adapter.resolve() if adapter else None, compat, beside_ours)
        return
    from gradproof.conformance.sandbox.process import Sandbox

    with Sandbox(path, adapter, limits, wall, compat) as session:
        yield session


def limits_of(task: "Assignment | None", seconds: float | None) -> "Limits":
    """What a submission may use: what the assignment says; of a case, ``seconds`` where they are asked for."""
    from gradproof.conformance.spec.limits import Limits

    said = task.limits.model_dump(exclude_unset=True) if task else {}
    asked = {} if seconds is None else {"case_seconds": seconds}
    return Limits(**{"submission_seconds": SUBMISSION_SECONDS, **said, **asked})
