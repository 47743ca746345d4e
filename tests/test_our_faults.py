"""Faults planted in our own code: what cannot be judged is broken, costs nobody a point, and is no traceback."""

from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Functions, local_session

from gradproof.conformance.checks.results import Result, Run, Status
from gradproof.conformance.engine import attribution as attributions
from gradproof.conformance.engine.runner import Plan, run
from gradproof.conformance.errors import Broken
from gradproof.conformance.harness.caller import Observed
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.sandbox import control
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.findings import Kind, found

RELU = contract_named("relu")
POINTS = {"relu": {"forward": 2.0, "gradient": 3.0}, "affine": {"forward": 4.0}}
LAYERS = """
import numpy as np


def relu_forward(x):
    return np.maximum(x, 0), x


def relu_backward(dout, cache):
    return dout * (cache > 0)


def affine_forward(x, w, b):
    return x.reshape(len(x), -1) @ w + b, (x, w)


def affine_backward(dout, cache):
    x, w = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(len(x), -1).T @ dout, dout.sum(axis=0)
"""


def planted_exercise(subject, case):
    """Planted: our own code fails after the first call."""
    subject.call("relu_forward", case.inputs["x"])
    yield "out", case.inputs["no such input"]


def planted_properties(_case, _observed):
    """Planted: what a contract asks beyond values fails on what it sees."""
    raise ZeroDivisionError("planted")


def judged(contract: Contract, functions: Functions, oracle: Oracle) -> Run:
    """A run on a planted contract, and on affine, which is whole."""
    plan = Plan((contract, contract_named("affine")), cases=6, points=POINTS)
    return run("it", local_session(functions), oracle, plan)


def of(found_by: Run, contract: str) -> list[Result]:
    """The results of a contract."""
    return [result for result in found_by.results if result.contract == contract]


@pytest.mark.parametrize(
    "planted", [replace(RELU, exercise=planted_exercise), replace(RELU, properties=planted_properties)]
)
def test_what_our_own_code_cannot_judge_is_broken(planted: Contract, impl_functions: Functions, oracle: Oracle) -> None:
    """Its points are neither earned nor lost, and those of others stand."""
    report = judged(planted, impl_functions, oracle)
    broken = [result for result in of(report, "relu") if result.status == Status.BROKEN]
    assert {"forward", "gradient"} <= {result.check for result in broken}
    assert all("gradproof itself failed" in result.message for result in broken)
    assert not any(result.status.is_bad or result.status == Status.BROKEN for result in of(report, "affine"))
    summary = report.summary
    assert (summary.score, summary.max_score, summary.unjudged) == (4.0, 4.0, 5.0)
    assert summary.failed + summary.errored + summary.timed_out == 0
    assert summary.broken >= 2
    assert not summary.is_clean


def test_the_line_of_our_own_that_failed_is_told(impl_functions: Functions, oracle: Oracle) -> None:
    """For the maintainer, who was not there."""
    result = of(judged(replace(RELU, exercise=planted_exercise), impl_functions, oracle), "relu")[0]
    exception = result.findings[0].exception
    assert (exception.type, exception.file) == ("KeyError", Path(__file__).name)
    assert exception.line == planted_exercise.__code__.co_firstlineno + 3


