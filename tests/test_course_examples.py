"""The set-ups for courses work: their scripts are run on a machine that only pretends to be Gradescope or a runner."""

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from gradproof.conformance.engine.assignment import read

ROOT = Path(__file__).resolve().parent.parent
GRADESCOPE = ROOT / "examples" / "gradescope"
PRAIRIELEARN = ROOT / "examples" / "prairielearn"
CLASSROOM = ROOT / "examples" / "github-classroom"
SUBMISSIONS = ROOT / "examples" / "submissions"
ASSIGNMENTS = {"gradescope": GRADESCOPE / "assignment.toml", "classroom": CLASSROOM / ".github/grading/assignment.toml"}

# The walls and secret cases have tests of their own; these run where there is neither wall nor torch, too.
REAL = f"""#!/bin/sh
[ "$1" = grade ] && set -- "$@" --no-sandbox --public-cases
exec {sys.executable} -m conformance "$@"
"""
RECORDING = '#!/bin/sh\necho "$@" >> "$RECORD"\n'


def executable(path: Path, text: str) -> Path:
    """A script."""
    path.write_text(text)
    path.chmod(0o755)
    return path


def run(script: Path, folder: Path, **environment: object) -> subprocess.CompletedProcess[str]:
    """What a script does in a folder."""
    variables = {**os.environ, "PYTHONPATH": str(ROOT), **{name: str(value) for name, value in environment.items()}}
    return subprocess.run(["bash", script], cwd=folder, env=variables, capture_output=True, text=True, check=False)


