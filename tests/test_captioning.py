"""Networks that write captions: what a submission of that class may look like, and what is asked of it."""

import numpy as np
import pytest
from conftest import bad_checks, local_session

from gradproof import impl
from gradproof.conformance.checks.results import Result
from gradproof.conformance.engine.runner import Plan, gather, judge
from gradproof.conformance.oracle.oracle import GoldenOracle
from gradproof.conformance.spec.cases import draw_case
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.contracts.captioning import END, MARGIN, NULL, written


def judged(cls: type, contract: str) -> dict[str, Result]:
    """The results of a class by one contract, check by check."""
    row, oracle = contract_named(contract), GoldenOracle.open(None, None)
    plan = Plan((row,), cases=6)
    return {r.check: r for r in judge(gather(row, local_session({"CaptioningRNN": cls}), oracle, plan), oracle, plan)}


@pytest.mark.parametrize("cell", ["rnn", "lstm"])
def test_no_word_of_a_case_is_chosen_by_a_hair(cell: str) -> None:
    """Nor is any of them <NULL> or <END>, after which a text may go on or not."""
    for index in range(8):
        case = draw_case(contract_named(f"caption_sampling_{cell}"), 5, index)
        words, margin = written(case)
        assert margin > MARGIN / 2
        assert not {NULL, END} & {*words.ravel()}


def test_sampling_alone_may_be_wrong() -> None:
    """Who writes <START> first loses the sampling, not the loss."""

    class Late(impl.CaptioningRNN):
        def sample(self, features, max_length=30):
            said = super().sample(features, max_length)
            return np.concatenate([np.full((len(said), 1), self._start), said[:, :-1]], axis=1)

    assert judged(Late, "caption_sampling_rnn")["forward"].diagnosis == "caption_sampling_rnn:start_is_written_first"
    assert bad_checks(judged(Late, "captioning_rnn")) == set()


def test_a_gradient_that_is_not_there_is_told() -> None:
    """By its key, as with any network."""

    class Lacking(impl.CaptioningRNN):
        def loss(self, features, captions):
            loss, grads = super().loss(features, captions)
            return loss, {name: value for name, value in grads.items() if name != "Wh"}

    assert "'Wh'" in judged(Lacking, "captioning_lstm")["gradient"].message


def test_impl_knows_two_cells() -> None:
    """Another is refused by its name."""
    with pytest.raises(ValueError, match="cell_type is 'gru', expected 'rnn' or 'lstm'"):
        impl.CaptioningRNN({"<NULL>": 0, "<START>": 1}, cell_type="gru")


def started(weights, biases=np.zeros) -> dict[str, Result]:
    """The results of a network whose weights and biases start at what these functions of a shape give."""

    class Started(impl.CaptioningRNN):
        def __init__(self, *given, **settings):
            super().__init__(*given, **settings)
            for name, w in self.params.items():
                self.params[name] = np.asarray(weights(w.shape) if w.ndim > 1 else biases(w.shape), w.dtype)

    return judged(Started, "captioning_lstm")


def test_weights_may_start_as_torch_draws_them() -> None:
    """Uniform values as small as the root of the inputs says are random, around 0, and of a size that is known."""
    rng = np.random.default_rng(3)
    assert bad_checks(started(lambda shape: rng.uniform(-1, 1, shape) / shape[0] ** 0.5)) == set()


def test_weights_that_are_not_scaled_are_told() -> None:
    """By name: what is standard normal saturates the cell."""
    rng = np.random.default_rng(4)
    told = started(rng.standard_normal)
    assert told["interface"].diagnosis == "captioning_rnn:weights_not_divided_by_the_root"


def test_biases_that_do_not_start_at_0_are_told() -> None:
    """Those of an LSTM aside, whose forget gate may begin open."""
    assert (
        "b_proj" in started(lambda shape: np.random.default_rng(5).normal(0, 0.2, shape), np.ones)["interface"].message
    )
