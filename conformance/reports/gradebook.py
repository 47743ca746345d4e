"""The class as a CSV gradebook: a row a submission, a column for each check that is worth points."""

import csv
import io
from collections.abc import Sequence
from unicodedata import normalize

from gradproof.conformance.checks.results import Status
from gradproof.conformance.grading.model import Grading
from gradproof.conformance.reports.views import Sheet, View, sheet
from gradproof.conformance.reports.wording import number, one_line

SEPARATES = frozenset(";,|\t\r\n")  # cells, in one locale or another
STARTS_A_FORMULA = frozenset("=+-@")
IGNORED = frozenset(" \"'\u00a0")  # between a separator and what starts a cell
MOST_OF_NOTES = 1000  # characters


def render(grading: Grading, view: View = View.INSTRUCTOR) -> str:
    """The gradebook, every field in quotes. What a spreadsheet would take for a formula gets an apostrophe before it.

    A spreadsheet that separates by semicolons splits such a field in the middle, quotes or not: so what comes after
    anything that separates cells somewhere is looked at as well.
    """
    sheets = [sheet(one, grading.header, view) for one in grading.submissions]
    columns = list(dict.fromkeys(e.name for told in sheets if not told.problem for e in told.entries if e.max_points))
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
    has_notes = any(told.notes for told in sheets)
    more = ["notes"] * has_notes
    writer.writerow(["submission", "score", "max_score", *map(_safe, columns), "problem", "cases", *more])
    writer.writerows([*_row(told, columns), grading.header.cases, *[_notes(told)] * has_notes] for told in sheets)
    return file.getvalue()


def _notes(told: Sheet) -> str:
    return _safe(one_line("; ".join(told.notes), MOST_OF_NOTES))


def _row(told: Sheet, columns: Sequence[str]) -> list[str]:
    points = {entry.name: number(entry.points) for entry in told.entries if entry.status != Status.BROKEN}
    scores = (number(told.score), number(told.max_score)) if told.max_score or not told.unjudged else ("", "")
    problem = "; ".join(filter(None, (one_line(told.problem), told.owed)))
    return [_safe(told.submission), *scores, *(points.get(name, "") for name in columns), _safe(problem)]


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
