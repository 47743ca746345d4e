"""Networks judged in the test's process: a copy of impl as somebody would hand it in, and what is bad of it."""

import py_compile
from collections.abc import Mapping
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from conftest import bad_checks

from gradproof.conformance.checks.results import Result, Run
from gradproof.conformance.engine.runner import Plan, run
from gradproof.conformance.harness.session import in_this_process
from gradproof.conformance.oracle.oracle import Oracle, pick
from gradproof.conformance.spec.cases import Case
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.contracts import contract_named, contracts_of
from gradproof.conformance.spec.conventions import DEFAULT, Dialect

IMPL = Path(__file__).resolve().parent.parent / "impl"
NAME = "handed_in"
NETWORKS = tuple(contract.name for contract in contracts_of("networks"))
OLD_NETS = ("fully_connected_net", "batchnorm_net", "dropout_net")  # those of 2016
CASES = 8
Edit = tuple[str, str, str]  # a file of impl, a text that stands in it once, what stands there instead
Bad = Mapping[str, set[str]]  # contract -> its bad checks


def write_copy(folder: Path, edits: tuple[Edit, ...] = (), name: str = NAME) -> Path:
    """Write impl under another name in ``folder``, edited. Each edited text must occur exactly once."""
    root = folder / name
    places = {str(file.relative_to(IMPL)): file.read_text() for file in sorted(IMPL.rglob("*.py"))}
    for place, old, new in edits:
        assert places[place].count(old) == 1, f"{old!r} occurs {places[place].count(old)} times in {place}"
        places[place] = places[place].replace(old, new)
    for place, source in places.items():
        target = root / place
        target.parent.mkdir(parents=True, exist_ok=True)
        text = source.replace("from impl", f"from {name}")
        target.write_text(text)
        bytecode = Path(cache_from_source(target))
        bytecode.parent.mkdir(exist_ok=True)
        bytecode.write_bytes(_compiled(text))
    return root


@cache
def _compiled(text: str) -> bytes:
    """Bytecode that holds for this text wherever it lies: to compile it takes longer than most of what is asked."""
    with TemporaryDirectory() as folder:
        source = Path(folder, "source.py")
        source.write_text(text)
        made = py_compile.compile(str(source), invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)
        return Path(str(made)).read_bytes()


class FewCases:
    """An oracle with the first cases of each contract and dialect, each drawn once."""

    def __init__(self, oracle: Oracle, count: int = CASES) -> None:
        self.name, self.seed = oracle.name, oracle.seed
        self.answer, self.is_ready = oracle.answer, oracle.is_ready
        self._oracle, self._count = oracle, count
        self._drawn: dict[tuple[str, str], tuple[Case, ...]] = {}

    def cases(self, contract: Contract, dialect: Dialect = DEFAULT, _count: int | None = None) -> tuple[Case, ...]:
        """See :class:`gradproof.conformance.oracle.oracle.Oracle`."""
        key = contract.name, dialect.tag(contract.dialects)
        if key not in self._drawn:
            drawn = self._oracle.cases(contract, dialect, self._count)
            self._drawn[key] = tuple(case for case in drawn if not case.source)
        return self._drawn[key]


def judged(path: Path, oracle: Oracle, contracts: tuple[str, ...] = NETWORKS, **plan) -> Run:
    """The report on a submission, judged in this process: isolation is not what is tested."""
    rows = tuple(contract_named(name) for name in contracts)
    return run(path.name, in_this_process(path), oracle, Plan(rows, **plan))


def by_contract(report: Run) -> dict[str, dict[str, Result]]:
    """Contract -> check -> result."""
    results: dict[str, dict[str, Result]] = {}
    for result in report.results:
        results.setdefault(result.contract, {})[result.check] = result
    return results


def bad(report: Run) -> dict[str, set[str]]:
    """What is bad and counts, contract by contract."""
    required = {name: {c: r for c, r in rows.items() if r.required} for name, rows in by_contract(report).items()}
    return {name: checks for name, rows in required.items() if (checks := bad_checks(rows))}


def messages(report: Run) -> str:
    """Every bad message and hint."""
    return "\n".join(f"{r.message} | {r.hint}" for r in report.results if r.status.is_bad and r.required)


def judged_with(report: Run) -> list[str]:
    """The notes of networks that were judged with proven layers."""
    return [note for note in report.notes if "judged with a proven" in note]


@pytest.fixture(scope="module")
def few_cases() -> FewCases:
    """A few cases of each contract: what fails on none of them is a gap."""
    return FewCases(pick("golden", None, None))
