"""A class at a glance: how many are done, the points, and what most of them got wrong."""

from collections.abc import Iterator, Sequence
from statistics import median
from textwrap import shorten

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from gradproof.conformance.checks.results import Status
from gradproof.conformance.grading.course.standing import absent
from gradproof.conformance.grading.model import Graded, Grading
from gradproof.conformance.reports import frequent
from gradproof.conformance.reports.views import PUBLIC_CASES, Sheet, View, told
from gradproof.conformance.reports.wording import number, one_line

MOST = 10
WORDS = 120


def render(grading: Grading, console: Console) -> None:
    """Print the class: a line a submission, the most frequent failures, the totals."""
    sheets = told(grading, View.INSTRUCTOR)
    console.print(_submissions(grading.submissions, sheets), soft_wrap=True)
    failures = frequent.failures(sheets, MOST)
    if failures:
        console.print()
        console.print(_failures(failures, len(grading.submissions)), soft_wrap=True)
    console.print()
    console.print(totals(grading), soft_wrap=True, highlight=False)


def totals(grading: Grading) -> str:
    """How many, and their points."""
    every = grading.submissions
    done = [one for one in every if not one.is_broken]
    problems = sum(one.problem is not None for one in done)
    text = f"{len(done)} submission{'' if len(done) == 1 else 's'} judged"
    text += f" ({problems} could not be)" if problems else ""
    text += f", {len(every) - len(done)} broken: gradproof itself failed" if len(done) < len(every) else ""
    if done and grading.header.max_score:
        scores = [sheet.score for sheet, one in zip(told(grading, View.INSTRUCTOR), every, strict=True) if one in done]
        span = f"median {number(median(scores))}, from {number(min(scores))} to {number(max(scores))}"
        text += f"; points: {span} of {number(done[0].max_score)}"
    lines = [text, *_of_course(grading), *([PUBLIC_CASES] if grading.header.is_public else [])]
    return "\n".join(lines)


def _of_course(grading: Grading) -> Iterator[str]:
    """Who is late, who is alike, who is missing: a line each, if there is anybody."""
    standing = {
        name: each for name, each in grading.standings.items() if name in {o.submission for o in grading.submissions}
    }
    late = sum(each.is_late for each in standing.values())
    if late:
        yield f"{late} late"
    groups = dict.fromkeys(tuple(sorted({name, *each.alike})) for name, each in standing.items() if each.alike)
    if groups:
        shown = [shorten(one_line(", ".join(names)), WORDS, placeholder=" ...") for names in groups]
        told_of = f"{'; '.join(shown[:MOST])}{' ...' if len(shown) > MOST else ''}"
        yield f"the same code, layout and variables' names aside: {told_of}"
    gone = absent(grading.course, grading.standings.values())
    if gone:
        yield f"{len(gone)} of the roster handed nothing in: {one_line(', '.join(gone), 500)}"


def _submissions(submissions: Sequence[Graded], sheets: Sequence[Sheet]) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False)
    table.add_column("submission", overflow="fold")
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("checks", justify="right", no_wrap=True)
    table.add_column("", overflow="fold")
    for one, sheet in zip(submissions, sheets, strict=True):
        words = "; ".join(filter(None, (_standing(sheet), _words(one))))
        table.add_row(escape(one.submission), _points(one, sheet), _checks(one), escape(words))
    return table


def _standing(sheet: Sheet) -> str:
    """What the points do not say: that it came late, that another attempt counts."""
    standing = sheet.standing
    late = (
        f"{standing.days_late} days late, {number(sheet.earned - sheet.score)} points less" if standing.is_late else ""
    )
    return "; ".join(filter(None, (late, "" if standing.counts else "another attempt counts")))


def _points(graded: Graded, sheet: Sheet) -> str:
    judged = "" if graded.is_unmade else f"{number(sheet.score)} of {number(graded.max_score)}"
    owed = f"{number(graded.unjudged)} not judged" if graded.unjudged else ""
    return ", ".join(filter(None, (judged, owed)))


def _checks(graded: Graded) -> str:
    if graded.run is None:
        return ""
    required = [result for result in graded.run.results if result.required]
    return f"{graded.run.summary.passed} of {len(required)}"


def _words(graded: Graded) -> str:
    if graded.run is None:
        return graded.problem or ""
    bad = [result for result in graded.run.results if result.status.is_bad and result.required]
    shown = ", ".join(f"{result.contract} {result.check}" for result in bad[:3])
    shown += f" and {len(bad) - 3} more" if len(bad) > 3 else ""
    broken = dict.fromkeys(result.contract for result in graded.run.results if result.status == Status.BROKEN)
    return "; ".join(filter(None, (shown, f"broken: {', '.join(broken)}" if broken else "")))


def _failures(failures: Sequence[frequent.Frequent], count: int) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False)
    table.add_column("most frequent", no_wrap=True)
    table.add_column("submissions", justify="right", no_wrap=True)
    table.add_column("most of them", overflow="fold")
    for failure in failures:
        table.add_row(escape(failure.name), f"{failure.count} of {count}", escape(shorten(failure.message, WORDS)))
    return table
