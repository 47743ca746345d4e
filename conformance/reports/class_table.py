"""A class at a glance: how many are done, the points, and what most of them got wrong."""

from collections.abc import Iterable, Iterator, Sequence
from statistics import median
from textwrap import shorten

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from gradproof.conformance.checks.results import Status
from gradproof.conformance.grading.course.standing import absent
from gradproof.conformance.grading.model import Graded, Grading
from gradproof.conformance.reports import frequent
from gradproof.conformance.reports.languages.speaking import listed, t, tell
from gradproof.conformance.reports.overview import lateness
from gradproof.conformance.reports.sheets import scores_of
from gradproof.conformance.reports.views import PUBLIC_CASES, Sheet, View, told
from gradproof.conformance.reports.wording import folded, number, one_line, out_of
from gradproof.conformance.spec.english_edits import MORE
from gradproof.conformance.spec.words.said import NAMES, SENTENCES

MOST = 10
WORDS = 120
NAME = 36  # places for a name


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
    judged = t("{count} submission judged" if len(done) == 1 else "{count} submissions judged", count=len(done))
    judged = t("{judged} ({count} could not be)", judged=judged, count=problems) if problems else judged
    broken = len(every) - len(done)
    failed = t("{count} broken: gradproof itself failed", count=broken) if broken else ""
    points = ""
    if done and grading.header.max_score:
        scores = scores_of(told(grading, View.INSTRUCTOR))
        points = t(
            "points: median {median}, from {least} to {most} of {all}",
            median=number(median(scores)),
            least=number(min(scores)),
            most=number(max(scores)),
            all=number(done[0].max_score),
        )
    text = listed(SENTENCES, (listed(NAMES, (judged, failed)), points))
    lines = [text, *_of_course(grading), *([t(PUBLIC_CASES)] if grading.header.is_public else [])]
    return "\n".join(lines)


def _of_course(grading: Grading) -> Iterator[str]:
    """Who is late, who is alike, who is missing: a line each, if there is anybody."""
    standing = {
        name: each for name, each in grading.standings.items() if name in {o.submission for o in grading.submissions}
    }
    late = sum(each.is_late for each in standing.values())
    if late:
        yield t("{count} late", count=late)
    groups = _together({name, *each.alike} for name, each in standing.items() if each.alike)
    if groups:
        every = (one_line(", ".join(names)) for names in sorted(map(sorted, groups)))
        shown = [shorten(names, WORDS, placeholder=" ...") for names in every]
        told_of = listed(SENTENCES, (*shown[:MOST], "..." if len(shown) > MOST else ""))
        yield t("the same code, layout and variables' names aside: {names}", names=told_of)
    gone = absent(grading.course, grading.standings.values())
    if gone:
        names = one_line(", ".join(gone), 500)
        yield t("{count} of the roster handed nothing in: {names}", count=len(gone), names=names)


def _together(sets: Iterable[set[str]]) -> list[set[str]]:
    """Those that share a name as one: of a student's own attempts none is told to be like another."""
    groups: list[set[str]] = []
    for each in sets:
        groups = [*(group for group in groups if group.isdisjoint(each)), each.union(*(g for g in groups if g & each))]
    return groups


def _submissions(submissions: Sequence[Graded], sheets: Sequence[Sheet]) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False)
    table.add_column(t("submission"), overflow="fold")
    table.add_column(t("points"), justify="right", no_wrap=True)
    table.add_column(t("checks"), justify="right", no_wrap=True)
    table.add_column("", overflow="fold")
    for one, sheet in zip(submissions, sheets, strict=True):
        words = listed(SENTENCES, (_standing(sheet), _words(one)))
        table.add_row(escape(folded(one.submission, NAME)), _points(one, sheet), _checks(one), escape(words))
    return table


def _standing(sheet: Sheet) -> str:
    """What the points do not say: that it came late, that another attempt counts."""
    standing = sheet.standing
    late = lateness.words(standing, sheet.earned - sheet.score)
    return listed(SENTENCES, (late, "" if standing.counts else t("another attempt counts")))


def _points(graded: Graded, sheet: Sheet) -> str:
    judged = "" if graded.is_unmade else out_of(number(sheet.score), number(graded.max_score))
    owed = t("{points} not judged", points=number(graded.unjudged)) if graded.unjudged else ""
    return listed(NAMES, (judged, owed))


def _checks(graded: Graded) -> str:
    if graded.run is None:
        return ""
    required = [result for result in graded.run.results if result.required]
    return out_of(graded.run.summary.passed, len(required))


def _words(graded: Graded) -> str:
    if graded.run is None:
        return tell(graded.problem or "")
    bad = [result for result in graded.run.results if result.status.is_bad and result.required]
    shown = ", ".join(f"{result.contract} {result.check}" for result in bad[:3])
    shown = t(MORE, names=shown, count=len(bad) - 3) if len(bad) > 3 else shown
    broken = dict.fromkeys(result.contract for result in graded.run.results if result.status == Status.BROKEN)
    return listed(SENTENCES, (shown, t("broken: {names}", names=", ".join(broken)) if broken else ""))


def _failures(failures: Sequence[frequent.Frequent], count: int) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False)
    table.add_column(t("most frequent"), overflow="fold")
    table.add_column(t("submissions"), justify="right", no_wrap=True)
    table.add_column(t("what was found"), overflow="fold")
    for failure in failures:
        table.add_row(escape(failure.name), out_of(failure.count, count), escape(shorten(failure.message, WORDS)))
    return table
