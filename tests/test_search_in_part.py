"""What is taken of one sample, what is not transposed, what explains a part of what is wrong, and says no more."""

from dataclasses import replace

import numpy as np
from conftest import Functions, Judge, hinted, local_session

from gradproof import impl
from gradproof.conformance.engine.runner import Plan, gather, judge
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.conventions import DEFAULT


def test_the_first_for_the_sum_of_all_is_named(judge_impl: Judge) -> None:
    """The rows of positions learn from the first sample alone."""

    def backward(dout, cache):
        dx, dw = impl.learned_positions_backward(dout, cache)
        dw[: dout.shape[1]] = dout[0]
        return dx, dw

    assert "`dout[0]` in place of `dout.sum(axis=0)`" in hinted(
        judge_impl("learned_positions", learned_positions_backward=backward)
    )


def test_the_root_of_a_count_as_a_factor_is_named(judge_impl: Judge) -> None:
    """The vectors are made longer by the root of their width before positions are added."""

    def forward(x):
        return impl.positional_encoding_forward(x)[0] + x * (x.shape[2] ** 0.5 - 1), x.shape

    assert "`x * D ** 0.5` in place of `x`" in hinted(
        judge_impl("positional_encoding", positional_encoding_forward=forward)
    )


def test_weights_that_are_not_transposed_are_named(judge_impl: Judge) -> None:
    """It raises where there are not as many queries as keys, and is wrong where there are."""

    def backward(dout, cache):
        dq, dk, _ = impl.attention_backward(dout, cache)
        return dq, dk, cache[3] @ dout

    assert "without transposing: `weights`" in hinted(judge_impl("attention", attention_backward=backward))


def test_what_explains_a_part_is_told_as_a_part(judge_impl: Judge) -> None:
    """Dk lacks the root; what is wrong with dv is on no list, and the name says that it is not told."""

    def backward(dout, cache):
        dq, dk, dv = impl.attention_backward(dout, cache)
        return dq, dk * cache[0].shape[-1] ** 0.5, np.cumsum(dv, axis=-2) ** 3 + 0.3

    words = hinted(judge_impl("attention", attention_backward=backward))
    assert "Your dk is what" in words
    assert words.endswith("What is wrong with dv this does not explain.")


def test_a_known_mistake_is_named_beside_another(judge_impl: Judge) -> None:
    """The scores are rectified; that the hidden relu is forgotten on the way back is a second mistake, and not it."""

    class TwoLayerNet(impl.TwoLayerNet):
        def loss(self, X, y=None):
            w1, b1, w2, b2 = (self.params[name] for name in ("W1", "b1", "W2", "b2"))
            x = X.reshape(len(X), -1).astype(w1.dtype)
            hidden = np.maximum(x @ w1 + b1, 0)
            scores = np.maximum(hidden @ w2 + b2, 0)
            if y is None:
                return scores
            loss, dscores = impl.softmax_loss(scores, y)
            dscores = dscores * (scores > 0)
            dhidden = dscores @ w2.T
            penalty = 0.5 * self.reg * ((w1**2).sum() + (w2**2).sum())
            dw1, dw2 = x.T @ dhidden + self.reg * w1, hidden.T @ dscores + self.reg * w2
            return loss + penalty, {"W1": dw1, "b1": dhidden.sum(0), "W2": dw2, "b2": dscores.sum(0)}

    results = judge_impl("two_layer_net", TwoLayerNet=TwoLayerNet)
    assert "You rectify the scores" in results["forward"].hint
    assert results["gradient"].status.is_bad
    assert results["gradient"].diagnosis is None


def test_what_explains_no_observation_whole_is_no_name(judge_impl: Judge) -> None:
    """A mean in half of the cases alone is no mean."""

    def backward(dout, cache):
        dx, dgamma = impl.rmsnorm_backward(dout, cache)
        return dx, dgamma if dout.size % 2 else dgamma * 1.37 + 0.2

    assert hinted(judge_impl("rmsnorm", rmsnorm_backward=backward)) == ""