def test_a_fault_of_one_check_breaks_that_check_alone(
    impl_functions: Functions, oracle: Oracle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted in purity."""
    monkeypatch.setattr("gradproof.conformance.checks.invariants._written_arguments", lambda _observed: 1 / 0)
    report = judged(RELU, impl_functions, oracle)
    assert {r.check for r in report.results if r.status == Status.BROKEN} == {"purity"}
    assert (report.summary.score, report.summary.max_score, report.summary.unjudged) == (9.0, 9.0, 0.0)


def test_a_fault_of_the_diagnosis_costs_the_name_and_nothing_else(
    impl_functions: Functions, oracle: Oracle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A submission that upsets it escapes nothing by that."""
    monkeypatch.setattr(attributions, "by_mistake", lambda *_: 1 / 0)
    wrong = {**impl_functions, "relu_backward": lambda dout, _cache: dout}
    failed = {r.check: r for r in of(judged(RELU, wrong, oracle), "relu") if r.status.is_bad}
    assert "gradient" in failed
    assert "failed as it looked for the mistake" in next(iter(failed.values())).message


def test_a_fault_as_blame_is_found_charges_nobody(
    impl_functions: Functions, oracle: Oracle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether a layer below explains a failure is not known then."""
    monkeypatch.setattr(attributions, "attribute", lambda *_: 1 / 0)
    report = judged(RELU, impl_functions, oracle)
    assert {result.status for result in report.results} == {Status.BROKEN}


def test_a_donor_that_fails_is_ours(impl_functions: Functions, oracle: Oracle, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: proven layers of which one is not there. Whoever needed it is not charged."""
    monkeypatch.setattr("gradproof.conformance.harness.session.donor", dict)
    session = local_session(impl_functions)
    session.transplanted = ("affine_forward",)
    case = oracle.cases(RELU, Plan(()).dialect, 1)[0]
    assert session.run(RELU, case).error.kind == Kind.HARNESS
    assert session.probe(RELU, case, {"x": case.inputs["x"][None]}).kind == Kind.HARNESS


class Sly:
    """A result whose looks raise an error, in the submission's own code."""

    @property
    def __class__(self):
        """Asked by isinstance."""
        raise ValueError("mine")


def test_what_a_submissions_objects_raise_is_the_submissions(impl_functions: Functions, oracle: Oracle) -> None:
    """Though our own frames were looking at them."""
    sly = {**impl_functions, "relu_forward": lambda x: (Sly(), x)}
    report = judged(RELU, sly, oracle)
    assert Status.BROKEN not in {result.status for result in report.results}
    assert report.summary.score < 9


# A claim is no proof.


class Proven:
    """A session on proven code, that ends as planned."""

    def __init__(self, kind: Kind | None) -> None:
        self.inventory = type("Inventory", (), {"functions": {"relu_forward": "", "relu_backward": ""}})
        self.transplanted: tuple[str, ...] = ()
        self.error = None if kind is None else found(kind, function="relu_forward", how="exit", code=1)

    def run(self, *_: object) -> Observed:
        """Nothing but the end."""
        return Observed({}, error=self.error)

    def close(self) -> None:
        """Nothing to end."""


@pytest.mark.parametrize(
    ("claim", "proven", "counts"),
    [
        (Kind.HARNESS, None, Kind.UPSET),
        (Kind.HARNESS, Kind.RAISED, Kind.UPSET),
        (Kind.HARNESS, Kind.HARNESS, Kind.HARNESS),
        (Kind.DIED, None, Kind.DIED),
        (Kind.DIED, Kind.HARNESS, Kind.HARNESS),
        (Kind.DIED, Kind.DIED, Kind.HARNESS),
        (Kind.RAISED, Kind.HARNESS, Kind.RAISED),
        (Kind.TIMED_OUT, Kind.HARNESS, Kind.TIMED_OUT),
    ],
)
def test_only_what_ends_as_badly_beside_proven_code_is_ours(claim: Kind, proven: Kind | None, counts: Kind) -> None:
    """Whatever the submission's process says."""
    said = found(claim, function="relu_forward", how="exit", code=1)
    told = control.confirmed(said, RELU, lambda session: session.run().error, start=lambda: Proven(proven))
    assert (told.kind, told.function) == (counts, "relu_forward")


def test_where_no_proven_code_offers_a_contract_nothing_is_shown() -> None:
    """The submission is charged, and told that it was not tried."""
    said = found(Kind.HARNESS, function="affine_forward")
    told = control.confirmed(said, contract_named("affine"), lambda _: 1 / 0, start=lambda: Proven(Kind.HARNESS))
    assert (told.kind, told["tried"]) == (Kind.UPSET, False)


def test_a_machine_that_cannot_run_proven_code_judges_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """No one is charged for that."""
    from gradproof.conformance.errors import SubmissionUnusable

    class Lost(Proven):
        @property
        def inventory(self):
            raise SubmissionUnusable("importing it took longer than 30 s")

        @inventory.setter
        def inventory(self, _value): ...

    with pytest.raises(Broken, match="proven code cannot be run here"):
        control.confirmed(found(Kind.DIED, function="f"), RELU, lambda _: None, start=lambda: Lost(None))


def test_proven_code_is_judged_without_proof(tmp_path: Path) -> None:
    """What ends our own code is told as it is: nobody is asked who is asked himself."""
    (tmp_path / "layers.py").write_text(LAYERS.replace("return np.maximum(x, 0), x", "__import__('os')._exit(0)"))
    case = case_of(RELU)
    with Sandbox(tmp_path / "layers.py", is_proven=True) as session:
        assert session.run(RELU, case).error.kind == Kind.DIED


def case_of(contract: Contract):
    """Its first case."""
    from gradproof.conformance.spec.cases import draw_case

    return draw_case(contract, 0, 0)
