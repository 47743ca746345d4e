"""Classroom 50's result.json, contract classroom50/result/v1: its scores are whole numbers.

Who and what is graded stands in the environment that its runner gives an autograder; where there is none, the names of
the submission and the assignment take their place. The runner itself adds the owner.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import floor, lcm
from typing import Any

from gradproof.conformance.grading.model import Grading
from gradproof.conformance.reports.languages.speaking import t
from gradproof.conformance.reports.sheets import Sheet
from gradproof.conformance.reports.wording import one_line

SCHEMA = "classroom50/result/v1"
TAG = "submit/"  # begins the name of every submission
FINEST = 100  # parts of a point
HIDDEN = "hidden tests"
MESSAGES = (HIDDEN,)


def of(told: Sheet, grading: Grading, when: str, environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """The content of result.json. ``when`` stands where it is not known when something was handed in."""
    name = told.submission
    commit = environment.get("COMMIT_URL") or name
    handed_in = told.standing.handed_in
    tests = list(_tests(told))
    if tests:  # what is said of the whole has no place of its own: the schema takes no other key
        tests[0]["message"] = "\n".join(filter(None, (told.summary, *told.notes, tests[0]["message"])))
    return {
        "schema": SCHEMA,
        "classroom": environment.get("CLASSROOM") or "gradproof",
        "assignment": environment.get("ASSIGNMENT") or one_line(grading.header.assignment) or "gradproof",
        "submission": environment.get("SUBMISSION_TAG") or f"{TAG}{name}",
        "commit": commit,
        "release": environment.get("RELEASE_URL") or commit,
        "review": environment.get("REVIEW_URL") or commit,
        "datetime": handed_in.strftime("%Y-%m-%dT%H:%M:%SZ") if handed_in else f"{when}Z",
        "score": sum(test["score"] for test in tests),
        "max-score": sum(test["max-score"] for test in tests),
        "tests": tests,
    }


def _tests(told: Sheet) -> Iterator[dict[str, Any]]:
    """Those that are worth points; what is kept from students is one test."""
    hidden = [(each.points, each.max_points) for each in told.concealed]
    rows = [(e.name, e.points, e.max_points, e.text()) for e in told.entries if e.max_points]
    if hidden:
        rows.append((t(HIDDEN), sum(points for points, _ in hidden), sum(worth for _, worth in hidden), ""))
    if not rows:
        rows = [(e.name, float(e.is_met), 1.0, e.text()) for e in told.entries if e.counts]
    scores = whole([points for _, points, _, _ in rows], [worth for _, _, worth, _ in rows])
    scores = lowered(scores, 1 - told.standing.share_lost)
    for (name, points, worth, words), (score, most) in zip(rows, scores, strict=True):
        yield {"test-name": name, "passed": points == worth, "score": score, "max-score": most, "message": words}


def lowered(scores: Sequence[tuple[int, int]], kept: float) -> list[tuple[int, int]]:
    """What lateness leaves: as many points less as the sum loses, each from what has most then."""
    made = [score for score, _ in scores]
    for _ in range(sum(made) - floor(sum(made) * kept + 0.5)):
        made[made.index(max(made))] -= 1
    return [(score, most) for score, (_, most) in zip(made, scores, strict=True)]


def whole(points: Sequence[float], worth: Sequence[float]) -> list[tuple[int, int]]:
    """Points and what they are of, as whole numbers that keep their sum as near as whole numbers can.

    Where something is worth half a point, all are told in halves. What lost points is not rounded up to all of them.
    """
    unit = min(FINEST, lcm(*(Fraction(each).limit_denominator(FINEST).denominator for each in worth)))
    most = [round(each * unit) for each in worth]
    whole_ones = [got >= of for got, of in zip(points, worth, strict=True)]
    exact = [
        top if is_all else min(each * unit, top) for each, top, is_all in zip(points, most, whole_ones, strict=True)
    ]
    made = [floor(each + 1e-9) for each in exact]
    left = floor(sum(exact) + 0.5) - sum(made)
    for index in sorted(range(len(made)), key=lambda i: made[i] - exact[i])[: max(left, 0)]:
        if made[index] + 1 < most[index] and exact[index] > made[index]:
            made[index] += 1
    return list(zip(made, most, strict=True))
