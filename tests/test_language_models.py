"""Language models: what is asked of a submission's, and what ``gradproof train`` makes of impl's."""

from functools import partial

import numpy as np
import pytest
from conftest import bad_checks, local_session

from gradproof import impl
from gradproof.conformance.checks.results import Result
from gradproof.conformance.engine.runner import Plan, gather, judge
from gradproof.conformance.errors import UsageError
from gradproof.conformance.oracle.oracle import GoldenOracle
from gradproof.conformance.spec.cases import draw_case
from gradproof.conformance.spec.contracts import contract_named, transformer_lm
from gradproof.conformance.spec.contracts.networks.language import MARGIN, UNCOUNTED, written
from gradproof.conformance.training import sequences
from gradproof.impl.char_rnn import next_word_loss


def judged(cls: type, contract: str, cases: int = 8) -> dict[str, Result]:
    """The results of a class by one contract, check by check."""
    row, oracle = contract_named(contract), GoldenOracle.open(None, None)
    plan, name = Plan((row,), cases=cases), cls.__mro__[-2].__name__
    return {r.check: r for r in judge(gather(row, local_session({name: cls}), oracle, plan), oracle, plan)}


def test_no_word_of_a_case_is_chosen_by_a_hair() -> None:
    """Rounding may not decide what is written."""
    for index in range(6):
        case = draw_case(contract_named("transformer_sampling"), 5, index)
        options = case.scalar_options()
        scores = partial(transformer_lm.scores_of, case.inputs, options["heads"], options["layers"])
        assert written(scores, case["prompt"], options["length"])[1] > MARGIN / 2


def test_what_is_not_asked_has_no_gradient() -> None:
    """Where y is -1 the scores may be anything."""
    scores = np.random.default_rng(1).standard_normal((2, 3, 4))
    loss, dscores = next_word_loss(scores, np.array([[1, UNCOUNTED, 2], [UNCOUNTED, UNCOUNTED, 0]]))
    assert (dscores == 0).all(axis=2).tolist() == [[False, True, False], [True, True, False]]
    assert loss > 0


def test_a_model_asked_for_nothing_says_so() -> None:
    """A mean of nothing is no number."""
    with pytest.raises(ValueError, match="y is -1 throughout, expected a word to predict"):
        impl.TransformerLM(3, 4, 2, 1).loss(np.zeros((1, 2), int), np.full((1, 2), UNCOUNTED))


@pytest.mark.parametrize(("width", "heads"), [(5, 1), (6, 4), (4, 0)])
def test_a_transformer_is_as_wide_as_its_heads_and_positions_ask(width: int, heads: int) -> None:
    """Even, and a multiple of the heads."""
    with pytest.raises(ValueError, match="expected an even width and a divisor of it"):
        impl.TransformerLM(3, width, heads)


def test_impl_knows_two_cells() -> None:
    """Another is refused by its name."""
    with pytest.raises(ValueError, match="cell_type is 'gru', expected 'rnn' or 'lstm'"):
        impl.CharRNN(3, cell_type="gru")


def test_a_transformer_that_sees_the_future_is_told() -> None:
    """The mask is left out wherever the text calls the attention."""

    class Blind(impl.TransformerLM):
        def _block(self, h, i):
            tril, np.tril = np.tril, np.ones_like
            try:
                return super()._block(h, i)
            finally:
                np.tril = tril

    assert judged(Blind, "transformer_lm")["forward"].diagnosis == "transformer_lm:no_causal_mask"


def test_what_a_model_keeps_of_a_call_is_seen_in_the_next() -> None:
    """Gradients that nobody empties, and a state that is not begun anew."""

    class CharRNN(impl.CharRNN):
        def loss(self, x, y=None):
            value = super().loss(x, y)
            if y is None:
                return value
            loss, grads = value
            self.grads = {name: each + getattr(self, "grads", {}).get(name, 0) for name, each in grads.items()}
            return loss, self.grads

        def sample(self, prompt, length):
            texts = np.concatenate((getattr(self, "text", prompt[:, :0]), prompt), axis=1)
            self.text = prompt
            return super().sample(texts, length)

    assert bad_checks(judged(CharRNN, "char_rnn")) == {"gradient"}
    assert bad_checks(judged(CharRNN, "char_sampling_rnn")) == {"forward"}


def test_writing_alone_may_be_wrong() -> None:
    """Who returns the prompt too loses what is written, not the loss."""

    class Whole(impl.CharRNN):
        def sample(self, prompt, length, choose=None):
            return np.hstack([prompt, super().sample(prompt, length)])

    assert judged(Whole, "char_sampling_lstm")["interface"].diagnosis == "char_sampling_rnn:prompt_returned_too"
    assert bad_checks(judged(Whole, "char_rnn")) == set()


def test_letters_are_asked_in_their_order_after_the_bar() -> None:
    """Copied or reversed; before the bar nothing is asked."""
    for name, step in (("copy", 1), ("reverse", -1)):
        data = sequences.sequences(name, 6)
        assert np.array_equal(data.y_val[:, 3:], data.X_val[:, :3][:, ::step])
        assert (data.y_val[:, :3] == UNCOUNTED).all()
        assert {data.words[i] for i in data.X_val[:, 3]} == {"|"}


def test_a_text_asks_for_its_next_character() -> None:
    """In pieces; the end of the text is what the model is tested on."""
    data = sequences.of_text("abcd" * 50, 5)
    assert data.words == ("a", "b", "c", "d")
    assert np.array_equal(data.y_train.ravel()[:-1], data.X_train.ravel()[1:])
    assert len(data.X_train) + len(data.X_val) + len(data.X_test) == 39


def test_a_text_that_is_too_short_is_refused() -> None:
    """With what to do."""
    with pytest.raises(UsageError, match="40 characters are too few for pieces of 32; give a smaller --length"):
        sequences.of_text("abcd" * 10, 32)


def test_a_training_that_forgets_the_momentum_is_seen() -> None:
    """Its first step is right, and its losses part from torch's soon after."""

    def sgd_momentum(w, dw, config=None):
        return impl.sgd(w, dw, {"learning_rate": config["learning_rate"]})[0], config

    row, oracle = contract_named("char_training"), GoldenOracle.open(None, None)
    session = local_session({"CharRNN": impl.CharRNN, "sgd_momentum": sgd_momentum})
    plan = Plan((row,), cases=3)
    results = judge(gather(row, session, oracle, plan), oracle, plan)
    assert "losses" in next(r.message for r in results if r.check == "training" and r.status.is_bad)
