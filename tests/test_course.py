"""Deadlines, attempts, rosters and hand-ins that are alike: what a course adds to points."""

import csv
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from graded_class import CLASS, EVERY_STATUS, RIGHT, WRONG, header, written

from gradproof.conformance.engine.course import Course, Member
from gradproof.conformance.errors import UsageError
from gradproof.conformance.grading.course import arrival, roster
from gradproof.conformance.grading.course.likeness import alike, likeness
from gradproof.conformance.grading.course.standing import Standing, absent, standings
from gradproof.conformance.grading.intake import one
from gradproof.conformance.grading.model import Grading, read
from gradproof.conformance.reports import class_table, gradebook, html
from gradproof.conformance.reports.overview import lateness
from gradproof.conformance.reports.views import View, told

DUE = datetime(2026, 10, 5, 21, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "days", "share"),
    [
        (timedelta(0), 0, 0.0),
        (timedelta(minutes=15), 0, 0.0),
        (timedelta(minutes=16), 1, 0.1),
        (timedelta(days=1), 1, 0.1),
        (timedelta(days=1, seconds=1), 2, 0.2),
        (timedelta(days=6), 6, 0.5),
        (timedelta(days=7, seconds=1), 8, 1.0),
    ],
)
def test_each_day_that_has_begun_costs_a_share(after: timedelta, days: int, share: float) -> None:
    """After the grace, up to a limit; what comes after the course has closed earns nothing."""
    course = Course(deadline=DUE, grace_minutes=15, late_per_day=0.1, late_at_most=0.5, closes=DUE + timedelta(days=7))
    assert course.days_late("ann", DUE + after) == days
    assert course.share_lost("ann", DUE + after) == pytest.approx(share)


def test_a_student_may_have_a_deadline_of_their_own() -> None:
    """Read from the roster."""
    course = Course(deadline=DUE, late_per_day=0.1, members=(Member(student="ann", deadline=DUE + timedelta(days=3)),))
    when = DUE + timedelta(days=2)
    assert (course.days_late("ann", when), course.days_late("bob", when)) == (0, 2)


@pytest.mark.parametrize(("attempts", "counting"), [("last", "ann_2"), ("best", "ann_1")])
def test_one_attempt_of_a_student_counts(attempts: str, counting: str) -> None:
    """The last, or the best, by what lateness leaves; their order is that in which they came."""
    course = Course.model_validate({"attempts": attempts, "student": r"(.+)_\d"})
    ones = (replace(RIGHT, submission="ann_1"), replace(WRONG, submission="ann_2"), replace(WRONG, submission="bob"))
    made = standings(ones, course, {"ann_1": "2026-10-05T10:00:00+00:00", "ann_2": "2026-10-05T11:00:00+00:00"})
    assert [name for name, each in made.items() if each.counts] == [counting, "bob"]
    assert (made["ann_2"].student, made["ann_2"].attempt, len(made["ann_2"].attempts)) == ("ann", 2, 2)


@pytest.mark.parametrize("pattern", [r"(.*)_attempt\d", r"(.+)?_attempt\d"])
def test_who_has_no_name_is_called_as_the_hand_in(pattern: str) -> None:
    """Where the group is empty, or takes no part."""
    assert Course(student=pattern).student_of("_attempt1") == "_attempt1"


def test_a_hand_in_that_cannot_be_opened_has_its_student_too() -> None:
    """It keeps its suffix, and whoever handed it in did hand something in."""
    course = Course.model_validate({"student": r"(.+)_attempt\d+"})
    assert [course.student_of(name) for name in ("ann_attempt1", "ann_attempt2.rar", "j.roe_attempt1", "x")] == [
        *("ann", "ann", "j.roe", "x")
    ]


@pytest.mark.parametrize(
    ("standing", "told"),
    [
        (Standing(days_late=1, share_lost=0.1), "1 day late: 2 points off"),
        (Standing(days_late=3, share_lost=0.1), "3 days late: 2 points off"),
        (Standing(share_lost=1.0), "after the course had closed: 2 points off"),
        (Standing(), ""),
    ],
)
def test_lateness_in_a_line(standing: Standing, told: str) -> None:
    """One day is no days; what came in time is not spoken of."""
    assert lateness.words(standing, 2.0) == told
    assert lateness.words(standing) == told.partition(":")[0]


