"""Faults planted in a copy of our own code, as the command line tells of them; a submission cannot claim one."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Functions, local_session, one_in
from test_our_faults import LAYERS, POINTS, RELU, planted_exercise

from gradproof.conformance.checks import serialized
from gradproof.conformance.cli import main as cli
from gradproof.conformance.engine.runner import Plan, run
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.spec.values import as_array

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of gradproof whose exercise of relu fails, for whoever is judged."""
    root = tmp_path_factory.mktemp("planted")
    for name in ("gradproof", "conformance", "impl", "reference"):
        shutil.copytree(ROOT / name, root / name, symlinks=True)
    (root / "fixtures").symlink_to(ROOT / "fixtures")
    (root / "examples").symlink_to(ROOT / "examples")
    rows = root / "conformance" / "spec" / "contracts" / "activations.py"
    rows.write_text(rows.read_text() + PLANTED)
    (root / "layers.py").write_text(LAYERS)
    (root / "task.toml").write_text(
        'name = "planted"\ncases = 1\n[contracts]\nrelu = { forward = 2, gradient = 3 }\naffine = { forward = 4 }\n'
    )
    return root


PLANTED = '''

from dataclasses import replace


def planted(subject, case):
    """Ours alone fails."""
    yield "out", subject.call("relu_forward", case.inputs["x"])[0]
    raise RuntimeError("planted in our own code")


CONTRACTS = tuple(replace(row, exercise=planted) if row.name == "relu" else row for row in CONTRACTS)
'''


