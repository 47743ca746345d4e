"""What another judgement of a class changes, student by student, and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from gradproof.conformance.checks.results import Result
from gradproof.conformance.grading.model import Graded
from gradproof.conformance.reports.wording import number, one_line

MOST_REASONS = 6
Checks = Mapping[tuple[str, str], Result]


@dataclass(frozen=True)
class Change:
    """Of one submission."""

    submission: str
    before: float
    after: float
    reasons: tuple[str, ...]

    @property
    def is_one(self) -> bool:
        """Whether there is a difference in points or in what is told."""
        return bool(self.reasons) or round(self.before - self.after, 6) != 0


def change_of(before: Graded, after: Graded) -> Change:
    """What is different, and the reasons."""
    reasons = tuple(_reasons(_checks(before), _checks(after)))
    if before.problem != after.problem:
        reasons = (f"{before.problem or 'judged'} -> {after.problem or 'judged'}", *reasons)
    return Change(before.submission, before.score, after.score, reasons)


def render(changes: Mapping[str, Change], console: Console) -> None:
    """Print those that there are, and how many there are."""
    told = [change for change in changes.values() if change.is_one]
    moved = [change for change in told if round(change.before - change.after, 6)]
    if told:
        table = Table(box=None, pad_edge=False, show_edge=False)
        table.add_column("submission", overflow="fold")
        table.add_column("before", justify="right", no_wrap=True)
        table.add_column("after", justify="right", no_wrap=True)
        table.add_column("because", overflow="fold")
        for change in told:
            reasons = change.reasons[:MOST_REASONS]
            more = len(change.reasons) - len(reasons)
            words = "; ".join((*reasons, *([f"and {more} more"] if more else [])))
            table.add_row(escape(change.submission), number(change.before), number(change.after), escape(words))
        console.print(table, soft_wrap=True)
        console.print()
    total = f"{len(changes)} judged again: {len(moved)} have other points, {len(told) - len(moved)} other words"
    console.print(total, soft_wrap=True, highlight=False)


def _checks(graded: Graded) -> Checks:
    return {(r.contract, r.check): r for r in graded.run.results} if graded.run else {}


def _reasons(before: Checks, after: Checks) -> Iterator[str]:
    for key in dict.fromkeys((*before, *after)):
        name, old, new = one_line(".".join(key)), before.get(key), after.get(key)
        if old is None or new is None:
            is_worth = (old or new or next(iter(before.values()))).max_points
            if is_worth:
                yield f"{name} is asked no more" if new is None else f"{name} is asked now"
            continue
        told = "; ".join(_differences(old, new))
        if told:
            yield f"{name} {told}"


def _differences(old: Result, new: Result) -> Iterator[str]:
    """Of one check: its worth, whether it counts, how it ended, and what it earned of what it is worth."""
    if old.max_points != new.max_points:
        yield f"is worth {number(new.max_points)}, was {number(old.max_points)}"
    if old.required != new.required:
        yield "counts now" if new.required else "is advisory now"
    if old.status != new.status:
        yield f"{new.status.words}, was {old.status.words}"
    elif _share(old) is not None and _share(new) is not None and _share(old) != _share(new):
        yield f"earns {_share(new):.0%} of its points, was {_share(old):.0%}"
    elif old.status.is_bad and old.findings != new.findings:
        yield "is told otherwise"


def _share(result: Result) -> float | None:
    return round(result.points / result.max_points, 4) if result.max_points else None