def test_what_came_after_the_end_is_told_so() -> None:
    """And not that eight days cost everything."""
    course = Course(deadline=DUE, late_per_day=0.1, closes=DUE + timedelta(days=7))
    late = Standing(days_late=8, share_lost=1.0, handed_in=DUE + timedelta(days=8))
    (note,) = lateness.notes(late, RIGHT, course, View.STUDENT)
    assert note.startswith("handed in after the course had closed: 10 of the 10 points")
    nothing = replace(RIGHT, score=0.0)
    assert list(lateness.notes(replace(late, share_lost=0.1), nothing, Course(), View.STUDENT)) == ["8 days late"]


def test_the_gradebook_has_those_who_handed_nothing_in() -> None:
    """And who a hand-in is from, when it came, and whether it counts; the page of the class names them, too."""
    course = Course(members=tuple(Member(student=name, name=name.title()) for name in ("ann", "zoe")))
    made = standings(CLASS.submissions, course, {"ann": "2026-10-05T10:00:00+00:00"})
    text = gradebook.render(replace(CLASS, course=course, standings=made))
    rows = {row["submission"]: row for row in csv.DictReader(text.splitlines())}
    assert (rows["ann"]["name"], rows["ann"]["handed_in"], rows["ann"]["counts"]) == (
        "Ann",
        "2026-10-05T10:00:00+00:00",
        "yes",
    )
    assert (rows["zoe"]["score"], rows["zoe"]["problem"], rows["zoe"]["attempt"]) == ("0", "nothing was handed in", "0")
    assert "bob is not in the roster" in rows["bob"]["notes"]
    assert absent(course, made.values()) == ("zoe",)
    page = html.render(replace(CLASS, course=course, standings=made))
    assert "<dt>handed nothing in</dt><dd>Zoe</dd>" in page
    assert "Zoe" not in html.render(replace(CLASS, course=course, standings=made), View.STUDENT)


PLAIN = "def f(x):\n    '''Doc.'''\n    y = x * 2  # twice\nMORE    return y\n\n\ndef g(a):\n    return f(a)\n"
RENAMED = (
    "def g(value):\n    return f(value)\n\ndef f(inp: int) -> int:\n    result = (inp * 2)\nMORE    return result\n"
)
FEW, MANY = 15, 40  # statements more


def likeness_of(at: Path, text: str, statements: int, variable: str = "y") -> str:
    """The likeness of a text with so many statements more."""
    more = "".join(f"    {variable} = {variable} + {k} * {variable}\n" for k in range(statements))
    at.write_text(text.replace("MORE", more))
    return likeness(at)


def test_layout_comments_order_and_variables_make_no_other_code(tmp_path: Path) -> None:
    """Another number does, and so does another operator."""
    plain = likeness_of(tmp_path / "a.py", PLAIN, MANY)
    assert plain == likeness_of(tmp_path / "b.py", RENAMED, MANY, "result") != ""
    assert plain != likeness_of(tmp_path / "c.py", PLAIN.replace("2", "3"), MANY)
    assert likeness_of(tmp_path / "d.py", "def f(:", 0) == ""
    (tmp_path / "e.py").write_bytes(b"# \xd7\xf7\xd2\xb5\n" + (tmp_path / "a.py").read_bytes())  # as GBK has it
    assert likeness(tmp_path / "e.py") == plain


def test_hand_ins_that_take_long_to_read_are_compared_byte_for_byte(tmp_path: Path) -> None:
    """A file that is parsed anew for each of its print statements, and one of many words: in bearable time."""
    started = time.process_time()
    prints = "".join(f"    x{k} = {k}\n" for k in range(9000)) + "    print 'a'\n" * 250
    for text in (prints, "    a = (0,)\n" * 30_000):
        whole = f"def relu_forward(x):\n{text}"
        assert likeness_of(tmp_path / "a.py", whole, 0) == likeness_of(tmp_path / "b.py", whole, 0)
    assert likeness(tmp_path / "a.py") != likeness_of(tmp_path / "c.py", f"{whole}\n", 0) != ""
    assert time.process_time() - started < 20


def test_what_everybody_writes_alike_is_no_copy(tmp_path: Path) -> None:
    """Nothing is told of a few lines; of some more, only where each byte is the same."""
    assert likeness_of(tmp_path / "a.py", PLAIN, 0) == likeness_of(tmp_path / "b.py", RENAMED, 0, "result") == ""
    some = likeness_of(tmp_path / "c.py", PLAIN, FEW)
    assert some == likeness_of(tmp_path / "d.py", PLAIN, FEW) != ""
    assert some != likeness_of(tmp_path / "e.py", RENAMED, FEW, "result") != ""


