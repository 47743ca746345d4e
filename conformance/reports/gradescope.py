"""Gradescope's results.json, one a submission.

The student's view is what an autograder writes: hidden checks are there for their points alone, under Gradescope's
visibility "hidden". In the instructor's view nothing is visible to students.
"""

from collections.abc import Iterator
from typing import Any

from gradproof.conformance.checks.results import Status
from gradproof.conformance.grading.model import Graded, Header
from gradproof.conformance.reports.views import HIDDEN, Entry, Sheet, View, sheet

SHOWN, NEVER = "visible", "hidden"


def render(graded: Graded, header: Header, view: View = View.STUDENT, seconds: float | None = None) -> dict[str, Any]:
    """The content of results.json."""
    told = sheet(graded, header, view, seconds)
    tests = list(_tests(told, SHOWN if view == View.STUDENT else NEVER))
    return {
        **({"score": told.score} if _is_known(told) and _adds_up(tests, told.score) else {}),
        **({} if told.seconds is None else {"execution_time": round(told.seconds, 3)}),
        "output": "\n".join([told.summary, *(f"note: {note}" for note in told.notes)]),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": SHOWN if view == View.STUDENT else NEVER,
        "stdout_visibility": NEVER,
        "tests": tests,
    }


def _tests(told: Sheet, visibility: str) -> Iterator[dict[str, Any]]:
    for entry in told.entries:
        status = _status(entry)
        yield {
            "name": entry.name,
            "name_format": "text",
            **_score(entry.points, entry.max_points),
            **({"status": status} if status else {}),
            "output": entry.text(),
            "output_format": "text",
            "tags": [entry.contract, *([] if entry.counts else ["advisory"])],
            "visibility": visibility,
        }
    for one in told.concealed:
        yield {"name": HIDDEN, "name_format": "text", **_score(one.points, one.max_points), "visibility": NEVER}


def _score(points: float, max_points: float) -> dict[str, float]:
    """Points, if there are any to have: without them a test is information."""
    return {"score": points, "max_score": max_points} if max_points else {}


def _status(entry: Entry) -> str:
    """Passed or failed; what is neither is as good as its points, and without any Gradescope marks it not at all."""
    if entry.status == Status.PASSED:
        return "passed"
    if entry.status.is_bad:
        return "failed"
    if entry.max_points:
        return "passed" if entry.points == entry.max_points else "failed"
    return ""


def _is_known(told: Sheet) -> bool:
    """Whether there is a score: what is broken as a whole has none, and no 0 either."""
    return bool(told.max_score) or not told.unjudged


def _adds_up(tests: list[dict[str, Any]], score: float) -> bool:
    """Whether the score is what the tests give: where one is written, it stands above them."""
    return not round(sum(test.get("score", 0.0) for test in tests) - score, 6)
