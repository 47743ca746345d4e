"""``gradproof report``: a graded class in the formats that courses use."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradproof.conformance.cli.output import Whole, by_assignment, lang_option, say, write
from gradproof.conformance.errors import UsageError
from gradproof.conformance.reports.languages.speaking import t

if TYPE_CHECKING:
    from gradproof.conformance.grading.model import Grading
    from gradproof.conformance.reports.feedback.formats import Format

FORMATS = (
    *("html", "gradescope", "prairielearn", "junit", "csv", "markdown", "text"),
    *("classroom50", "exercism", "github", "sarif"),
)
MOST_NAMED = 20
BYTE_ORDER_MARK = "\ufeff"  # by which Excel knows that a file is UTF-8


@click.command()
@click.argument("out", metavar="OUT")
@click.option(
    "--format",
    "style",
    type=click.Choice(FORMATS),
    required=True,
    help="html, junit, csv: the class in one file; all others: a file for each submission.",
)
@click.option(
    "--view",
    type=click.Choice(["student", "instructor"]),
    help="What is told: a student gets no case, seed, value or hidden test.  [default: instructor for html, junit and "
    "csv, student for the others]",
)
@click.option(
    "--hints",
    type=Whole(0, 4),
    metavar="0..4",
    help="How much of a mistake students are told, see 'gradproof check --help'.  [default: what the assignment says]",
)
@click.option("--submission", metavar="NAME", help="This submission alone, in one file.")
@click.option(
    "--output",
    metavar="PATH",
    help="The file to write, or the folder where each submission gets a file.  [default: standard output, or "
    "OUT/<format>]",
)
@lang_option
def report(
    out: str, style: str, view: str | None, hints: int | None, submission: str | None, output: str | None
) -> None:
    """Render what 'gradproof grade' left in the folder OUT.

    In the student's view html is a page for each submission.
    """
    from gradproof.conformance.grading.model import is_cut_off, read
    from gradproof.conformance.reports.feedback import formats
    from gradproof.conformance.reports.views import View

    folder = Path(out)
    if not folder.is_dir():
        raise UsageError(t("{out} is not a folder, expected the --out of 'gradproof grade'", out=out))
    grading, chosen, when = read(folder), formats.FORMATS[style], _when(folder)
    by_assignment(grading.header.lang)
    found = t("the last result was cut off as it was written") if is_cut_off(folder) else ""
    if not grading.submissions:
        reason = found or t("no submission has been judged yet")
        raise UsageError(
            t("{folder} holds no result: {reason}; 'gradproof grade --resume' goes on", folder=folder, reason=reason)
        )
    if found:
        say(t("gradproof: {problem}; 'gradproof grade --resume' judges it again", problem=found), err=True)
    if hints is not None:
        grading = replace(grading, header=replace(grading.header, hints=hints))
    told_to = View(view or ("student" if chosen.is_for_students else "instructor"))
    mark = BYTE_ORDER_MARK if style == "csv" and output else ""

    def rendered(part: "Grading") -> str:
        return mark + chosen.render(part, told_to, when)

    if submission is not None:
        write(rendered(_only(grading, submission)), output)
    elif chosen.is_each or (style == "html" and told_to == View.STUDENT):
        _write_each(grading, rendered, Path(output) if output else folder / style, chosen)
    else:
        write(rendered(grading), output)


def _only(grading: "Grading", name: str) -> "Grading":
    from gradproof.conformance.reports.wording import one_line
    from gradproof.conformance.spec.contracts import with_nearest

    found = tuple(one for one in grading.submissions if one.submission == name)
    if not found:
        known = [one_line(one.submission) for one in grading.submissions]
        if len(known) > MOST_NAMED:
            raise UsageError(
                t(
                    "--submission {name}: there is none of that name among {count}",
                    name=one_line(name),
                    count=len(known),
                )
            )
        told = t("--submission {name}: there is none of that name", name=one_line(name))
        raise UsageError(with_nearest(told, name, known))
    return replace(grading, submissions=found)


def _each(grading: "Grading") -> "Iterator[Grading]":
    return (replace(grading, submissions=(one,)) for one in grading.submissions)


def _write_each(grading: "Grading", render: "Callable[[Grading], str]", folder: Path, chosen: "Format") -> None:
    from gradproof.conformance.reports.files import file_names

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            t("--output {folder} cannot be made a folder: {reason}", folder=folder, reason=error.strerror)
        ) from None
    stems = file_names([one.submission for one in grading.submissions])
    for one in _each(grading):
        write(render(one), str(folder / f"{stems[one.submissions[0].submission]}{chosen.suffix}"))
    say(t("{folder}: {count} files", folder=folder, count=len(grading.submissions)))


def _when(folder: Path) -> str:
    """When the last result was written, as JUnit wants it."""
    from gradproof.conformance.grading.model import RESULTS

    path = folder / RESULTS
    seconds = path.stat().st_mtime if path.exists() else 0
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
