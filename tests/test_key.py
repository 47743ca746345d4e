"""The key of secret cases: whoever needs it has it, and no hand-in finds it in any environment, wall or none."""

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from conftest import Command

from gradproof.conformance.sandbox import key
from gradproof.conformance.sandbox.walls.launching import Order
from gradproof.conformance.sandbox.walls.plain import Plain
from gradproof.conformance.spec.limits import DEFAULT

ROOT = Path(__file__).resolve().parent.parent
SECRET = "the-master-key-of-the-class"
ASSIGNMENT = 'name = "k"\ncases = 2\n[seeds]\npolicy = "per-submission"\n[contracts]\nrelu = { forward = 1 }\n'
LOOKING = """
import os
import numpy as np


def environments():
    yield "its own", str(dict(os.environ)).encode()
    pid = "self"
    while pid not in ("0", "1", "UNTIL"):
        with open(f"/proc/{pid}/environ", "rb") as file:
            yield pid, file.read()
        with open(f"/proc/{pid}/stat") as file:
            pid = file.read().rpartition(")")[2].split()[1]


def relu_forward(x):
    seen = []
    for of, content in environments():
        seen.append(of)
        if b"SECRET" in content:
            raise ValueError(f"REACHED the environment of {of}")
    assert len(seen) > 3, seen
    return np.maximum(x, 0), x


def relu_backward(dout, cache):
    return dout * (cache > 0)
"""


needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="what shows environments is Linux's")


@needs_linux
@pytest.mark.needs_torch
def test_no_process_that_a_hand_in_descends_from_shows_the_key(tmp_path: Path) -> None:
    """Up to the grader, and without any wall; and the class is graded by it all the same."""
    (tmp_path / "class").mkdir()
    looking = LOOKING.replace("SECRET", SECRET).replace("UNTIL", str(os.getpid()))
    (tmp_path / "class" / "mallory.py").write_text(looking)
    (tmp_path / "a.toml").write_text(ASSIGNMENT)
    command = [sys.executable, "-m", "conformance", "grade", tmp_path / "class", "--assignment", tmp_path / "a.toml"]
    command += ["--out", tmp_path / "out", "--no-sandbox", "--workers", "1"]
    environment = {**os.environ, key.VARIABLE: SECRET}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (line,) = map(json.loads, (tmp_path / "out" / "results.jsonl").read_text().splitlines())
    assert line["score"] == 1, [result["message"] for result in line["run"]["results"]]
    assert "key" in json.loads((tmp_path / "out" / "grading.json").read_text())["oracle"]
    assert SECRET not in (tmp_path / "out" / "grading.json").read_text()


TAKING = """
import os
from gradproof.conformance.sandbox import key
from pathlib import Path
shows = lambda: (key.VARIABLE in os.environ, b"the-master" in Path("/proc/self/environ").read_bytes())
before = shows()
taken = key.take()
print(before, taken == "the-master-key-of-the-class", shows(), key.take())
"""


@needs_linux
def test_what_the_kernel_shows_is_overwritten() -> None:
    """Before the key was taken it was there to be seen, so the looking works."""
    environment = {**os.environ, key.VARIABLE: SECRET}
    done = subprocess.run(
        [sys.executable, "-c", TAKING], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["(True,", "True)", "True", "(False,", "False)", "None"], done.stderr


def test_a_process_without_a_wall_is_started_without_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the plugin as well, which takes nothing out of its own environment."""
    monkeypatch.setenv(key.VARIABLE, SECRET)
    (tmp_path / "mine.py").touch()
    with ExitStack() as resources:
        launch = Plain().launch(Order(tmp_path / "mine.py", None, DEFAULT), resources)
    assert key.VARIABLE not in launch.env
    assert "PATH" in launch.env


def test_code_that_is_checked_in_this_very_process_does_not_find_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gradproof: Command
) -> None:
    """``gradproof check --no-sandbox`` imports the submission beside itself."""
    monkeypatch.setenv(key.VARIABLE, SECRET)
    looking = "import os\ndef relu_forward(x): raise ValueError(os.environ.get('GRADPROOF_KEY', 'not here'))\n"
    (tmp_path / "mine.py").write_text(looking)
    _, out, _ = gradproof(
        "check", tmp_path / "mine.py", "--no-sandbox", "--oracle", "golden", "--cases", "1", "--format", "json"
    )
    assert SECRET not in out
    assert "not here" in out
