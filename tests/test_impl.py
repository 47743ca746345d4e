"""impl's own promises: bad arguments get a ValueError that says what was expected."""

import numpy as np
import pytest

from gradproof import impl

X = np.ones((2, 3))
BATCHNORM = (X, np.ones(3), np.ones(3))

BAD_ARGUMENTS = {
    "affine_features": (
        lambda: impl.affine_forward(np.ones((2, 3, 4)), np.ones((10, 5)), np.ones(5)),
        "x has 12 features a row, w expects 10",
    ),
    "affine_weight": (lambda: impl.affine_forward(X, np.ones(3), np.ones(1)), r"w has shape \(3,\), expected a matrix"),
    "affine_bias": (
        lambda: impl.affine_forward(X, np.ones((3, 5)), np.ones((1, 5))),
        r"b has shape \(1, 5\), expected \(5,\)",
    ),
    "affine_dout": (
        lambda: impl.affine_backward(np.ones((2, 4)), (X, np.ones((3, 5)), np.ones(5))),
        r"dout has shape \(2, 4\), expected \(2, 5\)",
    ),
    "relu_dout": (lambda: impl.relu_backward(np.ones(3), X), r"dout has shape \(3,\), expected \(2, 3\)"),
    "leaky_relu_dout": (lambda: impl.leaky_relu_backward(np.ones(3), (X, 0.1)), "leaky_relu_backward: dout has shape"),
    "sigmoid_dout": (lambda: impl.sigmoid_backward(np.ones(3), X), "sigmoid_backward: dout has shape"),
    "tanh_dout": (lambda: impl.tanh_backward(np.ones(3), X), "tanh_backward: dout has shape"),
    "batchnorm_mode": (
        lambda: impl.batchnorm_forward(*BATCHNORM, {"mode": "eval"}),
        "'eval', expected one of 'train', 'test'",
    ),
    "batchnorm_no_mode": (lambda: impl.batchnorm_forward(*BATCHNORM, {}), "None, expected one of 'train', 'test'"),
    "batchnorm_images": (
        lambda: impl.batchnorm_forward(np.ones((2, 3, 4)), np.ones(3), np.ones(3), {"mode": "train"}),
        "expected a non-empty matrix",
    ),
    "batchnorm_gamma": (
        lambda: impl.batchnorm_forward(X, np.ones((1, 3)), np.ones(3), {"mode": "train"}),
        r"gamma has shape \(1, 3\)",
    ),
    "batchnorm_running": (
        lambda: impl.batchnorm_forward(*BATCHNORM, {"mode": "test", "running_mean": np.ones((1, 3))}),
        "running_mean has shape",
    ),
    "batchnorm_dout": (
        lambda: impl.batchnorm_backward(np.ones(3), impl.batchnorm_forward(*BATCHNORM, {"mode": "train"})[1]),
        "dout has shape",
    ),
    "batchnorm_alt_test_mode": (
        lambda: impl.batchnorm_backward_alt(X, impl.batchnorm_forward(*BATCHNORM, {"mode": "test"})[1]),
        "expected mode 'train'",
    ),
    "layernorm_beta": (
        lambda: impl.layernorm_forward(X, np.ones(3), np.ones(2), {}),
        r"beta has shape \(2,\), expected \(3,\)",
    ),
    "dropout_mode": (lambda: impl.dropout_forward(X, {"mode": "training", "p": 0.5}), "'training', expected one of"),
    "dropout_no_p": (lambda: impl.dropout_forward(X, {"mode": "train"}), "has no 'p', expected 0 < p <= 1"),
    "dropout_keep_nothing": (
        lambda: impl.dropout_forward(X, {"mode": "train", "p": 0}),
        "p is 0, expected 0 < p <= 1, the probability to keep",
    ),
    "dropout_keep_more_than_all": (lambda: impl.dropout_forward(X, {"mode": "test", "p": 1.5}), "p is 1.5"),
    "dropout_drop_all": (
        lambda: impl.dropout_forward(X, {"mode": "train", "p": 1, "p_is": "drop"}),
        "expected 0 <= p < 1, the probability to drop",
    ),
    "dropout_nan": (lambda: impl.dropout_forward(X, {"mode": "train", "p": float("nan")}), "p is nan"),
    "dropout_p_is": (
        lambda: impl.dropout_forward(X, {"mode": "train", "p": 0.5, "p_is": "kept"}),
        "'kept', expected one of 'keep', 'drop'",
    ),
    "dropout_style": (
        lambda: impl.dropout_forward(X, {"mode": "train", "p": 0.5, "style": "plain"}),
        "'plain', expected one of",
    ),
    "dropout_dout": (
        lambda: impl.dropout_backward(np.ones(3), impl.dropout_forward(X, {"mode": "train", "p": 0.5})[1]),
        "dout has shape",
    ),
    "labels_too_large": (
        lambda: impl.softmax_loss(X, np.array([0, 3])),
        r"labels from 0 to 3, expected labels in \[0, 3\) for 3 classes",
    ),
    "labels_negative": (lambda: impl.svm_loss(X, np.array([-1, 0])), "labels from -1 to 0"),
    "labels_one_hot": (lambda: impl.softmax_loss(X, np.eye(3)[:2]), r"y has shape \(2, 3\), expected \(2,\)"),
    "labels_float": (lambda: impl.softmax_cross_entropy(X, np.array([0.0, 1.0])), "expected integer class labels"),
    "labels_missing": (
        lambda: impl.softmax_cross_entropy_backward(X, np.array([0])),
        r"y has shape \(1,\), expected \(2,\)",
    ),
    "scores_integers": (
        lambda: impl.softmax_cross_entropy(np.ones((2, 3), int), np.array([0, 1])),
        "logits has dtype int64, expected a float array",
    ),
    "dropout_integers": (
        lambda: impl.dropout_forward(np.ones(3, int), {"mode": "train", "p": 0.5}),
        "x has dtype int64, expected a float array",
    ),
    "scores_vector": (lambda: impl.softmax_loss(np.ones(3), np.array([0])), "expected a non-empty matrix"),
}


