"""``gradproof report``: which files it writes, and what they are called."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from graded_class import CLASS, SECRETS, written
from hypothesis import given
from hypothesis import strategies as st

from gradproof.conformance.cli.report import report
from gradproof.conformance.errors import UsageError
from gradproof.conformance.reports import junit
from gradproof.conformance.reports.files import file_names


@given(st.lists(st.text(min_size=1), unique=True, max_size=8))
def test_no_two_submissions_share_a_file(names: list[str]) -> None:
    """Nor does a name lead out of the folder."""
    made = file_names(names)
    assert len({name.casefold() for name in made.values()}) == len(names)
    assert all(re.fullmatch(r"\w[^/\\\0]*", name) and len(name.encode()) <= 200 for name in made.values())


def test_nobody_can_choose_the_file_of_another() -> None:
    """A name that looks like one that was made up is made up anew."""
    (taken,) = file_names(["../bob"]).values()
    made = file_names(["../bob", taken, "Ann", "ann", "eve", "\ud800", "\ud801"])
    assert len({name.casefold() for name in made.values()}) == 7
    assert made["eve"] == "eve"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder as grading leaves it."""
    return written(tmp_path / "out", CLASS)


def run(*arguments: object) -> str:
    """What the command prints."""
    done = CliRunner().invoke(report, list(map(str, arguments)), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_a_result_that_was_cut_off_is_told(out: Path) -> None:
    """Where it was the only one there is no report; else the others are reported, and a word is said of it."""
    results = out / "results.jsonl"
    lines = results.read_text().splitlines(keepends=True)
    results.write_text(lines[0] + lines[1][:40])
    done = CliRunner().invoke(report, [str(out), "--format", "csv"])
    assert done.stdout.count("\n") == 2
    assert "the last result was cut off as it was written; 'gradproof grade --resume'" in done.stderr
    for text, words in ((lines[0][:40], "was cut off"), ("", "no submission has been judged yet")):
        results.write_text(text)
        with pytest.raises(UsageError, match=f"holds no result: .*{words}.*--resume"):
            run(out, "--format", "csv")


@pytest.mark.parametrize("style", ["gradescope", "prairielearn"])
def test_results_json_is_written_for_each_submission(out: Path, style: str) -> None:
    """In the student's view, in a folder of the format's name."""
    run(out, "--format", style)
    files = sorted((out / style).iterdir())
    assert [file.name for file in files] == ["ann.json", "bob.json", "cy.json", "dee.json"]
    assert SECRETS["expected"] not in files[1].read_text()
    assert json.loads(files[0].read_text())["tests"]


def test_one_submission_goes_to_standard_output(out: Path) -> None:
    """Or to the file that is named."""
    made = json.loads(run(out, "--format", "gradescope", "--submission", "ann"))
    assert (made["score"], made["execution_time"]) == (10.0, 1.0)
    run(out, "--format", "gradescope", "--submission", "ann", "--output", out / "mine.json")
    assert json.loads((out / "mine.json").read_text()) == made


@pytest.mark.parametrize(("style", "words"), [("html", "<!doctype"), ("junit", "<?xml"), ("csv", '"submission"')])
def test_the_class_goes_to_standard_output_for_the_instructor(out: Path, style: str, words: str) -> None:
    """Or to the file that is named."""
    made = run(out, "--format", style)
    assert made.startswith(words)
    run(out, "--format", style, "--output", out / "class")
    mark = "\ufeff" if style == "csv" else ""  # by which Excel knows UTF-8
    assert (out / "class").read_text(encoding="utf-8") == mark + made
    assert SECRETS["expected"] in made or style == "csv"


def test_the_students_pages_are_one_for_each(out: Path) -> None:
    """No student is sent the results of another."""
    run(out, "--format", "html", "--view", "student", "--output", out / "pages")
    page = (out / "pages" / "ann.html").read_text()
    assert "bob" not in page
    assert len(list((out / "pages").iterdir())) == 4


def test_junit_says_when_it_was_judged(out: Path) -> None:
    """The time of the last result; the renderer itself knows none."""
    suite = ElementTree.fromstring(run(out, "--format", "junit"))[0]
    assert suite.attrib["timestamp"] > junit.UNKNOWN_TIME


def test_two_reports_are_the_same_bytes(out: Path) -> None:
    """Of every format."""
    for style in ("html", "junit", "csv"):
        assert run(out, "--format", style) == run(out, "--format", style)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere", "--format", "csv"], "nowhere is not a folder, expected the --out of 'gradproof grade'"),
        ([".", "--format", "csv"], "holds no grading"),
        (["out", "--format", "csv", "--submission", "bo\nb"], "--submission bo b: there is none of that name; did you"),
        (["out", "--format", "csv", "--output", "no/where.csv"], "--output no/where.csv cannot be written"),
        (["out", "--format", "gradescope", "--output", "out/grading.json"], "cannot be made a folder"),
    ],
)
def test_bad_usage_is_one_line(out: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str) -> None:
    """What was wrong, what was expected."""
    monkeypatch.chdir(out.parent)
    error = CliRunner().invoke(report, arguments).exception
    assert isinstance(error, UsageError)
    assert words in str(error)
    assert "\n" not in str(error)
