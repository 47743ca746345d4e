"""Classes as learning systems give them out, several versions of one hand-in, and one intake for every command."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import RELU
from hand_ins import notebook_of, tar_of, zip_of

from gradproof.conformance.grading import classes
from gradproof.conformance.grading import schedule as schedules
from gradproof.conformance.grading.handin import HandIn, IntakeProblem
from gradproof.conformance.grading.intake import find, prepared
from gradproof.conformance.grading.model import read
from gradproof.conformance.harness.loader import Inventory
from gradproof.conformance.reports import gradebook, gradescope, html, junit, prairielearn
from gradproof.conformance.reports.class_table import render as class_table
from gradproof.conformance.reports.console import console
from gradproof.conformance.reports.views import View
from gradproof.conformance.sandbox.process import Sandbox

pytestmark = pytest.mark.posix
WRONG = RELU.replace("dout * (cache > 0)", "dout")
ASSIGNMENT = 'name = "a relu"\ncases = 2\n[contracts]\nrelu = { forward = 1, gradient = 3 }\n'
LONG_AGO, LATELY = 1_000_000_000, 1_700_000_000
MOODLE = "Ada Lovelace_4711_assignsubmission_file_"


@pytest.fixture
def assignment(tmp_path: Path) -> Path:
    """A small assignment file."""
    path = tmp_path / "relu.toml"
    path.write_text(ASSIGNMENT)
    return path


@pytest.fixture
def grade(gradproof: Callable, tmp_path: Path, assignment: Path, monkeypatch: pytest.MonkeyPatch) -> Callable:
    """``gradproof grade``, in this process: the scores by name."""
    monkeypatch.setattr(schedules, "process_pool", lambda _workers: ThreadPoolExecutor(1))

    def graded(directory: Path, *options: str) -> dict[str, float]:
        out = tmp_path / "out"
        plain = ("--assignment", assignment, "--out", out, "--no-sandbox", "--public-cases")
        code, _, err = gradproof("grade", directory, *plain, *options)
        assert code == 0, err
        return {one.submission: one.score for one in read(out).submissions}

    return graded


def placed(path: Path, content: bytes | str, modified: int | None = None) -> Path:
    """A file in place, and modified at some time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    if modified is not None:
        os.utime(path, (modified, modified))
    return path


def inventory(folder: Path, scratch: Path) -> tuple[Inventory, tuple[str, ...]]:
    """What the loader finds in a hand-in that is a folder, and the notes of the intake."""
    made = prepared(HandIn(folder.name, folder, "folder"), scratch)
    with Sandbox(made.path) as session:
        return session.inventory, made.notes


# Moodle.


def moodle(folder: Path) -> None:
    """A class as Moodle gives it out: a folder each, with what was uploaded in it."""
    placed(folder / MOODLE / "hw.zip", zip_of([("hw/layers.py", RELU.encode())]))
    placed(folder / MOODLE.replace("Ada", "Ben") / "hw.tar.gz", tar_of([("layers.py", WRONG.encode())]))
    placed(folder / MOODLE.replace("Ada", "Cy") / "hw.ipynb", notebook_of(RELU))
    placed(folder / MOODLE.replace("Ada", "Dan") / "hw.rar", b"Rar!")


POINTS = {
    MOODLE: 4.0,
    MOODLE.replace("Ada", "Ben"): 2.5,
    MOODLE.replace("Ada", "Cy"): 4.0,
    MOODLE.replace("Ada", "Dan"): 0.0,
}


def test_moodles_folders_are_judged(tmp_path: Path, grade: Callable) -> None:
    """By the archive in each; what cannot be opened is named."""
    moodle(tmp_path / "class")
    assert grade(tmp_path / "class") == POINTS
    dan = read(tmp_path / "out").submissions[-1]
    assert dan.problem == (
        "it holds no Python file and no notebook; hw.rar was not opened: only .zip, .tar.gz, .tgz and .tar archives are"
    )


@pytest.mark.parametrize("around", ["", "submissions/"])
def test_moodles_archive_is_judged(tmp_path: Path, grade: Callable, around: str) -> None:
    """As it is downloaded, and once more with --resume nothing is judged anew."""
    moodle(tmp_path / "class")
    files = [path for path in sorted((tmp_path / "class").rglob("*")) if path.is_file()]
    entries = [(around + path.relative_to(tmp_path / "class").as_posix(), path.read_bytes()) for path in files]
    placed(tmp_path / "moodle.zip", zip_of(entries))
    assert grade(tmp_path / "moodle.zip") == POINTS
    before = (tmp_path / "out" / "results.jsonl").read_bytes()
    assert grade(tmp_path / "moodle.zip", "--resume") == POINTS
    assert (tmp_path / "out" / "results.jsonl").read_bytes() == before


