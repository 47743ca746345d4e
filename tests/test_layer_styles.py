"""Layers that are objects, declared by ``style``: an adapter without code."""

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Command

from gradproof.conformance.checks.verdicts import Plan
from gradproof.conformance.engine.runner import run
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.sandbox import walls
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.spec.contracts import all_contracts
from gradproof.conformance.spec.layer_styles.declared import layer
from gradproof.conformance.spec.layer_styles.places import place

pytestmark = pytest.mark.usefixtures("without_names")

COLUMNS = """
import numpy as np

class Dense:
    def __init__(self, n_in, n_out):
        self.params, self.grads = [None, None], [None, None]

    def forward(self, x):
        self.x = x
        return self.params[0] @ x + self.params[1]

    def backward(self, dz):
        self.grads = [dz @ self.x.T / self.x.shape[1], dz.sum(1, keepdims=True) / self.x.shape[1]]
        return self.params[0].T @ dz

class Relu:
    def forward(self, x):
        self.kept = x > 0
        return np.maximum(x, 0)

    def backward(self, dz):
        return np.where(self.kept, dz, 0)
"""
STYLE = """
import gradproof as gp

globals().update(
    gp.style(
        batch="columns",
        affine=gp.layer(
            "Linear Dense", given="in out", w="params.0.T", b="params.1[:, None]", dw="grads.0.T",
            db="grads.1[:, None]", means="dw db",
        ),
        relu=gp.layer("Relu"),
        tanh=gp.layer("Tanh"),
    )
)
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A submission and the declaration of its style."""
    (tmp_path / "mine.py").write_text(COLUMNS)
    (tmp_path / "style.py").write_text(STYLE)
    return tmp_path / "mine.py", tmp_path / "style.py"


def bad(path: Path, adapter: Path, oracle: Oracle, wall: str = "plain") -> set[str]:
    """The checks that fail; affine and relu are there and nothing else."""
    with Sandbox(path, adapter, wall=walls.named(wall)) as session:
        offered = set(session.inventory.functions)
        assert offered == {"affine_forward", "affine_backward", "relu_forward", "relu_backward"}
        rows = tuple(row for row in all_contracts() if row.is_offered(offered))
        report = run("mine", session, oracle, Plan(rows, cases=4))
    return {f"{result.contract}: {result.check}" for result in report.results if result.status.is_bad}


def test_columns_lists_and_the_other_layout_are_met_by_a_declaration(files: tuple[Path, Path], oracle: Oracle) -> None:
    """Weights (out, in) in a list, gradients that are means, features in rows: every check passes."""
    assert bad(*files, oracle) == set()


@pytest.mark.parametrize(
    ("old", "new", "reported"),
    [
        ("self.params[0] @ x +", "2 * self.params[0] @ x +", "affine: forward"),
        ("dz.sum(1, keepdims=True) / self.x.shape[1]", "dz.sum(1, keepdims=True)", "affine: gradient"),
        ("np.where(self.kept, dz, 0)", "None", "relu: interface"),
    ],
)
def test_what_is_wrong_in_an_object_is_seen(
    files: tuple[Path, Path], oracle: Oracle, old: str, new: str, reported: str
) -> None:
    """Planted: by the check that is due, and no fault of the declaration."""
    assert COLUMNS.count(old) == 1
    files[0].write_text(COLUMNS.replace(old, new))
    assert reported in bad(*files, oracle)


def test_a_style_is_known_behind_the_wall(files: tuple[Path, Path], oracle: Oracle) -> None:
    """As a class is graded."""
    if reason := walls.named("bubblewrap").missing():
        pytest.skip(reason)
    assert bad(*files, oracle, "bubblewrap") == set()


def test_an_assignment_names_its_adapter(files: tuple[Path, Path], gradproof: Command) -> None:
    """Beside itself; the command that replays a case names it, and the script runs."""
    path, _ = files
    path.write_text(COLUMNS.replace("np.where(self.kept, dz, 0)", "dz"))
    task = path.with_name("week.toml")
    task.write_text('name = "week"\nadapter = "style.py"\n[contracts]\nrelu = { gradient = 1 }\n')
    code, out, err = gradproof("check", path, "--assignment", task, "--oracle", "golden", "--cases", "4")
    assert (code, err) == (1, "")
    replay = next(line for line in out.splitlines() if line.startswith("  replay"))
    assert f"--adapter {path.with_name('style.py')}" in replay
    script = path.with_name("replay.py")
    assert gradproof(*replay.split()[2:], "--output", script)[0] == 0
    ran = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert "dx" in ran.stdout, ran.stderr


def test_an_adapter_that_is_not_there_is_told(files: tuple[Path, Path], gradproof: Command) -> None:
    """Before anything is judged."""
    task = files[0].with_name("week.toml")
    task.write_text('name = "week"\nadapter = "nowhere.py"\n[contracts]\nrelu = { gradient = 1 }\n')
    code, _, err = gradproof("check", files[0], "--assignment", task)
    assert code == 2
    assert "adapter = 'nowhere.py': there is no such file beside the assignment" in err


@pytest.mark.parametrize("text", ["", "W T", "W[0]", "params['w']"])
def test_a_place_that_cannot_be_is_refused(text: str) -> None:
    """With one that can."""
    with pytest.raises(ValueError, match=r"is no place, expected one such as W, params\.w, W\.T"):
        place(text)


def test_a_batch_that_cannot_be_is_refused() -> None:
    """With those that can."""
    with pytest.raises(ValueError, match="batch is 'column', expected rows, columns or nothing"):
        layer("Linear", batch="column")
