"""Where no known mistake fits, the report says how the values are wrong. Each rule is tested by a planted fault."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from conftest import Functions, local_session

from gradproof import impl
from gradproof.conformance.diagnosis import error_patterns
from gradproof.conformance.diagnosis.error_patterns import Seen
from gradproof.conformance.engine.runner import Plan, gather
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.spec.cases import Case
from gradproof.conformance.spec.contracts import contract_named

pytestmark = pytest.mark.usefixtures("without_names")

Told = Callable[..., str]


@pytest.fixture
def told(oracle: Oracle, impl_functions: Functions) -> Told:
    """What is said of impl with some functions replaced: ``told("relu", "gradient", relu_backward=wrong)``."""

    def described(contract: str, check: str, **replaced: Callable[..., Any]) -> str:
        session = local_session({**impl_functions, **replaced})
        row = contract_named(contract)
        return error_patterns.of(check, gather(row, session, oracle, Plan((row,))))

    return described


def backward(change: Callable[..., Mapping[str, Any]]) -> Callable[..., Any]:
    """affine_backward with some gradients changed: given dx, dw, db and x, w, a dictionary of others."""

    def affine_backward(dout, cache):
        dx, dw, db = impl.affine_backward(dout, cache)
        x, w = cache[:2]
        changed = {"dx": dx, "dw": dw, "db": db} | change(dx=dx, dw=dw, db=db, x=x, w=w)
        return changed["dx"], changed["dw"], changed["db"]

    return affine_backward


def only_the_first_row(dx, **_):
    wrong = 7 * np.abs(dx) + 1
    wrong[0] = dx[0]
    return {"dx": wrong}


def all_but_the_first_row(dx, **_):
    wrong = dx.copy()
    wrong[0] = 7 * np.abs(dx[0]) + 1
    return {"dx": wrong}


def all_but_the_last_column(dw, **_):
    wrong = dw.copy()
    wrong[:, -1] = 7 * np.abs(dw[:, -1]) + 1
    return {"dw": wrong}


def only_for_one(dx, **_):
    return {"dx": dx if len(dx) == 1 else dx + np.sin(np.arange(dx.size)).reshape(dx.shape).astype(dx.dtype)}


PLANTED = {
    "db is 0 everywhere": lambda db, **_: {"db": 0 * db},
    "dw is not a number where it is wrong": lambda dw, **_: {"dw": np.where(dw > 0, np.nan, dw).astype(dw.dtype)},
    "dw is w itself": lambda w, **_: {"dw": w.copy()},
    "db is 2 times what it should be": lambda db, **_: {"db": 2 * db},
    "db is -1 times what it should be": lambda db, **_: {"db": -db},
    "db is N times what it should be, N the size of the batch": lambda db, x, **_: {"db": len(x) * db},
    "db is 1/N times what it should be, N the size of the batch": lambda db, x, **_: {"db": db / len(x)},
    "dx is (N-1)/N times what it should be, N the size of the batch": (
        lambda dx, **_: {"dx": dx * (len(dx) - 1) / len(dx)}
    ),
    "dx is 5.5 times what it should be, in every case": lambda dx, **_: {"dx": 5.5 * dx},
    "dx has its rows in reverse order": lambda dx, **_: {"dx": dx[::-1].copy()},
    "dw has its columns in reverse order": lambda dw, **_: {"dw": dw[:, ::-1].copy()},
    "dx has the right rows in another order": lambda dx, **_: {"dx": np.roll(dx, 1, axis=0)},
    "dw lacks w": lambda dw, w, **_: {"dw": dw - w},
    "dw has one time too many 2 * w": lambda dw, w, **_: {"dw": dw + 2 * w},
    "db is right but for one and the same number, added everywhere": lambda db, **_: {"db": db + db.dtype.type(0.5)},
    "dx is right in its first row only": only_the_first_row,
    "dx is wrong in its first row only": all_but_the_first_row,
    "dw is wrong in its last column only": all_but_the_last_column,
    "dx is right for a batch of one and wrong for every other": only_for_one,
}


@pytest.mark.parametrize("words", PLANTED)
def test_what_wrong_gradients_have_in_common_is_said(told: Told, words: str) -> None:
    """A factor, an order, a term, an offset or a place, if all wrong values have it."""
    assert told("affine", "gradient", affine_backward=backward(PLANTED[words])) == words


def test_a_bias_that_is_left_out_is_a_term_that_is_lacking(told: Told) -> None:
    """A row that is added to every row is found as well."""

    def affine_forward(x, w, b):
        out, cache = impl.affine_forward(x, w, b)
        return out - b, cache

    assert told("affine", "forward", affine_forward=affine_forward) == "out lacks b"


def steps_of(state: Callable[[Any, int], Any]) -> Callable[..., Any]:
    """rnn_forward whose states are made of the right ones."""

    def rnn_forward(x, h0, Wx, Wh, b):
        h, cache = impl.rnn_forward(x, h0, Wx, Wh, b)
        return np.stack([state(h, t) for t in range(h.shape[1])], axis=1), cache

    return rnn_forward


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("h[:, t] is for every t what only h[:, -1] should be", lambda h, _t: h[:, -1]),
        ("h[:, t] is for every t what only h[:, 0] should be", lambda h, _t: h[:, 0]),
        ("of h only h[:, 0] is right", lambda h, t: h[:, t] + h.dtype.type(np.sin(t))),
        ("of h only h[:, -1] is wrong", lambda h, t: h[:, t] * h.dtype.type(np.cos(3 * (t + 1 == h.shape[1])))),
    ],
)
def test_which_steps_of_a_sequence_are_wrong_is_said(told: Told, words: str, state: Callable[[Any, int], Any]) -> None:
    """One state that stands for all, and a state that is not handed on."""
    assert told("rnn", "forward", rnn_forward=steps_of(state)) == words


def test_what_came_in_is_recognised(told: Told) -> None:
    """A backward that hands its argument on."""
    assert told("tanh", "gradient", tanh_backward=lambda dout, cache: dout.copy()) == "dx is dout itself"


def test_an_option_is_recognised_as_a_factor(told: Told) -> None:
    """The keep probability, by the name that it has in the call."""

    def dropout_forward(x, dropout_param):
        out, cache = impl.dropout_forward(x, dropout_param)
        return (out * x.dtype.type(dropout_param["p"]) if dropout_param["mode"] == "train" else out), cache

    assert told("dropout", "dropout_scaling", dropout_forward=dropout_forward) == "out is p times what it should be"


def test_a_mistake_at_the_kink_alone_is_told_by_its_place(told: Told) -> None:
    """Relu's slope of 2 at 0."""

    def relu_backward(dout, cache):
        return np.where(cache == 0, 2 * dout, impl.relu_backward(dout, cache))

    assert told("relu", "gradient", relu_backward=relu_backward) == "dx is wrong only where x is 0"


