"""The report of one ``gradproof check`` in the formats of a class: its author may see all of it."""

from pathlib import Path

from gradproof.conformance.checks.results import Run
from gradproof.conformance.engine.places import Places, of_problem
from gradproof.conformance.grading.model import THESE, Graded, Grading, Header
from gradproof.conformance.reports.feedback import annotations, sarif
from gradproof.conformance.reports.feedback.formats import FORMATS, as_text
from gradproof.conformance.reports.junit import UNKNOWN_TIME
from gradproof.conformance.reports.languages.speaking import t
from gradproof.conformance.reports.views import View, told

STYLES = ("html", "markdown", "junit", "github", "sarif")
OF_LINES = ("github", "sarif")  # what they tell stands beside the code


def render(style: str, run: Run, path: Path, places: Places) -> str:
    """The run as a document. Places in it are told from where one stands, as GitHub asks for it."""
    grading = _class_of_one(run, path, places)
    if style in OF_LINES:
        return _with_lines(style, grading, path)
    return FORMATS[style].render(grading, View.INSTRUCTOR, UNKNOWN_TIME)


def _with_lines(style: str, grading: Grading, path: Path) -> str:
    (sheet,), folder = told(grading, View.INSTRUCTOR), _folder(path)
    return (
        annotations.of(sheet, folder)
        if style == "github"
        else as_text(
            sarif.of(sheet, grading.header, folder, f"{folder}{path.name}" if path.is_file() else folder or ".")
        )
    )


def unusable(style: str, problem: str, path: Path) -> str:
    """The document of what cannot be judged at all, at the line that keeps it from being imported."""
    name = path.name or str(path)
    one = Graded(name, str(path), "", 0.0, 0.0, problem, places=of_problem(problem, path))
    header = Header(assignment="", digest="", max_score=0.0, seed_policy="shared", oracle="", seed=0, cases=THESE)
    return _with_lines(style, Grading(header, (one,)), path)


def _folder(path: Path) -> str:
    """How one gets from here to the submission's folder: ``hw1/``; nothing, if that is here."""
    folder = (path if path.is_dir() else path.parent).resolve()
    near = folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
    return "" if near == Path() else f"{near.as_posix()}/"


def _class_of_one(run: Run, path: Path, places: Places) -> Grading:
    summary, name = run.summary, path.name or str(path)
    header = Header(
        assignment=run.assignment or t("every contract that it offers"),
        digest="",
        max_score=summary.max_score,
        seed_policy="shared",
        oracle=run.oracle,
        seed=run.seed,
        cases=THESE,
        versions=run.versions,
    )
    one = Graded(name, str(path), "", summary.score, summary.max_score, None, run, places=places)
    return Grading(header, (one,), {name: run.seconds}, {name: run.times})
