"""``gradproof new``: what it writes runs at once."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Command

from gradproof.conformance.cli.scaffold.handout import source_of
from gradproof.conformance.engine.assignment import read
from gradproof.conformance.spec.contracts import all_contracts, contract_named, visiting

ROOT = Path(__file__).resolve().parent.parent
GELU = ROOT / "examples" / "contracts" / "gelu.py"


@pytest.fixture(autouse=True)
def _known_for_a_test() -> Iterator[None]:
    """What a test lets be known is known to the end of it, as to that of a command."""
    with visiting():
        yield


def test_a_hand_out_has_every_function_and_nothing_in_it() -> None:
    """Of every contract there is: signatures and words, and one line that says that it is not filled in."""
    tree = ast.parse(source_of(all_contracts()))
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    assert defined == {f.name.partition(".")[0] for c in all_contracts() for f in c.functions}
    bodies = [node.body for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    assert {ast.unparse(body[-1]) for body in bodies} == {"raise NotImplementedError"}
    assert max(map(len, bodies)) == 2


def test_a_backward_is_not_given_away() -> None:
    """Its arguments and results are told, its formula is the task."""
    source = source_of([contract_named("affine")])
    assert "flatten(x) @ w + b" in source
    assert "dout @ w.T" not in source
    assert "dw (D, M)" in source


@pytest.mark.needs_torch
def test_an_assignment_runs_as_it_is_written(tmp_path: Path, gradproof: Command) -> None:
    """The empty hand-out gets no points and is told so; what fills it in gets all."""
    out = tmp_path / "week"
    code, told, err = gradproof("new", "assignment", "week", "--contracts", f"affine,{GELU}", "--out", out)
    assert (code, err) == (0, "")
    assert len(told.split()) == 8
    task = read(out / "assignment.toml")
    assert list(task.contracts) == ["affine", "erf_gelu"]
    assert json.loads((out / "prairielearn" / "info.json").read_text())["title"] == "week"
    check = ("check", out / "handout" / "layers.py", "--assignment", out / "assignment.toml", "--cases", "4")
    code, told, _ = gradproof(*check, "--format", "json")
    report = json.loads(told)
    assert code == 1
    assert report["summary"]["score"] == 0
    assert {each["status"] for each in report["results"]} <= {"errored", "skipped", "failed"}
    solution = (
        "import math, numpy as np\n"
        "def affine_forward(x, w, b):\n    rows = x.reshape(len(x), -1)\n    return rows @ w + b, (x, rows, w)\n"
        "def affine_backward(dout, cache):\n    x, rows, w = cache\n"
        "    return (dout @ w.T).reshape(x.shape), rows.T @ dout, dout.sum(0)\n"
        "def erf_gelu_forward(x):\n    phi = 0.5 * (1 + np.vectorize(math.erf)(x / 2**0.5))\n"
        "    return (x * phi).astype(x.dtype), (x, phi)\n"
        "def erf_gelu_backward(dout, cache):\n    x, phi = cache\n"
        "    return (dout * (phi + x * np.exp(-x * x / 2) / np.sqrt(2 * np.pi))).astype(x.dtype)\n"
    )
    (out / "handout" / "layers.py").write_text(solution)
    report = json.loads(gradproof(*check, "--no-sandbox", "--format", "json")[1])
    assert report["summary"]["score"] == report["summary"]["max_score"] == task.max_score


@pytest.mark.needs_torch
def test_a_contract_runs_as_it_is_written(tmp_path: Path, gradproof: Command) -> None:
    """And can be listed, and judged by."""
    path = tmp_path / "swish.py"
    assert gradproof("new", "contract", "swish", "--out", path)[0] == 0
    assert "swish_forward(x)" in gradproof("list", "contracts", "--contracts", path)[1]
    (tmp_path / "layers.py").write_text(
        "import numpy as np\n"
        "def swish_forward(x):\n    s = 0.5 * (1 + np.tanh(0.5 * x))\n    return x * s, (x, s)\n"
        "def swish_backward(dout, cache):\n    x, s = cache\n    return dout * (s + x * s * (1 - s))\n"
    )
    assert gradproof("check", tmp_path / "layers.py", "--contracts", path, "--cases", "8")[0] == 0


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("assignment", "w", "--contracts", "afine"), "did you mean 'affine'"),
        (("assignment", "w", "--contracts", ","), "names none"),
        (("assignment", "w", "--contracts", "affine", "--out", "."), "is not empty"),
        (("contract", "2x"), "is no name for a contract"),
        (("contract", "there"), "is there already"),
    ],
)
def test_what_cannot_be_written_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gradproof: Command, words: tuple[str, ...], complaint: str
) -> None:
    """Nothing is overwritten."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.py").write_text("x = 1\n")
    code, _, err = gradproof("new", *words)
    assert code == 2
    assert complaint in err
    assert [path.name for path in tmp_path.iterdir()] == ["there.py"]