def test_the_replay_command_of_a_class_in_an_archive_works(
    tmp_path: Path, grade: Callable, gradproof: Callable
) -> None:
    """It leads into the archive; the script that it prints runs."""
    moodle(tmp_path / "class")
    files = [path for path in sorted((tmp_path / "class").rglob("*")) if path.is_file()]
    entries = [(path.relative_to(tmp_path / "class").as_posix(), path.read_bytes()) for path in files]
    placed(tmp_path / "moodle.zip", zip_of(entries))
    grade(tmp_path / "moodle.zip")
    place = tmp_path / "moodle.zip" / MOODLE.replace("Ada", "Ben")
    replays = [result.replay for one in read(tmp_path / "out").submissions if one.run for result in one.run.results]
    assert any(str(place) in command for command in filter(None, replays))
    code, script, err = gradproof("replay", "relu/0/0", place, "--oracle", "golden")
    assert (code, err) == (0, "")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "dx[" in done.stdout, done.stderr


def test_one_students_archive_spoils_no_others(tmp_path: Path) -> None:
    """A link, a path that goes nowhere, or two names that are one, is that student's problem."""
    entries = [("ada/layers.py", RELU.encode()), ("ben/HW.py", b""), ("ben/hw.py", b""), ("cy/" + "x" * 300, b"")]
    placed(tmp_path / "class.zip", zip_of(entries))
    with classes.of(tmp_path / "class.zip") as hand_ins:
        problems = {one.name: one.problem for one in hand_ins}
    assert problems.pop("ada") == ""
    assert "twice" in problems["ben"]
    assert "too long" in problems["cy"]


def test_the_newest_archive_of_a_student_is_judged(tmp_path: Path) -> None:
    """The others are named."""
    placed(tmp_path / "ada" / "hw.zip", zip_of([("old.py", WRONG.encode())]), LONG_AGO)
    placed(tmp_path / "ada" / "hw (1).zip", zip_of([("new.py", RELU.encode())]), LATELY)
    found, notes = inventory(tmp_path / "ada", tmp_path / "scratch")
    assert set(found.functions.values()) == {"new.py"}
    assert notes == ("hw.zip was left out: hw (1).zip is the newest",)


def test_an_archive_without_code_hides_none(tmp_path: Path) -> None:
    """Data beside a notebook."""
    placed(tmp_path / "ada" / "data.zip", zip_of([("data.bin", b"1")]))
    placed(tmp_path / "ada" / "hw.ipynb", notebook_of(RELU))
    found, _ = inventory(tmp_path / "ada", tmp_path / "scratch")
    assert set(found.functions.values()) == {"notebook.py"}


def test_a_damaged_archive_in_a_folder_is_a_problem(tmp_path: Path) -> None:
    """It is said which."""
    placed(tmp_path / "ada" / "hw.zip", b"PK\3\4 no more")
    with pytest.raises(IntakeProblem, match=r"it holds hw\.zip, and of that: it is damaged"):
        prepared(HandIn("ada", tmp_path / "ada", "folder"), tmp_path / "scratch")


def test_archives_are_opened_two_deep_and_no_deeper(tmp_path: Path) -> None:
    """So that none goes on without end."""
    content = zip_of([("layers.py", RELU.encode())])
    for depth in range(4):
        placed(tmp_path / f"ada{depth}" / "hw.zip", content)
        content = zip_of([("hw.zip", content)])
    assert inventory(tmp_path / "ada1", tmp_path / "scratch1")[0].functions
    with pytest.raises(IntakeProblem, match="no Python file"):
        prepared(HandIn("ada", tmp_path / "ada3", "folder"), tmp_path / "scratch3")


# One intake for every command.


GIVEN = {
    "hw.ipynb": notebook_of(RELU),
    "hw.zip": zip_of([("hw/layers.py", RELU.encode())]),
    "hw.tar.gz": tar_of([("layers.py", RELU.encode())]),
    "folder/hw.zip": zip_of([("layers.py", RELU.encode())]),
    "folder of one/hw.ipynb": notebook_of(RELU),
}


@pytest.mark.parametrize("name", GIVEN)
def test_check_takes_what_grade_takes(gradproof: Callable, tmp_path: Path, name: str) -> None:
    """Notebooks, archives, and folders of them."""
    path = placed(tmp_path / name, GIVEN[name])
    given = path.parent if "folder" in name else path
    code, out, err = gradproof("check", given, "--oracle", "golden", "--format", "json")
    assert (code, err) == (0, "")
    assert {result["contract"] for result in json.loads(out)["results"]} == {"relu"}