@pytest.mark.parametrize(("call", "words"), BAD_ARGUMENTS.values(), ids=BAD_ARGUMENTS)
def test_a_bad_argument_is_a_value_error_that_says_what_was_expected(call, words: str) -> None:
    """Never a broadcast, never another error."""
    with pytest.raises(ValueError, match=words):
        call()


def test_the_backward_in_test_mode_treats_the_statistics_as_constants() -> None:
    """Dx = dout * gamma / sqrt(running_var + eps)."""
    rng = np.random.default_rng(0)
    x, gamma, dout = rng.standard_normal((4, 3)), rng.standard_normal(3), rng.standard_normal((4, 3))
    param = {"mode": "test", "running_mean": rng.standard_normal(3), "running_var": rng.uniform(1, 2, 3), "eps": 0.1}
    _, cache = impl.batchnorm_forward(x, gamma, np.zeros(3), param)
    dx, _, _ = impl.batchnorm_backward(dout, cache)
    assert dx == pytest.approx(dout * gamma / np.sqrt(param["running_var"] + 0.1), rel=1e-14)


@pytest.mark.parametrize(
    ("p_is", "style"), [("keep", "inverted"), ("keep", "vanilla"), ("drop", "inverted"), ("drop", "vanilla")]
)
def test_dropout_under_every_convention(p_is: str, style: str, impl_functions, oracle) -> None:
    """Impl's four dialects, each judged under its own."""
    from conftest import bad_checks, local_session

    from gradproof.conformance.engine.runner import Plan, gather, judge
    from gradproof.conformance.spec.contracts import contract_named
    from gradproof.conformance.spec.conventions import Dialect

    def dropout_forward(x, dropout_param):
        return impl.dropout_forward(x, {**dropout_param, "p_is": p_is, "style": style})

    plan = Plan((contract_named("dropout"),), dialect=Dialect(dropout_p=p_is, dropout=style))
    session = local_session({**impl_functions, "dropout_forward": dropout_forward})
    results = judge(gather(plan.contracts[0], session, oracle, plan), oracle, plan)
    assert bad_checks({result.check: result for result in results}) == set()


def test_scalar_options_do_not_widen() -> None:
    """eps, momentum and slope as NumPy scalars leave float32 at float32."""
    x, ones = np.ones((2, 3), np.float32), np.ones(3, np.float32)
    param = {"mode": "train", "eps": np.float64(1e-5), "momentum": np.float64(0.9)}
    assert impl.batchnorm_forward(x, ones, ones, param)[0].dtype == np.float32
    assert param["running_mean"].dtype == np.float32
    assert impl.leaky_relu_forward(x, np.float64(0.1))[0].dtype == np.float32


def test_dropouts_backward_is_that_of_its_own_forward() -> None:
    """Whatever the caller does to its parameter dictionary afterwards."""
    param = {"mode": "train", "p": 0.5, "seed": 0}
    out, cache = impl.dropout_forward(np.ones((3, 4)), param)
    param["p"] = 0.1
    assert np.array_equal(impl.dropout_backward(np.ones((3, 4)), cache), out)