def test_a_step_of_a_language_models_way_back_is_named(judge_impl: Judge) -> None:
    """The gradient of the last weights is divided by the samples once more."""

    class CharRNN(impl.CharRNN):
        def loss(self, x, y=None):
            told = super().loss(x, y)
            if y is not None:
                told[1]["W_vocab"] = told[1]["W_vocab"] / len(x)
            return told

    assert "Your dW_vocab is what" in hinted(judge_impl("char_rnn", CharRNN=CharRNN))


def test_who_knows_rows_alone_is_charged_with_no_shape_of_sequences(oracle: Oracle) -> None:
    """Along axis 1 a sequence is standardised otherwise, and its scales come out otherwise: nobody asked for them."""

    def forward(x, gamma, beta, ln_param):
        std = np.sqrt(x.var(axis=1, keepdims=True) + ln_param.get("eps", 1e-5))
        hat = (x - x.mean(axis=1, keepdims=True)) / std
        return gamma * hat + beta, (hat, std, gamma)

    def backward(dout, cache):
        hat, std, gamma = cache
        g = dout * gamma
        mean, along = g.mean(axis=1, keepdims=True), (g * hat).mean(axis=1, keepdims=True)
        return (g - mean - hat * along) / std, (dout * hat).sum(axis=0), dout.sum(axis=0)

    plan = Plan((contract_named("layernorm"),))
    session = local_session({"layernorm_forward": forward, "layernorm_backward": backward})
    results = judge(gather(plan.contracts[0], session, oracle, plan), oracle, plan)
    assert not [result.message for result in results if result.status.is_bad]


def test_what_samples_are_drawn_is_no_pattern(oracle: Oracle, impl_functions: Functions) -> None:
    """A training without its penalty is named, whichever sample comes first in its batches."""

    class TwoLayerNet(impl.TwoLayerNet):
        def train(self, *data, **settings):
            return super().train(*data, **{**settings, "reg": 0.0})

    plan = Plan((contract_named("two_layer_training"),), replace(DEFAULT, l2="full"))
    exam = gather(plan.contracts[0], local_session({**impl_functions, "TwoLayerNet": TwoLayerNet}), oracle, plan)
    (failed,) = [r for r in judge(exam, oracle, plan) if r.status.is_bad and r.required]
    assert failed.diagnosis == "shallow_training:trains_without_the_penalty"


def test_an_argument_that_comes_back_as_it_was_is_no_exchange_of_results(judge_impl: Judge) -> None:
    """The cache is the argument too: that the step to the result is left out says as much."""
    told = hinted(judge_impl("relu", relu_forward=lambda x: (x, x), relu_backward=lambda dout, x: dout * (x > 0)))
    assert "`x` in place of `np.maximum(x, 0)`" in told
    assert "exchanged" not in told


def test_what_is_contradicted_in_more_than_it_explains_is_no_part(judge_impl: Judge) -> None:
    """Two steps alone are gone back from every state: dh0 is that of a loop over two, and nothing else is."""

    def backward(dh, cache):
        parts = []
        for t in range(dh.shape[1]):
            own = np.zeros_like(dh)
            own[:, t] = dh[:, t]
            parts.append(impl.rnn_backward(own[:, max(t - 1, 0) : t + 1], cache[max(t - 1, 0) : t + 1]))
        dx = np.zeros((*dh.shape[:2], parts[0][0].shape[2]), dh.dtype)
        for t, part in enumerate(parts):
            dx[:, max(t - 1, 0) : t + 1] += part[0]
        return dx, sum(each[1] for each in parts[:2]), *(sum(each[i] for each in parts) for i in (2, 3, 4))

    assert hinted(judge_impl("rnn", rnn_backward=backward)) == ""


def test_a_value_of_another_shape_elsewhere_is_not_explained_where_its_shape_is_right(judge_impl: Judge) -> None:
    """Samples are taken for steps: of a batch of one the states are those that every step has from the first."""
    results = judge_impl("rnn", rnn_forward=_samples_for_steps)
    assert results["interface"].status.is_bad
    assert results["forward"].diagnosis is None


def _samples_for_steps(x, h0, Wx, Wh, b):
    h, states = h0, []
    for each in x:
        h = np.tanh(each @ Wx + h @ Wh + b)
        states.append(h)
    return np.array(states), None
