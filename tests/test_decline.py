"""An adapter leaves out the cases that it cannot put to a submission, and may be called as what it adapts."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import bad_checks

from gradproof.conformance.checks.results import Run, Status
from gradproof.conformance.engine.runner import Plan, gather, run
from gradproof.conformance.harness.session import in_this_process
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.sandbox.walls import NAMES, named
from gradproof.conformance.sandbox.walls.plain import Plain
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.findings import Kind

LAYERS = """
import gradproof as gp
import numpy as np
def positive(x):
    {body}
    return np.maximum(x, 0)
"""
ADAPTER = """
import gradproof as gp
import submission
def relu_forward(x):
    if x.shape[0] > 2:
        gp.decline("it takes two samples at most")
    return submission.positive(x), x
def relu_backward(dout, x):
    return dout * (x > 0)
"""
NONE = ADAPTER.replace("if x.shape[0] > 2:", "if True:")
RELU = (contract_named("relu"),)


def judged(folder: Path, oracle: Oracle, adapter: str, body: str = "pass", wall: str = "plain") -> Run:
    """The run of relu on twelve cases of a submission with this adapter."""
    (folder / "mine.py").write_text(LAYERS.format(body=body))
    (folder / "adapter.py").write_text(adapter)
    with Sandbox(folder / "mine.py", folder / "adapter.py", wall=named(wall) if wall in NAMES else Plain()) as session:
        return run("mine.py", session, oracle, Plan(RELU, cases=12))


@pytest.mark.parametrize("wall", ["plain", "bubblewrap"])
def test_what_an_adapter_declines_is_counted_and_told(tmp_path: Path, oracle: Oracle, wall: str) -> None:
    """The other cases are judged, and all is well with them."""
    if wall in NAMES and (reason := named(wall).missing()):
        pytest.skip(reason)
    told = judged(tmp_path, oracle, ADAPTER, wall=wall)
    assert told.summary.is_clean
    (note,) = told.notes
    assert note.startswith("relu: the adapter declines ")
    assert note.endswith(" of 13 cases: it takes two samples at most")  # a published one among them
    assert 0 < told.cases < 13


def test_a_mistake_in_the_others_is_found(tmp_path: Path, oracle: Oracle) -> None:
    """Planted: declining excuses nothing else."""
    told = judged(tmp_path, oracle, ADAPTER, body="return x * 2")
    assert "forward" in bad_checks({result.check: result for result in told.results})


def test_who_declines_everything_is_not_judged(tmp_path: Path, oracle: Oracle) -> None:
    """No check passes on nothing."""
    told = judged(tmp_path, oracle, NONE)
    assert told.summary.passed == told.summary.failed == 0


@pytest.mark.parametrize("body", ["gp.decline('it is too hard')", "raise gp.decline.__globals__['Declined']('no')"])
def test_a_submission_declines_nothing(tmp_path: Path, oracle: Oracle, body: str) -> None:
    """Planted: from its own code that is an exception like any other, with an adapter in between or not."""
    told = judged(tmp_path, oracle, ADAPTER, body=body)
    results = {result.check: result for result in told.results}
    assert "forward" in bad_checks(results)
    assert "relu_forward raised Declined: " in results["forward"].message


def test_without_an_adapter_nothing_is_declined(tmp_path: Path, oracle: Oracle) -> None:
    """Neither here nor behind the wall, where such a message is malformed."""
    (tmp_path / "mine.py").write_text(ADAPTER.replace("import submission\n", ""))
    session = in_this_process(tmp_path / "mine.py")
    exam = gather(RELU[0], session, oracle, Plan(RELU, cases=12))
    assert exam.declined == ()
    errors = {record.error.kind for record in exam.records if record.error}
    assert errors <= {Kind.RAISED}


@pytest.fixture
def package(tmp_path: Path) -> Iterator[Path]:
    """A package called needle, with a namespace for a folder, and an adapter of the same name elsewhere."""
    (tmp_path / "needle").mkdir()
    (tmp_path / "needle" / "nn.py").write_text(LAYERS.format(body="pass").replace("import gradproof as gp\n", ""))
    (tmp_path / "adapters").mkdir()
    (tmp_path / "adapters" / "needle.py").write_text(
        "from needle import nn\ndef relu_forward(x): return nn.positive(x), x\n"
        "def relu_backward(dout, x): return dout * (x > 0)\n"
    )
    yield tmp_path
    for name in [name for name in sys.modules if name.partition(".")[0] in ("needle", "adapter_needle")]:
        del sys.modules[name]


@pytest.mark.parametrize("opened_at", [".", "needle"])
def test_an_adapter_may_be_called_as_what_it_adapts(package: Path, oracle: Oracle, opened_at: str) -> None:
    """What it imports of that name is the submission's."""
    adapter = package / "adapters" / "needle.py"
    submission = package / "code" if opened_at == "." else package / "code" / "needle"
    (package / "code").mkdir()
    (package / "needle").rename(package / "code" / "needle")
    with Sandbox(submission, adapter) as session:
        told = run("needle", session, oracle, Plan(RELU, cases=4))
        assert session.inventory.problems == ()
    assert told.summary.is_clean


def test_such_an_adapter_can_be_replayed(package: Path) -> None:
    """The script finds the submission's package too."""
    command = [sys.executable, "-m", "gradproof", "replay", "relu/0/0", str(package / "needle"), "--oracle", "golden"]
    given = [*command, "--adapter", str(package / "adapters" / "needle.py"), "--output", str(package / "case.py")]
    subprocess.run(given, check=True)
    done = subprocess.run([sys.executable, str(package / "case.py")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


ONLY_FORWARD = """
import gradproof as gp
import submission
def relu_forward(x):
    return submission.positive(x), None
def relu_backward(dout, cache):
    gp.decline("these functions have no backward")
"""


def test_a_backward_that_declines_leaves_the_forward_to_be_judged(tmp_path: Path, oracle: Oracle) -> None:
    """And that alone: no check of gradients passes on nothing, and it is said."""
    told = judged(tmp_path, oracle, ONLY_FORWARD)
    assert told.summary.is_clean
    passed = {result.check for result in told.results if result.status == Status.PASSED}
    assert {"interface", "forward", "determinism", "purity"} <= passed
    assert passed.isdisjoint({"gradient", "finite_difference"})
    (note,) = told.notes
    assert note == (
        "relu: the adapter declines relu_backward in 12 of 13 cases, what comes before is judged: "
        "these functions have no backward"
    )


def test_a_mistake_in_a_forward_without_backward_is_found(tmp_path: Path, oracle: Oracle) -> None:
    """Planted: it excuses nothing of what comes before."""
    told = judged(tmp_path, oracle, ONLY_FORWARD, body="return x * 2")
    assert "forward" in bad_checks({result.check: result for result in told.results})
