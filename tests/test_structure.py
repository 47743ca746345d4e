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

ROOT = Path(__file__).resolve().parent.parent
SOURCES = [file for folder in ("impl", "reference", "conformance") for file in sorted((ROOT / folder).rglob("*.py"))]
TOLERANCES = {"rtol", "atol", "allclose", "isclose", "assert_close", "assert_allclose", "approx"}


OWN = {"impl", "reference", "conformance", "fixtures"}
FORBIDDEN = {"impl": {"torch", "gradproof", *OWN}, "reference": {"gradproof", *OWN}, "conformance": OWN}


def names_in(text: str) -> set[str]:
    """Every name, attribute, keyword and imported name of a source."""
    found = {
        ast.Name: lambda node: node.id,
        ast.Attribute: lambda node: node.attr,
        ast.keyword: lambda node: node.arg,
        ast.alias: lambda node: node.name,
    }
    return {found[type(node)](node) for node in ast.walk(ast.parse(text)) if type(node) in found}


def tolerances_in(path: Path) -> set[str]:
    """The tolerances that a file has a name for: only a file whose text has the word can."""
    text = path.read_text(encoding="utf-8")
    return names_in(text) & TOLERANCES if any(word in text for word in TOLERANCES) else set()


def imported_by(path: Path) -> set[str]:
    """The first part of every module that a file imports, those aside that it names from where it stands."""
    modules: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            modules.add(node.module.partition(".")[0])
    return modules


def test_no_tolerance_stands_outside_the_yardstick() -> None:
    """No rtol, atol, allclose or the like: there is one yardstick."""
    assert {str(path.relative_to(ROOT)): used for path in SOURCES if (used := tolerances_in(path))} == {}


def test_each_folder_imports_what_it_may() -> None:
    """Impl is NumPy only and reference PyTorch only but for its bridge; neither knows the other, or the suite.

    What the rooms of conformance may import stands in test_rooms.py.
    """
    wrong = {}
    for path in SOURCES:
        folder = path.relative_to(ROOT).parts[0]
        numpy_too = {"numpy"} if folder == "reference" and path.name != "bridge.py" else set()
        if found := imported_by(path) & (FORBIDDEN[folder] | numpy_too):
            wrong[str(path.relative_to(ROOT))] = found
    assert wrong == {}


@pytest.mark.parametrize("source", ["np.allclose(a, b)", "check(a, rtol=1)", "from numpy import isclose as near"])
def test_a_tolerance_is_seen(source: str, tmp_path: Path) -> None:
    """However it is written."""
    (tmp_path / "planted.py").write_text(source)
    assert tolerances_in(tmp_path / "planted.py")


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
    caches = (contracts._all_of, contracts._own_stems, contracts._functions_of, contracts._by_name)
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
