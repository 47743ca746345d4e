"""Rules of the house that a test can hold."""

import ast
import textwrap
from pathlib import Path
from pkgutil import iter_modules

import numpy as np
import pytest
from conftest import bad_checks, local_session

from gradproof.conformance.engine.runner import Plan, gather, judge
from gradproof.conformance.sandbox.walls.system import PROVEN_LAYERS
from gradproof.conformance.spec import contracts
from gradproof.conformance.spec.contracts import all_contracts, contract_named, stem_of, stems

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
SOURCES = [file for folder in ("impl", "reference", "conformance") for file in sorted((ROOT / folder).rglob("*.py"))]
TOLERANCES = {"rtol", "atol", "allclose", "isclose", "assert_close", "assert_allclose", "approx"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_tolerance_stands_outside_the_yardstick(path: Path) -> None:
    """No rtol, atol, allclose or the like: there is one yardstick."""
    names = {node.id for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
    names |= {node.arg for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.keyword) and node.arg}
    assert not names & TOLERANCES


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_each_folder_imports_what_it_may(path: Path) -> None:
    """Impl is NumPy only and reference PyTorch only but for its bridge; neither knows the other, or the suite.

    What the rooms of conformance may import stands in test_rooms.py.
    """
    folder = path.relative_to(ROOT).parts[0]
    imported = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            imported.add(node.module.partition(".")[0])
    own_folders = {"impl", "reference", "conformance", "fixtures"}
    forbidden = {
        "impl": {"torch", "gradproof", *own_folders},
        "reference": {"gradproof", *own_folders},
        "conformance": own_folders,
    }
    assert not imported & forbidden[folder]
    if folder == "reference" and path.name != "bridge.py":
        assert "numpy" not in imported


def test_the_same_stems_stand_in_every_folder() -> None:
    """affine, activations, ... in impl, reference and contracts."""
    for folder in ("impl", "reference"):
        present = {module.name for module in iter_modules([str(ROOT / folder)])}
        assert present - {"bridge", "validation", "datasets", "windows", "gradient_check"} == set(stems())


def test_what_may_be_transplanted_is_there_behind_a_wall() -> None:
    """Proven layers alone are: a row that is no layer says so by ``transplants``, whatever builds on it."""
    below = {name for contract in all_contracts() if contract.transplants for name in contract.builds_on}
    layers = [row for row in map(contract_named, below) if not row.transplants]
    assert {stem_of(row) for row in layers} <= {*PROVEN_LAYERS}


CONTRACT = """
from gradproof.conformance.spec.cases import length, normal
from gradproof.conformance.spec.contract import Contract, Drawn, Function, Scenario, twin

def draw(rng, size, dialect):
    shape = (length(rng, size), length(rng, size))
    return Drawn({"x": normal(rng, *shape), "dout": normal(rng, *shape)})

CONTRACTS = (
    Contract(
        name="softsign",
        functions=(
            Function("softsign_forward", ("x",), ("out", "cache")),
            Function("softsign_backward", ("dout", "cache"), ("dx",)),
        ),
        scenarios=(Scenario("ordinary", draw),),
        reference=twin("softsign", "softsign_forward", wrt={"dx": "x"}),
        observes={"out": "forward", "dx": "gradient"},
        gradients={"dx": "x"},
    ),
)
"""


@pytest.fixture
def with_softsign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """One file more in contracts and one in reference; nothing else is touched."""
    pytest.importorskip("gradproof.reference.bridge")
    from gradproof import reference

    for folder, package, source in (
        ("contracts", contracts, CONTRACT),
        (
            "reference",
            reference,
            "from torch.nn import functional\ndef softsign_forward(x):\n    return functional.softsign(x)\n",
        ),
    ):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "softsign.py").write_text(textwrap.dedent(source))
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path / folder)])
    caches = (contracts.all_contracts, contracts.stems, contracts.contracts_of, contracts.function_names)
    for cached in caches:
        cached.cache_clear()
    yield
    for cached in caches:
        cached.cache_clear()


@pytest.mark.needs_torch
@pytest.mark.usefixtures("with_softsign")
def test_a_layer_is_added_by_one_file_in_each_folder(tmp_path: Path) -> None:
    """Checks, fixtures and listings pick it up; the right code passes and the wrong one fails."""
    from gradproof.conformance.oracle import golden
    from gradproof.conformance.oracle.oracle import TorchOracle

    assert "softsign" in [contract.name for contract in all_contracts()]
    plan, oracle = Plan((contract_named("softsign"),)), TorchOracle()

    def softsign_forward(x):
        return x / (1 + np.abs(x)), x

    def judged(slope) -> set[str]:
        functions = {"softsign_forward": softsign_forward, "softsign_backward": lambda dout, x: dout * slope(x)}
        results = judge(gather(plan.contracts[0], local_session(functions), oracle, plan), oracle, plan)
        assert len(results) == 8
        return bad_checks({result.check: result for result in results})

    assert judged(lambda x: 1 / (1 + np.abs(x)) ** 2) == set()
    assert judged(lambda x: np.where(x > 0, 1, 0)) == {"gradient", "dtype"}
    made = golden.regenerate(tmp_path / "set", seed=0, cases=2, only=plan.contracts)
    assert "softsign" in made.manifest["cases"]
