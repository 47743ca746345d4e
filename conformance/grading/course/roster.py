"""The roster of a course, read from its CSV file and kept beside the results."""

from pathlib import Path

from pydantic import ValidationError

from gradproof.conformance.engine.course import FILE, Course, Member
from gradproof.conformance.errors import UsageError
from gradproof.conformance.grading.course.spreadsheets import table
from gradproof.conformance.spec.asked.known import reason_of
from gradproof.conformance.spec.words.said import say

COLUMNS = ("student", "name", "deadline")


def with_members(course: Course, folder: Path) -> Course:
    """The course with its roster read, which is named relative to ``folder``. Raises UsageError if it cannot be."""
    if course.roster is None:
        return course
    path = folder / course.roster
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(say("roster {path} cannot be read: {reason}", path=path, reason=error.strerror)) from None
    except UnicodeDecodeError:
        raise UsageError(say("roster {path} is no text in UTF-8: in Excel, save it as CSV UTF-8", path=path)) from None
    rows = table(text)
    if "student" not in (rows.fieldnames or ()):
        raise UsageError(
            say(
                "roster {path} has no column student, expected the columns {names}", path=path, names=", ".join(COLUMNS)
            )
        )
    members = tuple(_member(path, rows.line_num, row) for row in rows if (row["student"] or "").strip())
    names = [member.student for member in members]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise UsageError(say("roster {path} has {twice!r} twice", path=path, twice=twice))
    return course.model_copy(update={"members": members})


def keep(course: Course, out: Path) -> None:
    """Write the course beside the results that it is applied to."""
    part = out / f"{FILE}.part"
    part.write_text(course.model_dump_json(indent=1) + "\n", encoding="utf-8")
    part.replace(out / FILE)


def kept(out: Path) -> Course:
    """The course of a graded class; one without rules where none was kept. Raises UsageError if it is damaged."""
    path = out / FILE
    if not path.exists():
        return Course()
    try:
        return Course.model_validate_json(path.read_text(encoding="utf-8"))
    except (ValidationError, OSError) as error:
        raise UsageError(
            say("{path} is damaged ({name}); 'gradproof regrade' writes it anew", path=path, name=type(error).__name__)
        ) from None


def _member(path: Path, line: int, row: dict[str, str]) -> Member:
    fields = {name: (row.get(name) or "").strip() for name in COLUMNS}
    try:
        member = Member.model_validate({name: value for name, value in fields.items() if value})
    except ValidationError as error:
        raise UsageError(
            say("roster {path}, line {line}: {reason}", path=path, line=line, reason=reason_of(error.errors()[0]))
        ) from None
    if member.deadline is not None and member.deadline.tzinfo is None:
        raise UsageError(
            say(
                "roster {path}, line {line}: the deadline has no time zone, expected 2026-10-05T23:59:00+02:00",
                path=path,
                line=line,
            )
        )
    return member