@pytest.mark.parametrize("name", ["hw.ipynb", "hw.zip"])
def test_a_printed_replay_command_works(gradproof: Callable, tmp_path: Path, name: str) -> None:
    """Of a notebook and of an archive: the script runs what was handed in."""
    wrong = {"hw.ipynb": notebook_of(WRONG), "hw.zip": zip_of([("layers.py", WRONG.encode())])}
    path = placed(tmp_path / name, wrong[name])
    code, out, _ = gradproof("check", path, "--oracle", "golden", "--format", "json")
    assert code == 1
    command = next(result["replay"] for result in json.loads(out)["results"] if result["replay"])
    code, script, _ = gradproof(*command.split()[1:])
    assert code == 0
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "dx[" in done.stdout, done.stderr


@pytest.mark.parametrize("name", ["bad.zip", "notes.rar", "notes.txt", "no.ipynb"])
def test_what_cannot_be_checked_is_one_line(gradproof: Callable, tmp_path: Path, name: str) -> None:
    """Exit code 2."""
    code, out, err = gradproof("check", placed(tmp_path / name, b"PK\3\4?"), "--oracle", "golden")
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert name in err


def test_nothing_of_a_check_is_left_behind(
    gradproof: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was unpacked is gone."""
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
    assert gradproof("check", placed(tmp_path / "hw.zip", GIVEN["hw.zip"]), "--oracle", "golden")[0] == 0
    assert list((tmp_path / "scratch").iterdir()) == []


# Nothing that was handed in vanishes.


@pytest.fixture
def odd_class(tmp_path: Path) -> Path:
    """A right file, archives of other kinds, a text, and a notebook of which a cell is no Python."""
    folder = tmp_path / "class"
    placed(folder / "ada.py", RELU)
    placed(folder / "bob.rar", b"Rar!")
    placed(folder / "carol.7z", b"7z")
    placed(folder / "dave.txt", b"I could not do it.")
    forward, backward = RELU.split("def relu_backward")
    placed(folder / "erin.ipynb", notebook_of(forward, "def relu_backward" + backward + "\nreturn ("))
    return folder


def test_everything_has_a_line_in_every_format(odd_class: Path, tmp_path: Path, grade: Callable) -> None:
    """And says what is the matter with it; for students and for instructors."""
    assert grade(odd_class) == {"ada": 4, "bob.rar": 0, "carol.7z": 0, "dave.txt": 0, "erin": 1}
    grading = read(tmp_path / "out")
    for view in View:
        each = (gradescope.render, prairielearn.render)
        alone = [json.dumps(render(one, grading.header, view)) for render in each for one in grading.submissions]
        whole = [render(grading, view) for render in (html.render, junit.render, gradebook.render)]
        for text in whole:
            for name in ("bob.rar", "carol.7z", "dave.txt", "code cell 2"):
                assert name in text
        assert sum("is not opened (.rar)" in text for text in alone) == 2
        assert sum("code cell 2" in text for text in alone) == 2
    with (tmp_path / "table.txt").open("w") as file:
        class_table(grading, console(file))
    table = (tmp_path / "table.txt").read_text()
    assert all(name in table for name in ("bob.rar", "carol.7z", "dave.txt"))


def test_a_function_in_a_cell_that_is_no_python_is_not_missing(odd_class: Path, tmp_path: Path) -> None:
    """It is there, and cannot be read; of a file that is no Python the same holds."""
    (tmp_path / "scratch").mkdir()
    erin = next(one for one in find(odd_class) if one.name == "erin")
    made = prepared(erin, tmp_path / "scratch")
    with Sandbox(made.path) as session:
        assert "relu_forward" in session.inventory.functions
        assert "code cell 2.py: syntax error in line" in session.inventory.broken["relu_backward"]
    placed(tmp_path / "broken.py", RELU + "\nreturn (")
    with Sandbox(tmp_path / "broken.py") as session:
        assert set(session.inventory.broken) == {"relu_forward", "relu_backward"}


def test_the_folder_of_the_results_is_no_hand_in(tmp_path: Path) -> None:
    """Wherever it lies; a hand-in of that name elsewhere is one."""
    (tmp_path / "graded").mkdir()
    (tmp_path / "ann.py").write_text(RELU)
    for out, names in ((tmp_path / "x" / ".." / "graded", ["ann"]), (tmp_path / "x" / "graded", ["ann", "graded"])):
        with classes.of(tmp_path, out=out) as found:
            assert [each.name for each in found] == names


@pytest.mark.posix
def test_a_link_that_leads_round_in_a_circle_is_a_hand_in(tmp_path: Path) -> None:
    """One to the folder of the results too: nothing that a student handed in vanishes, and none ends the class."""
    (tmp_path / "out").mkdir()
    (tmp_path / "ann").symlink_to("ann")
    (tmp_path / "bob").symlink_to("out")
    with classes.of(tmp_path, may_be_empty=True, out=tmp_path / "out") as found:
        assert [each.name for each in found] == ["ann", "bob"]