def test_what_is_lost_in_float32_alone_is_told_so(told: Told) -> None:
    """An error of a millionth that double precision does not have."""

    def affine_forward(x, w, b):
        out, cache = impl.affine_forward(x, w, b)
        noise = 1 + 1e-3 * np.sin(np.arange(out.size)).reshape(out.shape).astype(out.dtype)
        return (out * noise if out.dtype == np.float32 else out), cache

    words = "out is right in float64; in float32 too many digits are lost"
    assert told("affine", "forward", affine_forward=affine_forward) == words


def test_what_is_wrong_with_two_layers_is_no_loss_of_digits(told: Told) -> None:
    """Cases with two blocks may all be of float32: that those of one block are right in float64 says nothing."""

    class TransformerLM(impl.TransformerLM):
        def loss(self, x, y=None):
            found = super().loss(x, y)
            return found if y is None or self.layers == 1 else (found[0], {k: 2 * v + 1 for k, v in found[1].items()})

    assert "float64" not in told("transformer_lm", "gradient", TransformerLM=TransformerLM)


def test_what_is_cut_off_is_told_with_the_limit(told: Told) -> None:
    """Gradients that are clipped where they are made."""
    clipped = backward(lambda dw, **_: {"dw": np.clip(dw, -0.5, 0.5)})
    assert told("affine", "gradient", affine_backward=clipped) == "dw is what is right, cut off at -0.5 and 0.5"


def test_an_error_that_grows_with_the_batch_is_told_so(told: Told) -> None:
    """A hundredth more for each sample."""

    def softmax_loss(x, y):
        loss, dx = impl.softmax_loss(x, y)
        return loss * (1 + 0.01 * len(y)), dx

    assert told("softmax_loss", "forward", softmax_loss=softmax_loss) == (
        "loss is the further off the larger the batch is"
    )


def test_a_shape_that_is_turned_round_is_told_so(told: Told) -> None:
    """Where the shape does not fit, the values are looked at the other way round."""
    wrong = backward(lambda dw, **_: {"dw": dw.T.copy()})
    assert told("affine", "interface", affine_backward=wrong) == "dw is transposed"


def seen(x: np.ndarray, got: np.ndarray, right: np.ndarray) -> list[Seen]:
    """One case of relu's gradient."""
    case = Case("relu", 0, 0, "ordinary", "float64", "C", {"x": x}, {})
    return [Seen("dx", case, got, right, np.full(right.shape, 1e-16), {})]


def test_a_square_that_is_transposed_is_told_so() -> None:
    """There the shape does not tell."""
    right = np.arange(1.0, 10.0).reshape(3, 3)
    wrong = seen(right, right.T, right)
    assert error_patterns.is_transposed(wrong, wrong) == f"{wrong[0].name} is transposed"


def test_a_mistake_at_ties_alone_is_told_by_its_place() -> None:
    """Both of two equal values in a row get what one of them should."""
    x = np.array([[1.0, 1.0, 3.0, 4.0], [2.0, 5.0, 5.0, 7.0]])
    right = np.arange(1.0, 9.0).reshape(2, 4)
    wrong = seen(x, np.where([[1, 1, 0, 0], [0, 1, 1, 0]], -right, right), right)
    words = f"{wrong[0].name} is wrong only where x has the same value twice in a row"
    assert error_patterns.is_wrong_at_zeros_or_ties(wrong, wrong) == words


def test_nothing_is_said_where_no_rule_holds(told: Told) -> None:
    """Values that are wrong in no way in particular."""
    wrong = backward(lambda dw, **_: {"dw": np.sin(7 * dw).astype(dw.dtype)})
    assert told("affine", "gradient", affine_backward=wrong) == ""


def test_a_rule_must_hold_in_every_wrong_case(told: Told) -> None:
    """A factor that is 2 here and 3 there is none."""
    wrong = backward(lambda dw, **_: {"dw": dw * (2 + len(dw) % 2)})
    assert told("affine", "gradient", affine_backward=wrong) == ""


def test_options_may_be_lists(oracle: Oracle, impl_functions: Functions) -> None:
    """As a stride for rows and one for columns is: whether digits are lost is asked of cases of the same kind."""
    row = contract_named("conv_extended")
    exam = gather(row, local_session(impl_functions), oracle, Plan((row,)))
    cases = [record.case for record in exam.records]
    assert any(isinstance(option, list) for case in cases for option in case.scalar_options().values())
    seen = [Seen("out", case, np.ones(1), np.ones(1), np.ones(1), {}) for case in cases]
    assert error_patterns.is_wrong_in_float32(seen[:1], seen) == ""
