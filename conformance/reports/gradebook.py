"""The class as a CSV gradebook: a row a submission, a column for each check that is worth points."""

import csv
import io
from collections.abc import Sequence
from unicodedata import normalize

from gradproof.conformance.grading.model import Grading
from gradproof.conformance.reports.views import Sheet, View, sheet
from gradproof.conformance.reports.wording import number, one_line

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render(grading: Grading, view: View = View.INSTRUCTOR) -> str:
    """The gradebook. Text that a spreadsheet would take for a formula gets an apostrophe before it."""
    sheets = [sheet(one, grading.header, view) for one in grading.submissions]
    columns = list(dict.fromkeys(e.name for told in sheets if not told.problem for e in told.entries if e.max_points))
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["submission", "score", "max_score", *map(_safe, columns), "problem"])
    writer.writerows(_row(told, columns) for told in sheets)
    return file.getvalue()


def _row(told: Sheet, columns: Sequence[str]) -> list[str]:
    points = {entry.name: number(entry.points) for entry in told.entries}
    scores = (number(told.score), number(told.max_score))
    return [_safe(told.submission), *scores, *(points.get(name, "") for name in columns), _safe(one_line(told.problem))]


def _safe(text: str) -> str:
    return f"'{text}" if normalize("NFKC", text).startswith(STARTS_A_FORMULA) else text
