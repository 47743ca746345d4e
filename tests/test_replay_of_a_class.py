"""Replays of a class: from a copy, behind the wall, by the command that the report prints, whatever was handed in."""

import ast
import json
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import RELU, Command

from gradproof.conformance.checks.verdicts import record_of
from gradproof.conformance.cli.replay_script import script
from gradproof.conformance.errors import SubmissionUnusable, UsageError
from gradproof.conformance.oracle.fixture_set import COMMITTED
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.sandbox import walls
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.spec.contracts import contract_named

WRONG = RELU.replace("(cache > 0)", "(cache < 0)")
FLAT = "from cs231n.shared import mask\n" + RELU.replace("(cache > 0)", "mask(cache)")
SHARED = "def mask(x):\n    return x < 0\n"
ASSIGNMENT = 'name = "a relu"\ncases = 4\ncompat = true\n[contracts]\nrelu = { forward = 1, gradient = 3 }\n'
CANARY = "canary"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A class with one of each kind, wrong in the same place; and a canary that the code of all kills, if it can."""
    monkeypatch.chdir(tmp_path)
    kills = f"from pathlib import Path\ntry:\n    Path({str(tmp_path / CANARY)!r}).unlink()\nexcept OSError: pass\n"
    (tmp_path / "class" / "a folder").mkdir(parents=True)
    (tmp_path / "class" / "a folder" / "layers.py").write_text(kills + FLAT)
    (tmp_path / "class" / "a folder" / "shared.py").write_text(SHARED)
    (tmp_path / "class" / "file.py").write_text(kills + WRONG)
    shutil.make_archive(str(tmp_path / "class" / "packed"), "zip", tmp_path / "class" / "a folder")
    cells = [{"cell_type": "code", "source": WRONG}]
    (tmp_path / "class" / "book.ipynb").write_text(json.dumps({"cells": cells, "nbformat": 4}))
    (tmp_path / "a.toml").write_text(ASSIGNMENT)
    (tmp_path / CANARY).touch()
    return tmp_path


def commands(folder: Path, gradproof: Command, *options: str) -> dict[str, str]:
    """What the instructor's report tells to type, by submission."""
    arguments = ("--assignment", "a.toml", "--out", "out", "--workers", "1", "--public-cases")
    code, _, error = gradproof("grade", "class", *arguments, *options)
    assert code == 0, error
    lines = map(json.loads, (folder / "out" / "results.jsonl").read_text().splitlines())
    return {
        line["submission"]: next(result["replay"] for result in line["run"]["results"] if result["replay"])
        for line in lines
    }


def test_the_printed_command_works_for_whatever_was_handed_in(folder: Path, gradproof: Command) -> None:
    """Folder, file, archive and notebook; no path of this installation is in it, and the script shows the mistake."""
    told = commands(folder, gradproof, "--no-sandbox")
    assert set(told) == {"a folder", "file", "packed", "book"}
    for name, command in told.items():
        words = shlex.split(command)
        assert {"--no-sandbox", "--compat"} < set(words)
        assert str(COMMITTED.parent) not in command
        code, _, error = gradproof(*words[1:], "--output", f"{name}.py")
        assert code == 0, error
        done = subprocess.run([sys.executable, f"{name}.py"], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "dx[" in done.stdout
        assert (folder / f"{name}_code" / "cs231n").is_dir()


def test_a_replay_stays_behind_the_wall(folder: Path, gradproof: Command) -> None:
    """And without one, which is asked for by name, the code reaches what it wants: so the attack is one."""
    try:
        walls.pick("auto")
    except UsageError as reason:
        pytest.skip(str(reason))
    command = commands(folder, gradproof)["file"]
    words = shlex.split(command)[1:]
    assert words[words.index("--wall") + 1] == "auto"
    assert gradproof(*words)[0] == 0
    assert (folder / CANARY).exists()
    bare = [word for word in words if word not in ("--wall", "auto")]
    assert gradproof(*bare, "--no-sandbox")[0] == 0
    assert not (folder / CANARY).exists()


def test_a_replay_by_a_wall_that_was_checked_by_it_has_it_too(folder: Path, gradproof: Command) -> None:
    """The command of ``gradproof check --wall``."""
    try:
        walls.pick("auto")
    except UsageError as reason:
        pytest.skip(str(reason))
    asked = ("--oracle", "golden", "--only", "relu", "--cases", "2")
    _, out, _ = gradproof("check", folder / "class" / "file.py", "--wall", "auto", *asked)
    assert " --wall auto" in out
    assert " --wall" not in gradproof("check", folder / "class" / "file.py", *asked)[1]


@pytest.mark.usefixtures("folder")
def test_the_script_says_whose_code_it_runs(gradproof: Command) -> None:
    """In its head, and that there is no wall then."""
    _, out, _ = gradproof("replay", "relu/0/1", "class/packed.zip", "--oracle", "golden", "--output", "case.py")
    head = ast.get_docstring(ast.parse(Path("case.py").read_text()))
    assert out == ""
    assert "It runs the code of 'class/packed.zip', copied to 'case_code" in head
    assert "with your rights and without a wall" in head


def test_no_name_of_a_file_breaks_out_of_the_head(tmp_path: Path, gradproof: Command) -> None:
    """Quotes, backslashes, what moves a cursor: the script is Python all the same, and says no control characters."""
    path = tmp_path / 'a"""; import os; \\N{x} \x1b[2J.py'
    path.write_text(WRONG)
    _, out, _ = gradproof("replay", "relu/0/1", path, "--oracle", "golden")
    assert isinstance(ast.parse(out).body[0], ast.Expr)
    assert isinstance(ast.parse(out).body[1], ast.Import)
    assert "\x1b" not in out


@pytest.mark.usefixtures("folder")
def test_a_copy_takes_nothing_over_and_leaves_nothing_behind(gradproof: Command) -> None:
    """A folder of its name is left alone; if there is no script, there is no copy."""
    Path("case_code").mkdir()
    asked = ("replay", "relu/0/1", "class/packed.zip", "--oracle", "golden", "--output")
    code, _, error = gradproof(*asked, "case.py")
    assert (code, "case_code is to hold a copy" in error) == (2, True)
    code, _, error = gradproof("replay", "affine/0/1", *asked[2:], "other.py")
    assert (code, "has no affine_forward" in error) == (2, True)
    assert not Path("other_code").exists()
    code, _, error = gradproof("replay", "relu/0/1", "a.toml", "--oracle", "golden")
    assert (code, "a.toml is no hand-in" in error) == (2, True)


def test_a_script_imports_no_file_beside_the_submission(tmp_path: Path, oracle: Oracle) -> None:
    """Planted: the process says that its function is a neighbour's."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "layers.py").write_text(WRONG)
    (tmp_path / "other.py").write_text(RELU)
    contract = contract_named("relu")
    with Sandbox(tmp_path / "mine") as session:
        record = record_of(contract, oracle.cases(contract, count=1)[0], session, oracle)
        forged = replace(session.inventory, functions=dict.fromkeys(session.inventory.functions, "../other.py"))
    with pytest.raises(SubmissionUnusable, match=r"has no file .\.\./other\.py"):
        script(record, tmp_path / "mine", forged)
