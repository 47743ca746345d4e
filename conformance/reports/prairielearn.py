"""PrairieLearn's results.json of an external grader, one a submission.

What students are not told of is one test without detail, so that the points add up to the score. What is worth no
points is told in the output.
"""

from collections.abc import Iterator
from typing import Any

from gradproof.conformance.checks.results import Status
from gradproof.conformance.grading.model import Graded, Header
from gradproof.conformance.reports.languages.speaking import t
from gradproof.conformance.reports.views import HIDDEN, Sheet, View, sheet
from gradproof.conformance.reports.wording import ABOUT, shown


def render(graded: Graded, header: Header, view: View = View.STUDENT) -> dict[str, Any]:
    """The results.json of a submission outside of a course."""
    return of(sheet(graded, header, view))


def of(told: Sheet) -> dict[str, Any]:
    """The content of results.json. What could not be judged is not gradable, and costs the student no attempt."""
    return {
        "gradable": not told.problem and (bool(told.max_score) or not told.unjudged),
        **({"format_errors": [told.problem]} if told.problem else {}),
        "score": _share(told),
        "message": told.summary,
        "output": "\n".join([*told.notes, *_beside(told)]),
        "tests": list(_tests(told)),
    }


def _share(told: Sheet) -> float:
    """The score as a share of what there is to have; without points, all or nothing."""
    if not told.max_score:
        return float(told.is_clean)
    return min(max(told.score / told.max_score, 0.0), 1.0)


def _beside(told: Sheet) -> Iterator[str]:
    """What is worth no points and has something to tell, in words: as a test it would stand there with 0 of 0."""
    if _has_points(told):
        untold = (e for e in told.entries if not e.max_points and e.status != Status.PASSED)
        yield from (t(ABOUT, name=entry.name, words=entry.text()) for entry in untold)


def _has_points(told: Sheet) -> bool:
    return any(each.max_points for each in told.entries) or any(each.max_points for each in told.concealed)


def _tests(told: Sheet) -> Iterator[dict[str, Any]]:
    """Those that are worth points; where nothing is, all of them, and none has any."""
    has_points = _has_points(told)
    for entry in told.entries:
        if has_points and not entry.max_points:
            continue
        yield {
            "name": entry.name,
            "description": entry.sentence,
            **({"points": shown(entry.points), "max_points": shown(entry.max_points)} if has_points else {}),
            "message": "\n".join(filter(None, (entry.verdict, entry.message, entry.hint))),
            "output": "\n".join(t(ABOUT, name=label, words=text) for label, text in entry.details),
        }
    if told.concealed:
        yield {
            "name": t(HIDDEN),
            "points": shown(sum(one.points for one in told.concealed)),
            "max_points": shown(sum(one.max_points for one in told.concealed)),
        }