def test_what_is_not_begun_makes_nobody_alike(tmp_path: Path) -> None:
    """A whole folder of the course with a short function of one's own in it."""
    unbegun = "".join(
        f"def layer_{k}_forward(x):\n    out, cache = None, None\n    return out, cache\n" for k in range(MANY)
    )
    assert likeness_of(tmp_path / "a.py", PLAIN.replace("MORE", "") + unbegun, 0) == ""


def test_alike_are_told_to_the_instructor_alone() -> None:
    """Those that earned nothing, as a hand-out that was handed in as it is, are no copies of each other."""
    twins = (
        replace(RIGHT, likeness="x"),
        replace(WRONG, likeness="x"),
        replace(EVERY_STATUS, likeness="y", score=0.0),
        replace(EVERY_STATUS, submission="dan", likeness="y", score=0.0),
    )
    assert alike(twins) == {"ann": ("bob",), "bob": ("ann",)}
    made = Grading(header(), twins, standings=standings(twins, Course(), {}))
    assert any("as bob" in note for note in told(made, View.INSTRUCTOR)[0].notes)
    assert not any("bob" in note for note in told(made, View.STUDENT)[0].notes)
    assert told(made, View.STUDENT)[0].standing.alike == ()


def test_who_is_alike_stands_in_one_group() -> None:
    """Though a student's own attempts are not told to be like one another."""
    names = ("ann_1", "ann_2", "bob", "cy", "dee")
    ones = [replace(RIGHT, submission=name, likeness="y" if name in ("cy", "dee") else "x") for name in names]
    standing = standings(ones, Course.model_validate({"student": r"(.+?)(?:_\d)?"}), {})
    told_of = class_table.totals(Grading(header(), tuple(ones), standings=standing))
    assert "names aside: ann_1, ann_2, bob; cy, dee" in told_of


def test_a_roster_is_read_and_kept(tmp_path: Path) -> None:
    """Beside the results, so that a report needs nothing else."""
    (tmp_path / "roster.csv").write_text("\ufeffstudent,name,deadline\nann,Ann A.,2026-10-08T00:00:00+02:00\nbob,,\n")
    course = roster.with_members(Course(roster=Path("roster.csv")), tmp_path)
    out = written(tmp_path / "out", CLASS)
    roster.keep(course, out)
    assert read(out).course == course
    assert [member.student for member in course.members] == ["ann", "bob"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name\nann\n", "no column student"),
        ("student\nann\nann\n", "has 'ann' twice"),
        ("student,deadline\nann,soon\n", "line 2: expected a time such as"),
        (b"student,name\nann,\xb0\xa2", "save it as CSV UTF-8"),
        ("student,deadline\nann,2026-10-08T00:00:00\n", "no time zone"),
        (None, "cannot be read"),
    ],
)
def test_a_bad_roster_is_one_line(tmp_path: Path, text: str | bytes | None, words: str) -> None:
    """What was wrong, and where."""
    if text is not None:
        (tmp_path / "roster.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UsageError, match=words):
        roster.with_members(Course(roster=Path("roster.csv")), tmp_path)


def test_a_roster_may_have_semicolons_or_tabs(tmp_path: Path) -> None:
    """As spreadsheets of some countries write them."""
    for mark in ";\t":
        (tmp_path / "roster.csv").write_text(f"student{mark}name\nann{mark}A, B\n")
        (member,) = roster.with_members(Course(roster=Path("roster.csv")), tmp_path).members
        assert (member.student, member.name) == ("ann", "A, B")


def test_a_course_does_not_close_before_its_deadline() -> None:
    """Nothing would earn anything."""
    with pytest.raises(ValueError, match="closes is before the deadline"):
        Course(deadline=DUE, closes=DUE - timedelta(days=1))


def test_when_it_was_handed_in_a_list_says_or_its_newest_file(tmp_path: Path) -> None:
    """A time for all, or one for each."""
    import os

    (tmp_path / "ann.py").write_text("")
    os.utime(tmp_path / "ann.py", (0, 86_400))
    (tmp_path / "times.csv").write_text("submission;time\nann;2026-10-05T12:00:00+02:00\n")
    hand_in = one(tmp_path / "ann.py")
    assert arrival.arrival(hand_in, {}) == "1970-01-02T00:00:00+00:00"
    for given in (str(tmp_path / "times.csv"), "2026-10-05T12:00:00+02:00"):
        assert arrival.arrival(hand_in, arrival.told(given)) == "2026-10-05T10:00:00+00:00"
    with pytest.raises(UsageError, match="no time zone"):
        arrival.told("2026-10-05T12:00:00")
