"""Gradescope's results.json, one a submission.

The student's view is what an autograder writes: hidden checks stand under Gradescope's visibility "hidden", by their
names and points, which instructors see there, or, as the assignment asks, under "after_due_date" or "after_published".
In the instructor's view nothing is visible to students.
"""

from collections.abc import Iterator
from typing import Any

from gradproof.conformance.checks.results import Status
from gradproof.conformance.engine.course import Course
from gradproof.conformance.grading.model import NO_COURSE, Graded, Header
from gradproof.conformance.reports.views import Entry, Sheet, View, sheet
from gradproof.conformance.reports.wording import shown

SHOWN, NEVER = "visible", "hidden"


def render(graded: Graded, header: Header, view: View = View.STUDENT, seconds: float | None = None) -> dict[str, Any]:
    """The results.json of a submission outside of a course."""
    return of(sheet(graded, header, view, seconds), NO_COURSE)


def of(told: Sheet, course: Course) -> dict[str, Any]:
    """The content of results.json."""
    visibility = SHOWN if told.view == View.STUDENT else NEVER
    return {
        **({"score": shown(told.score)} if _is_known(told) and _adds_up(told) else {}),
        **({} if told.seconds is None else {"execution_time": round(told.seconds, 3)}),
        "output": "\n".join([told.summary, *told.remarks]),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": visibility,
        "stdout_visibility": NEVER,
        "tests": list(_tests(told, visibility)),
        **({"leaderboard": [{"name": "points", "value": shown(told.score)}]} if course.leaderboard else {}),
    }


def _tests(told: Sheet, visibility: str) -> Iterator[dict[str, Any]]:
    for entry in told.entries:
        yield _test(entry, visibility)
    for one in told.concealed:
        test = _test(one.entry, told.reveal if told.reveal != "never" else NEVER)
        yield test if told.reveal != "never" else {name: test[name] for name in test if name not in WORDS}


WORDS = ("output", "output_format", "tags")


def _test(entry: Entry, visibility: str) -> dict[str, Any]:
    status = _status(entry)
    return {
        "name": entry.name,
        "name_format": "text",
        **({"score": shown(entry.points), "max_score": entry.max_points} if entry.max_points else {}),
        **({"status": status} if status else {}),
        "output": entry.text(),
        "output_format": "text",
        "tags": [entry.contract, *([] if entry.counts else ["advisory"])],
        "visibility": visibility,
    }


def _status(entry: Entry) -> str:
    """Passed or failed. What earned a part of its points is neither, and Gradescope shows that part alone.

    What is not made is as good as its points; without points it is not marked at all.
    """
    if entry.is_partial:
        return ""
    if entry.status == Status.PASSED:
        return "passed"
    if entry.status.is_bad:
        return "failed"
    if entry.max_points and entry.points in (0, entry.max_points):
        return "passed" if entry.points else "failed"
    return ""


def _is_known(told: Sheet) -> bool:
    """Whether there is a score: what is broken as a whole has none, and no 0 either."""
    return bool(told.max_score) or not told.unjudged


def _adds_up(told: Sheet) -> bool:
    """Whether what was earned is what the tests give: where a score is written, it stands above them."""
    given = sum(each.points for each in told.entries) + sum(each.points for each in told.concealed)
    return not round(given - told.earned, 6)