METADATA = {  # as Gradescope documents submission_metadata.json
    "id": 123456,
    "created_at": "2026-10-07T14:22:32.365935-07:00",
    "assignment": {"due_date": "2026-10-05T23:00:00.000000-07:00", "title": "layers", "total_points": "30.0"},
    "submission_method": "upload",
    "users": [{"email": "student@example.com", "id": 1234, "name": "Student User"}],
    "previous_submissions": [{"submission_time": "2026-10-04T14:24:48.087023-07:00", "score": 0.0, "results": {}}],
}
OF_A_TEST = {"score", "max_score", "status", "name", "name_format", "output", "output_format", "tags", "visibility"}
OF_ALL = {"score", "execution_time", "output", "output_format", "test_output_format", "test_name_format", "visibility"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """What stands in for /autograder, with a hand-in that is right."""
    (tmp_path / "source").mkdir()
    (tmp_path / "submission_metadata.json").write_text(json.dumps(METADATA, indent=2))
    (tmp_path / "source" / "assignment.toml").write_text(f"cases = 6\n{ASSIGNMENTS['gradescope'].read_text()}")
    shutil.copytree(SUBMISSIONS / "right", tmp_path / "submission")
    return tmp_path


def autograded(root: Path, gradproof: str = REAL, **environment: object) -> dict:
    """What Gradescope would read, and that the script ended well."""
    done = started(root, gradproof, **environment)
    assert done.returncode == 0, done.stderr
    return json.loads((root / "results" / "results.json").read_text())


def started(root: Path, gradproof: str, **environment: object) -> subprocess.CompletedProcess[str]:
    """How the script ended."""
    shim = executable(root / "gradproof", gradproof)
    return run(GRADESCOPE / "run_autograder", root, AUTOGRADER_ROOT=root, GRADPROOF=shim, **environment)


@pytest.mark.parametrize("path", ASSIGNMENTS.values(), ids=ASSIGNMENTS)
def test_the_assignments_are_worth_what_their_texts_say(path: Path) -> None:
    """And can be read."""
    points = sum(worth for checks in read(path).contracts.values() for worth in checks.values())
    assert f"{points:g} points" in path.read_text().splitlines()[0]


def test_gradescope_gives_a_right_hand_in_all_points(root: Path) -> None:
    """From /autograder/submission to results.json, which has the documented fields, less what lateness costs."""
    course = "[course]\ndeadline = 2026-10-05T23:00:00-07:00\nlate_per_day = 0.1\nleaderboard = true\n[contracts]"
    task = root / "source" / "assignment.toml"
    task.write_text(task.read_text().replace("[contracts]", course))
    made = autograded(root)
    assert made.pop("score") == pytest.approx(24)
    assert made.pop("leaderboard") == [{"name": "points", "value": pytest.approx(24)}]
    assert "2 days late: 6 of the 30 points that were earned are taken off" in made["output"]
    assert set(made) == OF_ALL - {"score"} | {"tests", "stdout_visibility"}
    assert all(set(test) <= OF_A_TEST for test in made["tests"])
    assert sum(test.get("score", 0) for test in made["tests"]) == 30
    assert {test["visibility"] for test in made["tests"]} == {"visible", "hidden"}


def test_gradescope_tells_of_what_is_wrong_without_the_case(root: Path) -> None:
    """The check and the finding, no case, no value, no seed."""
    shutil.copy(SUBMISSIONS / "wrong_batchnorm_eps_outside.py", root / "submission" / "cs231n" / "layers.py")
    made = autograded(root)
    told = json.dumps([made["output"], [test for test in made["tests"] if test["visibility"] == "visible"]])
    assert 0 < made["score"] < 30
    assert "out differs from the reference" in told
    for word in ("batchnorm/0/", "expected:", "got:", "replay", '"seed', "stability"):
        assert word not in told


@pytest.mark.parametrize(
    "gradproof",
    ["echo no wall >&2; exit 2", 'case "$1" in report) echo \'{"tests": []}\' >"$7";; esac; exit 3'],
    ids=["cannot run", "is broken"],
)
def test_gradescope_gives_no_zero_where_nothing_could_be_judged(root: Path, gradproof: str) -> None:
    """Without results.json Gradescope takes the run for failed; what went wrong is in the output."""
    done = started(root, f"#!/bin/sh\n{gradproof}\n")
    assert done.returncode == 3
    assert "this says nothing about the hand-in" in done.stderr
    assert not (root / "results" / "results.json").exists()


@pytest.mark.parametrize("has_fixtures", [True, pytest.param(False, marks=pytest.mark.release)])
def test_gradescope_judges_by_the_private_fixtures_that_are_in_the_zip(root: Path, has_fixtures: bool) -> None:
    """And never by the public ones: without a set gradproof draws secret cases, or refuses."""
    if has_fixtures:
        (root / "source" / "fixtures").mkdir()
    started(root, RECORDING, RECORD=root / "calls")
    grade, report = (root / "calls").read_text().splitlines()
    assert grade.startswith("grade ")
    assert (f"--fixtures {root}/source/fixtures" in grade) == has_fixtures
    assert "--public-cases" not in grade
    assert "--format gradescope --submission hand-in" in report


def test_gradescope_sets_up_the_wheel_and_keeps_the_source_to_root(root: Path) -> None:
    """The package manager and Python are stand-ins that write down what they are asked."""
    made = 'mkdir -p "$3/bin" && cp "$0" "$3/bin/pip" && cp "$0" "$3/bin/gradproof"'
    stand_in = RECORDING + f'if [ "$2" = venv ]; then {made}; fi\n'
    (root / "bin").mkdir()
    for name in ("apt-get", "python3"):
        executable(root / "bin" / name, stand_in)
    (root / "source" / "gradproof-1.0-py3-none-any.whl").touch()
    done = run(
        GRADESCOPE / "setup.sh",
        root,
        AUTOGRADER_ROOT=root,
        GRADPROOF_HOME=root / "home",
        RECORD=root / "calls",
        PATH=f"{root / 'bin'}:{os.environ['PATH']}",
    )
    assert done.returncode == 0, done.stderr
    calls = (root / "calls").read_text()
    assert f"install gradproof[sandbox] @ file://{root}/source/gradproof-1.0-py3-none-any.whl" in calls
    assert calls.splitlines()[-1] == "doctor"
    modes = [path.stat().st_mode for path in (root / "source", root / "source" / "assignment.toml")]
    assert not any(mode & (stat.S_IRWXG | stat.S_IRWXO) for mode in modes)


RELU = """
import numpy as np


def relu_forward(x):
    return np.maximum(x, 0), x


def relu_backward(dout, cache):
    return dout
"""


@pytest.mark.parametrize("is_running", [True, pytest.param(False, marks=pytest.mark.release)])
def test_prairielearn_gets_the_fields_that_it_documents(tmp_path: Path, is_running: bool) -> None:
    """From /grade/student to results.json: tests with points alone; where nothing can run, it is not gradable."""
    for name in ("student", "tests", "data"):
        (tmp_path / name).mkdir()
    (tmp_path / "data" / "data.json").write_text('{"params": {}, "submitted_answers": {}}')
    (tmp_path / "student" / "layers.py").write_text(RELU)
    task = 'name = "a relu"\ncases = 4\n[contracts]\nrelu = { forward = 1, gradient = 3 }\n'
    (tmp_path / "tests" / "assignment.toml").write_text(task)
    shim = executable(tmp_path / "gradproof", REAL if is_running else "#!/bin/sh\nexit 3\n")
    done = run(PRAIRIELEARN / "run.sh", tmp_path, GRADE_ROOT=tmp_path, GRADPROOF=shim)
    assert done.returncode == 0, done.stderr
    made = json.loads((tmp_path / "results" / "results.json").read_text())
    assert made["gradable"] == is_running
    if is_running:
        assert made["score"] == 2.5 / 4
        assert [(test["name"], test["max_points"]) for test in made["tests"]] == [
            ("relu.forward", 1.0),
            ("relu.gradient", 3.0),
        ]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A student's repository, made from the template."""
    shutil.copytree(CLASSROOM / ".github", tmp_path / ".github")
    return tmp_path


def judged(repository: Path) -> subprocess.CompletedProcess[str]:
    """The step of the workflow that judges."""
    shim = executable(repository / ".github" / "shim", REAL)
    summary = repository / ".github" / "summary"
    return run(repository / ".github/grading/judge.sh", repository, GRADPROOF=shim, GITHUB_STEP_SUMMARY=summary)


@pytest.mark.release
def test_the_workflow_is_green_for_a_right_repository(repository: Path) -> None:
    """With points in its summary, JUnit and a page."""
    shutil.copytree(SUBMISSIONS / "right" / "cs231n", repository / "cs231n")
    done = judged(repository)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "::notice title=Points::27 of 27" in done.stdout
    assert "27 of 27 points" in (repository / ".github" / "summary").read_text()
    assert "judged by the cases that come with gradproof" in (repository / "results" / "report.html").read_text()
    (suite,) = ElementTree.parse(repository / "results" / "junit.xml").getroot()
    assert suite.attrib["failures"] == suite.attrib["errors"] == "0"
    assert (repository / "results" / "report.html").read_text().startswith("<!doctype html>")


@pytest.mark.release
def test_the_workflow_is_red_for_a_wrong_one(repository: Path) -> None:
    """With the report of ``gradproof check`` in the log."""
    shutil.copy(SUBMISSIONS / "wrong_relu_in_place.py", repository / "layers.py")
    done = judged(repository)
    assert done.returncode == 1
    assert "relu_backward writes to its argument dout" in done.stdout
    (suite,) = ElementTree.parse(repository / "results" / "junit.xml").getroot()
    assert int(suite.attrib["failures"]) > 0


@pytest.mark.release
def test_the_workflow_is_red_where_there_is_nothing_to_judge(repository: Path) -> None:
    """An empty template."""
    assert judged(repository).returncode == 2


def test_the_workflow_runs_what_is_there() -> None:
    """Its judge, the wheel's folder, and the folder of its artifact."""
    text = (CLASSROOM / ".github" / "workflows" / "classroom.yml").read_text()
    assert "bash .github/grading/judge.sh" in text
    assert "pip install .github/grading/gradproof-*.whl" in text
    assert "path: results/" in text
