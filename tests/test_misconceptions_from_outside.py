"""``@misconception``: a mistake of a contract from outside is told by its name."""

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from conftest import Functions

import gradproof as gp
from gradproof.conformance.diagnosis.misconceptions import misconceptions_of
from gradproof.conformance.errors import ContractFileError
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.contracts import contract_named, visiting
from gradproof.conformance.spec.open_row.files import found, known

pytestmark = pytest.mark.needs_torch

EXAMPLES = Path(__file__).resolve().parent.parent / "examples" / "contracts"
GELU, MISTAKES = EXAMPLES / "gelu.py", EXAMPLES / "gelu_mistakes.py"


@pytest.fixture(autouse=True)
def _known_for_a_test() -> Iterator[None]:
    with visiting():
        yield


def phi(x):
    """The normal distribution."""
    return np.vectorize(lambda each: (1 + math.erf(each / 2**0.5)) / 2, otypes=[x.dtype])(x)


def density(x):
    """Its derivative."""
    return np.exp(-(x**2) / 2) / (2 * np.pi) ** 0.5


RIGHT: Functions = {
    "erf_gelu_forward": lambda x: (x * phi(x), x),
    "erf_gelu_backward": lambda dout, x: dout * (phi(x) + x * density(x)),
}
C = (2 / np.pi) ** 0.5


def by_tanh(x):
    """GELU, approximated."""
    t = np.tanh(C * (x + 0.044715 * x**3))
    return 0.5 * x * (1 + t), (x, t)


def by_tanh_backward(dout, cache):
    """Its derivative."""
    x, t = cache
    return dout * (0.5 * (1 + t) + 0.5 * x * (1 - t**2) * C * (1 + 3 * 0.044715 * x**2))


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"erf_gelu_forward": by_tanh, "erf_gelu_backward": by_tanh_backward}, "erf_gelu:approximated_by_tanh"),
        ({"erf_gelu_backward": lambda dout, x: dout * phi(x)}, "erf_gelu:gate_is_held_constant"),
        ({"erf_gelu_backward": lambda dout, x: phi(x) + x * density(x)}, "erf_gelu:dout_is_left_out"),
    ],
)
def test_a_mistake_from_outside_is_named(wrong: Functions, name: str) -> None:
    """A torch function with the mistake, a detached path of the gradient, a wrong function in NumPy."""
    run = gp.check({**RIGHT, **wrong}, only="erf_gelu", contracts=[GELU, MISTAKES], cases=4, oracle="torch")
    assert {each.diagnosis for each in run.failures} == {name}
    (says,) = {each.says for each in _of_gelu() if each.id == name}
    assert says in repr(run)


def _of_gelu() -> tuple[object, ...]:
    known([GELU, MISTAKES])
    return misconceptions_of("erf_gelu")


def test_what_is_wrong_otherwise_is_not_named() -> None:
    """Nor is right code accused."""
    wrong = {**RIGHT, "erf_gelu_backward": lambda dout, x: dout * (phi(x) + 2 * x * density(x))}
    run = gp.check(wrong, only="erf_gelu", contracts=[GELU, MISTAKES], cases=4, oracle="torch")
    assert {each.diagnosis for each in run.failures} == {None}
    assert gp.check(RIGHT, only="erf_gelu", contracts=[GELU, MISTAKES], cases=4, oracle="torch").passed


def test_a_step_with_state_is_imitated() -> None:
    """The functions that a mistake leaves alone are right: results, gradients and what the state becomes."""
    found([EXAMPLES / "recurrent.py"])

    @gp.misconception("cell", "Your gates are not what you say.")
    def other_gates():
        return {"cell_backward": lambda *upstream_and_cache: None}

    cell = contract_named("cell")
    mine = dict(other_gates.functions_for(cell))
    del mine["cell_backward"]
    run = gp.check({**mine}, only="cell", cases=4, oracle="torch")
    assert {each.contract for each in run.failures if each.check in ("forward", "running_statistics")} == set()


def test_a_mistake_of_one_of_gradproofs_own_is_told_too() -> None:
    """By functions; there is no torch function to put another in the place of."""

    @gp.misconception("relu", "You keep what is below -1.")
    def below_minus_one():
        return {"relu_forward": lambda x: (np.where(x < -1, x, np.maximum(x, 0)), x)}

    known([below_minus_one])
    assert "relu:below_minus_one" in [each.id for each in misconceptions_of("relu")]


@pytest.mark.parametrize(
    ("of", "says", "complaint"),
    [
        ("erf_gleu", "You ...", r"misconception wrong: no contract is called 'erf_gleu'; did you mean 'erf_gelu'"),
        (7, "You ...", "it is of 7, expected a contract or the name of one"),
        ("erf_gelu", " ", "expected a sentence to the student"),
    ],
)
def test_a_mistake_that_cannot_be_told_is_refused_with_its_line(of: str, says: str, complaint: str) -> None:
    """Before anything is judged."""
    known([GELU])

    def wrong(x):
        return x

    with pytest.raises(ContractFileError, match=rf"{Path(__file__).name}:\d+: .*{complaint}"):
        known([gp.misconception(of, says)(wrong)])


@pytest.mark.parametrize(
    ("contract", "function", "complaint"),
    [
        ("erf_gelu", dict, "it gives nothing, expected a dict of some of erf_gelu_forward, erf_gelu_backward"),
        ("erf_gelu", lambda: {"erf_gelu": abs}, "it gives erf_gelu, expected"),
        ("relu", lambda x: x, "relu is no torch function: let it take nothing"),
    ],
)
def test_functions_that_a_contract_has_not_are_refused(contract: str, function: object, complaint: str) -> None:
    """When they are first made."""
    known([GELU])

    def wrong():
        return function()  # type: ignore[operator]

    mistake = gp.misconception(contract, "You ...")(function if contract == "relu" else wrong)  # type: ignore[arg-type]
    row: Contract = contract_named(contract)
    with pytest.raises(ContractFileError, match=complaint):
        mistake.functions_for(row)
