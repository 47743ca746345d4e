"""Assignment files: what must be there and what it is worth; mistakes in them are named."""

from pathlib import Path

import pytest
from conftest import RELU

from conformance.assignment import read
from conformance.contracts import contract_named
from conformance.dialect import DEFAULT
from conformance.errors import UsageError
from conformance.oracle import Oracle
from conformance.results import Status
from conformance.runner import Plan, run
from conformance.sandbox import Sandbox

GOOD = """
name = "week 3"
advisory = ["stability"]
required = ["dtype"]
[dialect]
dropout_p = "drop"
[contracts]
relu = { forward = 2, gradient = 3.5 }
affine = {}
"""


def written(folder: Path, content: str) -> Path:
    """The file."""
    path = folder / "assignment.toml"
    path.write_text(content)
    return path


def test_a_good_file_is_read(tmp_path: Path) -> None:
    """Contracts, points, dialect, what is required."""
    task = read(written(tmp_path, GOOD))
    assert task.contracts == {"relu": {"forward": 2, "gradient": 3.5}, "affine": {}}
    assert task.to_dialect().dropout_p == "drop"
    assert task.to_dialect().momentum == DEFAULT.momentum
    assert task.requirements() == {"stability": False, "dtype": True}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("name =", "nam ="), "nam is not a key of an assignment; did you mean 'name'?"),
        (("relu =", "rellu ="), "contracts: no contract is called 'rellu'; did you mean 'relu'?"),
        (("forward = 2", "foward = 2"), "no check of relu is called 'foward'; did you mean 'forward'?"),
        (("forward = 2", "forward = -2"), "relu.forward is worth -2 points, expected 0 or more"),
        (("forward = 2", 'forward = "two"'), "contracts.relu.forward: Input should be a valid number"),
        (('"stability"', '"stabilty"'), "no check is called 'stabilty'; did you mean 'stability'?"),
        (("dropout_p", "dropout_q"), "no convention is called 'dropout_q'; did you mean 'dropout_p'?"),
        (('"drop"', '"dropp"'), "no dropout_p convention is called 'dropp'; did you mean 'drop'?"),
        (("name =", "name ="), None),
        (("name =", "seed = -1\nname ="), "seed: Input should be greater than or equal to 0"),
        (('"week 3"', "3"), "name: Input should be a valid string"),
        (("[contracts]", "[contracts"), "is not TOML"),
        (
            ("relu = { forward = 2, gradient = 3.5 }\naffine = {}\n", ""),
            "contracts: Dictionary should have at least 1 item",
        ),
    ],
)
def test_a_mistake_is_named_with_its_key(tmp_path: Path, change: tuple[str, str], words: str | None) -> None:
    """And the nearest valid name."""
    path = written(tmp_path, GOOD.replace(*change))
    if words is None:
        read(path)
        return
    with pytest.raises(UsageError) as caught:
        read(path)
    assert words in str(caught.value)


def test_what_an_assignment_asks_for_and_a_submission_lacks_fails(tmp_path: Path, oracle: Oracle) -> None:
    """Points for what passed, none for what is missing."""
    (tmp_path / "mine.py").write_text(RELU.replace("dout * (cache > 0)", "2 * dout"))
    task = read(written(tmp_path, GOOD.replace('dropout_p = "drop"', "")))
    plan = Plan(tuple(map(contract_named, task.contracts)), points=task.contracts, required=task.requirements())
    with Sandbox(tmp_path / "mine.py") as session:
        report = run("mine.py", session, oracle, plan)
    results = {(r.contract, r.check): r for r in report.results}
    assert results["affine", "interface"].status == Status.FAILED
    assert "affine_forward is missing" in results["affine", "interface"].message
    assert (results["relu", "forward"].points, results["relu", "gradient"].points) == (2, 0)
    assert (report.summary.score, report.summary.max_score) == (2, 5.5)
