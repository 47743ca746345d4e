"""What is written down of networks and trainings is what was done, call for call."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import one_in

from gradproof.conformance.checks.records import CaseRecord
from gradproof.conformance.cli.replay_script import script
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.spec.contracts import all_contracts, contract_named
from gradproof.conformance.spec.conventions import DEFAULT

ROOT = Path(__file__).resolve().parent.parent
COUNTING = """

_right, _calls = affine_forward, []


def affine_forward(x, w, b):
    _calls.append(0)
    out, cache = _right(x, w, b)
    return out * (1 + 0.01 * len(_calls)), cache
"""
TELLING = """
import json
print("GOT" + json.dumps({name: np.asarray(value, float).tolist() for name, value in got.items()}))
"""
WITH_SCRIPTS = [each.name for each in all_contracts() if each.transplants]


@pytest.fixture(scope="module")
def counting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Impl with an affine layer whose values depend on how often it was called."""
    path = shutil.copytree(ROOT / "impl", tmp_path_factory.mktemp("counting") / "impl")
    source = (path / "affine.py").read_text(encoding="utf-8")
    (path / "affine.py").write_text(source + COUNTING, encoding="utf-8")
    return path


def scripted(contract: str, path: Path, oracle: Oracle) -> tuple[CaseRecord, str]:
    """What the exercise of a contract's first case gave, and the script of it."""
    row = contract_named(contract)
    case = oracle.cases(row, DEFAULT, 1)[0]
    with Sandbox(path) as session:
        record = CaseRecord(row, case, oracle.answer(case), session.run(row, case))
        return record, script(record, path, session.inventory, None)


def differing(record: CaseRecord, source: str) -> list[str]:
    """The observations that a script gives otherwise, to the bit."""
    words = [sys.executable, "-I", "-"]
    done = subprocess.run(words, input=source + TELLING, capture_output=True, text=True, check=False)
    got, arrays = json.loads(done.stdout.partition("GOT")[2]), record.observed.arrays
    assert {*record.answer.values} <= {*got} <= {*arrays}
    return [name for name, value in got.items() if not np.array_equal(value, arrays[name].astype(float))]


@pytest.mark.once
@pytest.mark.parametrize("contract", one_in(6, WITH_SCRIPTS))
def test_a_script_makes_the_calls_that_were_made(contract: str, counting: Path, oracle: Oracle) -> None:
    """A submission that remembers gives the script what it gave the exercise: no call more, none otherwise."""
    record, source = scripted(contract, counting, oracle)
    assert record.observed.script
    assert differing(record, source) == []


@pytest.mark.once
def test_a_script_with_a_call_more_is_seen(counting: Path, oracle: Oracle) -> None:
    """Planted: a line that nobody ran."""
    record, source = scripted("fully_connected_net", counting, oracle)
    line = next(line for line in source.splitlines() if line.startswith("loss, grads = net.loss("))
    assert "loss" in differing(record, source.replace(line, f"{line}\n{line}"))
