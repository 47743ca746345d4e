"""What another judgement of a class changes, student by student, and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from gradproof.conformance.checks.results import Result
from gradproof.conformance.grading.course.standing import Standing
from gradproof.conformance.grading.model import Graded
from gradproof.conformance.reports.languages.speaking import listed, t, tell
from gradproof.conformance.reports.overview import lateness
from gradproof.conformance.reports.wording import ABOUT, ended, number, one_line
from gradproof.conformance.spec.plain import as_plain
from gradproof.conformance.spec.words.said import SENTENCES

MOST_REASONS = 6
IN_TIME = "in time"
NOT_STANDING = Standing()
MESSAGES = (IN_TIME,)
Checks = Mapping[tuple[str, str], Result]


@dataclass(frozen=True)
class Change:
    """Of one submission."""

    submission: str
    before: float  # what counts, lateness taken off
    after: float
    reasons: tuple[str, ...]
    late: str = ""  # what lateness costs now, which is no reason for a difference

    @property
    def is_one(self) -> bool:
        """Whether there is a difference in points or in what is told."""
        return bool(self.reasons) or round(self.before - self.after, 6) != 0


def change_of(before: Graded, after: Graded, was: Standing = NOT_STANDING, now: Standing = NOT_STANDING) -> Change:
    """What is different of a submission that stood so in its course and stands so now, and the reasons."""
    reasons = tuple(_reasons(_checks(before), _checks(after)))
    if before.problem != after.problem:
        told = (tell(each.problem) if each.problem else t("judged") for each in (before, after))
        reasons = (" -> ".join(told), *reasons)
    lost = [graded.score * standing.share_lost for graded, standing in ((before, was), (after, now))]
    late = [lateness.words(standing, points) for standing, points in zip((was, now), lost, strict=True)]
    if (was.days_late, was.share_lost) != (now.days_late, now.share_lost):
        reasons = (t("{late}, was {before}", late=late[1] or t(IN_TIME), before=late[0] or t(IN_TIME)), *reasons)
        late[1] = ""
    if was.counts != now.counts:
        reasons = (t("it counts now") if now.counts else t("another attempt counts now"), *reasons)
    return Change(before.submission, before.score - lost[0], after.score - lost[1], reasons, late[1])


def render(changes: Mapping[str, Change], console: Console) -> None:
    """Print those that there are, and how many there are."""
    told = [change for change in changes.values() if change.is_one]
    moved = [change for change in told if round(change.before - change.after, 6)]
    if told:
        table = Table(box=None, pad_edge=False, show_edge=False)
        table.add_column(t("submission"), overflow="fold")
        table.add_column(t("before"), justify="right", no_wrap=True)
        table.add_column(t("after"), justify="right", no_wrap=True)
        table.add_column(t("because"), overflow="fold")
        for change in told:
            reasons = change.reasons[:MOST_REASONS]
            more = len(change.reasons) - len(reasons)
            words = listed(SENTENCES, (*reasons, t("and {count} more", count=more) if more else "", change.late))
            table.add_row(escape(change.submission), number(change.before), number(change.after), escape(words))
        console.print(table, soft_wrap=True)
        console.print()
    total = t(
        "{count} judged again: {moved} have other points, {others} other words",
        count=len(changes),
        moved=len(moved),
        others=len(told) - len(moved),
    )
    console.print(total, soft_wrap=True, highlight=False)


def _checks(graded: Graded) -> Checks:
    return {(r.contract, r.check): r for r in graded.run.results} if graded.run else {}


def _reasons(before: Checks, after: Checks) -> Iterator[str]:
    for key in dict.fromkeys((*before, *after)):
        name, old, new = one_line(".".join(key)), before.get(key), after.get(key)
        if old is None or new is None:
            is_worth = (old or new or next(iter(before.values()))).max_points
            if is_worth:
                yield t("{name} is asked no more" if new is None else "{name} is asked now", name=name)
            continue
        told = listed(SENTENCES, _differences(old, new))
        if told:
            yield t(ABOUT, name=name, words=told)


def _differences(old: Result, new: Result) -> Iterator[str]:
    """Of one check: its worth, whether it counts, how it ended, and what it earned of what it is worth."""
    if old.max_points != new.max_points:
        yield t("worth {points}, was {before}", points=number(new.max_points), before=number(old.max_points))
    if old.required != new.required:
        yield t("counts now") if new.required else t("advisory now")
    if old.status != new.status:
        yield t("{status}, was {before}", status=ended(new.status), before=ended(old.status))
    elif _share(old) is not None and _share(new) is not None and _share(old) != _share(new):
        yield t("earns {share:.0%} of its points, was {before:.0%}", share=_share(new), before=_share(old))
    elif old.status.is_bad and _told(old) != _told(new):
        yield t("told otherwise")


def _told(result: Result) -> list[str]:
    """What was found and of what mistake it comes, as text: a ledger has plain names, and NaN is no other NaN."""
    findings = [repr(as_plain(finding)) for finding in result.findings]
    return [*findings, str(result.diagnosis), result.hint, *result.ladder]


def _share(result: Result) -> float | None:
    return round(result.points / result.max_points, 4) if result.max_points else None
