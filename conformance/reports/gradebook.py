"""The class as a CSV gradebook: a row a submission, a column for each check that is worth points."""

import csv
import io
from collections.abc import Callable, Sequence
from unicodedata import normalize

from gradproof.conformance.checks.results import Status
from gradproof.conformance.engine.course import Course
from gradproof.conformance.grading.course.standing import absent
from gradproof.conformance.grading.model import NO_COURSE, Grading
from gradproof.conformance.reports.languages.speaking import listed, t
from gradproof.conformance.reports.views import Sheet, View, told
from gradproof.conformance.reports.wording import exact, one_line
from gradproof.conformance.spec.words.said import SENTENCES

SEPARATES = frozenset(";,|\t\r\n")  # cells, in one locale or another
STARTS_A_FORMULA = frozenset("=+-@")
IGNORED = frozenset(" \"'\u00a0")  # between a separator and what starts a cell
MOST_OF_NOTES = 1000  # characters


def render(grading: Grading, view: View = View.INSTRUCTOR) -> str:
    """The gradebook, every field in quotes. What a spreadsheet would take for a formula gets an apostrophe before it.

    A spreadsheet that separates by semicolons splits such a field in the middle, quotes or not: so what comes after
    anything that separates cells somewhere is looked at as well.
    """
    sheets = told(grading, view)
    columns = list(dict.fromkeys(e.name for one in sheets if not one.problem for e in one.entries if e.max_points))
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
    more: dict[str, Callable[[Sheet], str]] = {"notes": _notes} if any(one.notes for one in sheets) else {}
    more |= OF_A_COURSE if grading.course != NO_COURSE else {}
    writer.writerow(["submission", "score", "max_score", *map(_safe, columns), "problem", "cases", *more])
    for one in sheets:
        writer.writerow([*_row(one, columns), grading.header.cases, *(_safe(made(one)) for made in more.values())])
    for student in absent(grading.course, grading.standings.values()) if view == View.INSTRUCTOR else ():
        told_of = {"student": student, "name": _name(grading.course, student), "attempt": "0", "counts": "yes"}
        empty = [*("" for _ in columns), t("nothing was handed in"), grading.header.cases]
        row = [_safe(student), "0", exact(grading.header.max_score), *empty]
        writer.writerow([*row, *(_safe(told_of.get(column, "")) for column in more)])
    return file.getvalue()


OF_A_COURSE: dict[str, Callable[[Sheet], str]] = {
    "student": lambda one: one_line(one.standing.student),
    "name": lambda one: one_line(one.standing.name),
    "handed_in": lambda one: one.standing.handed_in.isoformat() if one.standing.handed_in else "",
    "days_late": lambda one: str(one.standing.days_late),
    "earned": lambda one: exact(one.earned),
    "attempt": lambda one: str(one.standing.attempt),
    "counts": lambda one: "yes" if one.standing.counts else "no",
    "alike": lambda one: one_line(", ".join(one.standing.alike), MOST_OF_NOTES),
}


def _name(course: Course, student: str) -> str:
    member = course.member(student)
    return one_line(member.name) if member else ""


def _notes(one: Sheet) -> str:
    return one_line(listed(SENTENCES, one.notes), MOST_OF_NOTES)


def _row(one: Sheet, columns: Sequence[str]) -> list[str]:
    points = {entry.name: exact(entry.points) for entry in one.entries if entry.status != Status.BROKEN}
    scores = (exact(one.score), exact(one.max_score)) if one.max_score or not one.unjudged else ("", "")
    problem = listed(SENTENCES, (one_line(one.problem), one.owed))
    return [_safe(one.submission), *scores, *(points.get(name, "") for name in columns), _safe(problem)]


def _safe(text: str) -> str:
    """A text without a cell in it that starts as a formula does; wide forms of the signs are the signs."""
    made, is_at_start = [], True
    for character in text:
        signs = normalize("NFKC", character)
        if is_at_start and not STARTS_A_FORMULA.isdisjoint(signs[:1]):
            made.append("'")
        is_at_start = not SEPARATES.isdisjoint(signs) or (is_at_start and character in IGNORED)
        made.append(character)
    starts_oddly = text[:1] and not SEPARATES.isdisjoint(normalize("NFKC", text[:1]))
    return "".join(["'", *made] if starts_oddly else made)
