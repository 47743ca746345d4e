"""Live answers beside recorded ones: the values are torch's, the yardstick of the very same case is read."""

import pytest

from gradproof.conformance.oracle import yardstick
from gradproof.conformance.oracle.computed import computed_answer
from gradproof.conformance.oracle.oracle import GoldenOracle, TorchOracle, pick
from gradproof.conformance.spec.cases import Case
from gradproof.conformance.spec.contract import Answer
from gradproof.conformance.spec.contracts import contract_named

AFFINE = TorchOracle().cases(contract_named("affine"), count=1)[0]
KNOWN = GoldenOracle.open(None, None).answer(AFFINE)


def _not_measured(case: Case) -> list[Case]:
    raise AssertionError(f"{case.id} is measured")


@pytest.mark.needs_torch
def test_the_yardstick_of_a_recorded_case_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """And its values are computed."""
    monkeypatch.setattr(yardstick, "moved_by_an_ulp", _not_measured)
    answer = pick("torch", None, None).answer(AFFINE)
    assert {name: unit.tolist() for name, unit in answer.units.items()} == {
        name: unit.tolist() for name, unit in KNOWN.units.items()
    }
    assert not any(value is KNOWN.values[name] for name, value in answer.values.items())


@pytest.mark.needs_torch
@pytest.mark.parametrize("seed", [None, 7])
def test_another_case_is_measured(seed: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that differs in the last bit, and one of another seed."""
    monkeypatch.setattr(yardstick, "moved_by_an_ulp", _not_measured)
    oracle = pick("torch", seed, None)
    case = oracle.cases(contract_named("affine"), AFFINE.dialect, 1)[0]
    with pytest.raises(AssertionError, match="is measured"):
        oracle.answer(case.with_inputs({**case.inputs, "x": case["x"] * (1 + 2.0**-51)}))


@pytest.mark.needs_torch
def test_of_other_values_the_yardstick_is_measured() -> None:
    """A recorded answer that torch does not give says nothing."""
    wrong = Answer({**KNOWN.values, "dw": KNOWN.values["dw"] + 1}, KNOWN.units)
    assert computed_answer(AFFINE, KNOWN).units is KNOWN.units
    assert computed_answer(AFFINE, wrong).units is not KNOWN.units