def command(root: Path, *arguments: object) -> subprocess.CompletedProcess:
    """The planted copy's command."""
    environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": ""}  # compiled once for all
    return subprocess.run(
        [sys.executable, "-c", "from gradproof.conformance.cli.main import main; main()", *map(str, arguments)],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("options", one_in(2, [((),), (("--no-sandbox",),)]))
def test_check_says_what_it_could_not_judge(planted: Path, options: tuple[str, ...]) -> None:
    """Exit code 3, no traceback, no points lost, and a line to the maintainer, with the sandbox and without."""
    done = command(planted, "check", "layers.py", "--assignment", "task.toml", "--oracle", "golden", *options)
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert "4 of 4 points; 5 more points could not be judged, and are not lost" in done.stdout
    (line,) = done.stderr.splitlines()
    assert line.startswith("gradproof: relu could not be judged (")
    assert "RuntimeError: planted in our own code (activations.py, line" in line
    assert "numpy" in line


def test_a_report_says_it_to_programs_too(impl_functions: Functions, oracle: Oracle) -> None:
    """As JSON."""
    plan = Plan((replace(RELU, exercise=planted_exercise),), cases=1, points=POINTS)
    document = json.loads(serialized.render(run("it", local_session(impl_functions), oracle, plan)))
    assert {result["status"] for result in document["results"]} == {"broken"}
    assert document["summary"]["broken"] == len(document["results"])


def test_grade_owes_the_class_what_it_could_not_judge(planted: Path, tmp_path: Path) -> None:
    """A line each, in the ledger and for the maintainer."""
    folder = planted / "class"
    folder.mkdir()
    (folder / "ada.py").write_text(LAYERS)
    (folder / "eve.py").write_text("import os\n" + LAYERS.replace("return np.maximum(x, 0), x", "os._exit(0)"))
    arguments = (
        "grade",
        folder,
        "--assignment",
        "task.toml",
        "--out",
        tmp_path / "out",
        "--no-sandbox",
        "--public-cases",
    )
    done = command(planted, *arguments, "--workers", 1)
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    kept = (tmp_path / "out" / "results.jsonl").read_text().splitlines()
    lines = {line["submission"]: line for line in map(json.loads, kept)}
    told = {name: (line["status"], line["score"], line["max_score"], line["unjudged"]) for name, line in lines.items()}
    assert told["ada"] == ("broken", 4.0, 4.0, 5.0)
    assert told["eve"] == ("broken", 4.0, 4.0, 5.0)  # its process ends where ours fails as well: nobody can tell
    assert "gradproof: ada: relu could not be judged" in done.stderr
    assert "could not be judged, or not wholly, by no fault of theirs" in done.stderr


FORGERIES: dict[str, str] = {
    "ends its process": "import os\ndef {name}(*_):\n    os._exit(0)\n",
    "is killed": "import os, signal\ndef {name}(*_):\n    os.kill(os.getpid(), signal.SIGKILL)\n",
    "exits where it is looked at": (
        "class Sly:\n    @property\n    def __class__(self):\n        raise SystemExit(0)\n"
        "def {name}(*_):\n    return Sly(), None\n"
    ),
    "fills its memory": "def {name}(*_):\n    raise MemoryError\n",
    "says that it is our fault": (
        "import sys\ndef {name}(*_):\n"
        "    frame = sys._getframe()\n"
        "    while not frame.f_globals['__name__'].endswith('harness.session'):\n        frame = frame.f_back\n"
        "    frame.f_globals['as_array'] = None\n"
        "    return None, None\n"
    ),
    "replaces what calls it": (
        "import gc\nfor each in gc.get_objects():\n"
        "    if isinstance(each, type) and each.__name__ == 'Caller':\n"
        "        each.call = lambda *_: 1 / 0\n"
        "def {name}(*_): ...\n"
    ),
}
OF_THE_PROCESS = ("ends its process", "is killed", "replaces what calls it")  # without one of its own it does to ours


@pytest.mark.parametrize(
    ("trick", "options"),
    [*((trick, ()) for trick in FORGERIES), *((t, ("--no-sandbox",)) for t in FORGERIES if t not in OF_THE_PROCESS)],
)
def test_a_submission_does_not_escape_by_breaking_what_is_ours(
    gradproof: Callable, tmp_path: Path, trick: str, options: tuple[str, ...]
) -> None:
    """It is charged with what its process does: exit code 1, and no points."""
    source = FORGERIES[trick].format(name="relu_forward") + "def relu_backward(dout, cache):\n    return dout\n"
    (tmp_path / "layers.py").write_text(source)
    (tmp_path / "task.toml").write_text('name = "t"\ncases = 1\n[contracts]\nrelu = { forward = 2, gradient = 3 }\n')
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gradproof.conformance.harness.session.as_array", as_array)  # put back, whatever a trick does
        arguments = ("check", tmp_path / "layers.py", "--assignment", tmp_path / "task.toml", "--oracle", "golden")
        code, out, err = gradproof(*arguments, "--format", "json", *options)
    assert (code, err) == (1, "")
    summary = json.loads(out)["summary"]
    assert (summary["score"], summary["max_score"], summary["broken"]) == (0, 5, 0)


def test_a_bug_anywhere_else_is_one_line(gradproof: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 3, with what to report; whoever looks for it can have the whole way."""
    (tmp_path / "layers.py").write_text(LAYERS)
    monkeypatch.setattr("gradproof.conformance.engine.selection.plan_of", lambda *_, **__: 1 / 0)
    code, out, err = gradproof("check", tmp_path / "layers.py", "--oracle", "golden")
    assert (code, out) == (3, "")
    assert err.count("\n") == 1
    assert (
        "itself failed, please report this line: ZeroDivisionError: division by zero (at test_our_faults_told.py:"
        in err
    )
    monkeypatch.setenv(cli.TRACEBACK, "1")
    with pytest.raises(ZeroDivisionError):
        gradproof("check", tmp_path / "layers.py", "--oracle", "golden")


@pytest.mark.usefixtures("cold")
def test_a_machine_that_fails_is_one_line(gradproof: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 3: no fault of the submission."""
    (tmp_path / "layers.py").write_text(LAYERS)
    monkeypatch.setattr(subprocess, "Popen", refused)
    code, out, err = gradproof("check", tmp_path / "layers.py", "--oracle", "golden")
    assert (code, out) == (3, "")
    assert err == (
        "gradproof: nothing could be judged, by no fault of the submission: a process could not be started: Resource "
        "temporarily unavailable (BlockingIOError)\n"
    )


def refused(*_args: object, **_kwargs: object) -> None:
    """No process can be started."""
    raise BlockingIOError(11, "Resource temporarily unavailable")
