"""A class at a glance: how many are done, the points, and what most of them got wrong."""

from collections.abc import Sequence
from statistics import median
from textwrap import shorten

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from gradproof.conformance.checks.results import Status
from gradproof.conformance.grading.model import Graded, Grading
from gradproof.conformance.reports import frequent
from gradproof.conformance.reports.views import PUBLIC_CASES, View, sheet

MOST = 10
WORDS = 120


def render(grading: Grading, console: Console) -> None:
    """Print the class: a line a submission, the most frequent failures, the totals."""
    console.print(_submissions(grading.submissions), soft_wrap=True)
    failures = frequent.failures((sheet(one, grading.header, View.INSTRUCTOR) for one in grading.submissions), MOST)
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
        scores = [one.score for one in done]
        text += f"; points: median {median(scores):g}, from {min(scores):g} to {max(scores):g} of {done[0].max_score:g}"
    return f"{text}\n{PUBLIC_CASES}" if grading.header.is_public else text


def _submissions(submissions: Sequence[Graded]) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False)
    table.add_column("submission", overflow="fold")
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("checks", justify="right", no_wrap=True)
    table.add_column("", overflow="fold")
    for one in submissions:
        table.add_row(escape(one.submission), _points(one), _checks(one), escape(_words(one)))
    return table


def _points(graded: Graded) -> str:
    judged = "" if graded.is_unmade else f"{graded.score:g} of {graded.max_score:g}"
    owed = f"{graded.unjudged:g} not judged" if graded.unjudged else ""
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
