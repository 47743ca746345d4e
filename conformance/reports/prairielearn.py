"""PrairieLearn's results.json of an external grader, one a submission.

What students are not told of is one test without detail, so that the points add up to the score.
"""

from collections.abc import Iterator
from typing import Any

from gradproof.conformance.grading.model import Graded, Header
from gradproof.conformance.reports.views import HIDDEN, Sheet, View, sheet


def render(graded: Graded, header: Header, view: View = View.STUDENT) -> dict[str, Any]:
    """The content of results.json. What could not be judged is not gradable, and costs the student no attempt."""
    told = sheet(graded, header, view)
    return {
        "gradable": not told.problem and (bool(told.max_score) or not told.unjudged),
        **({"format_errors": [told.problem]} if told.problem else {}),
        "score": _share(told),
        "message": told.summary,
        "output": "\n".join(told.notes),
        "tests": list(_tests(told)),
    }


def _share(told: Sheet) -> float:
    """The score as a share of what there is to have; without points, all or nothing."""
    if not told.max_score:
        return float(told.is_clean)
    return min(max(told.score / told.max_score, 0.0), 1.0)


def _tests(told: Sheet) -> Iterator[dict[str, Any]]:
    for entry in told.entries:
        yield {
            "name": entry.name,
            "description": entry.sentence,
            "points": entry.points,
            "max_points": entry.max_points,
            "message": "\n".join(filter(None, (entry.verdict, entry.message, entry.hint))),
            "output": "\n".join(f"{label}: {text}" for label, text in entry.details),
        }
    if told.concealed:
        yield {
            "name": HIDDEN,
            "points": sum(one.points for one in told.concealed),
            "max_points": sum(one.max_points for one in told.concealed),
        }
