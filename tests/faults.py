"""Planted faults: for each check, mistakes that it alone must catch. Every fault is impl with one function replaced."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradproof import impl

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Fault:
    """A mistake, and the one check that reports it."""

    name: str
    contract: str
    check: str
    replaced: dict[str, Callable[..., Any] | None]
    says: str = ""  # words that the message must contain


FAULTS: list[Fault] = []


def planted(contract: str, check: str, says: str = "") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register ``mistake__function_name`` as a fault of a contract."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        mistake, _, replaced = function.__name__.partition("__")
        FAULTS.append(Fault(mistake, contract, check, {replaced: function}, says))
        return function

    return register


# interface


@planted("batchnorm", "interface", "dgamma has shape")
def gradient_keeps_a_row_axis__batchnorm_backward(dout: Array, cache: Any) -> Any:
    dx, dgamma, dbeta = impl.batchnorm_backward(dout, cache)
    return dx, dgamma[np.newaxis], dbeta


@planted("batchnorm", "interface", "running_mean has shape")
def statistics_keep_a_row_axis__batchnorm_forward(x: Array, gamma: Array, beta: Array, bn_param: dict[str, Any]) -> Any:
    for name in ("running_mean", "running_var"):
        if name in bn_param:
            bn_param[name] = bn_param[name].reshape(-1)
    result = impl.batchnorm_forward(x, gamma, beta, bn_param)
    for name in ("running_mean", "running_var"):
        if name in bn_param:
            bn_param[name] = bn_param[name][np.newaxis]
    return result


@planted("affine", "interface", "returned 2 values, expected 3")
def one_gradient_too_few__affine_backward(dout: Array, cache: Any) -> Any:
    return impl.affine_backward(dout, cache)[:2]


@planted("relu", "interface", "cannot be called as relu_backward(dout, cache)")
def takes_another_argument__relu_backward(dout: Array, cache: Any, x: Array) -> Any:
    return impl.relu_backward(dout, x)


@planted("softmax_loss", "interface", "dx is None")
def is_unfilled__softmax_loss(x: Array, y: Array) -> Any:
    return impl.softmax_loss(x, y)[0], None


@planted("tanh", "interface", "dtype object")
def returns_objects__tanh_backward(dout: Array, cache: Any) -> Any:
    return impl.tanh_backward(dout, cache).astype(object)


@planted("sigmoid", "interface", "a string")
def returns_a_string__sigmoid_backward(dout: Array, cache: Any) -> Any:
    return "dx"


@planted("svm_loss", "interface", "loss has shape (1,)")
def loss_is_an_array_of_one__svm_loss(x: Array, y: Array) -> Any:
    loss, dx = impl.svm_loss(x, y)
    return np.array([loss]), dx


FAULTS.append(
    Fault("function_is_missing", "affine", "interface", {"affine_backward": None}, "affine_backward is missing")
)


# forward


@planted("affine", "forward")
def constant_offset__affine_forward(x: Array, w: Array, b: Array) -> Any:
    out, cache = impl.affine_forward(x, w, b)
    return out + out.dtype.type(1e-3), cache


@planted("layernorm", "forward")
def shift_is_off_in_the_last_feature__layernorm_forward(x: Array, gamma: Array, beta: Array, ln_param: Any) -> Any:
    out, cache = impl.layernorm_forward(x, gamma, beta, ln_param)
    out[:, -1] += out.dtype.type(0.001)
    return out, cache


@planted("batchnorm", "forward")
def test_mode_ignores_beta__batchnorm_forward(x: Array, gamma: Array, beta: Array, bn_param: dict[str, Any]) -> Any:
    out, cache = impl.batchnorm_forward(x, gamma, beta, bn_param)
    return (out - beta if bn_param["mode"] == "test" else out), cache


@planted("dropout", "forward")
def test_mode_scales__dropout_forward(x: Array, dropout_param: dict[str, Any]) -> Any:
    out, cache = impl.dropout_forward(x, dropout_param)
    return (out * x.dtype.type(1.001) if dropout_param["mode"] == "test" else out), cache


@planted("relu", "forward", "raised ZeroDivisionError")
def raises__relu_forward(x: Array) -> Any:
    return 1 // 0


# gradient


@planted("affine", "gradient")
def bias_gradient_is_a_mean__affine_backward(dout: Array, cache: Any) -> Any:
    dx, dw, _ = impl.affine_backward(dout, cache)
    return dx, dw, dout.mean(axis=0)


@planted("softmax_loss", "gradient")
def gradient_is_not_averaged__softmax_loss(x: Array, y: Array) -> Any:
    loss, dx = impl.softmax_loss(x, y)
    return loss, dx * len(y)


@planted("batchnorm", "gradient")
def variance_term_is_dropped__batchnorm_backward(dout: Array, cache: Any) -> Any:
    dx_hat = dout * cache.gamma
    dx = (dx_hat - dx_hat.mean(axis=0)) * cache.inverse_std
    return dx, (dout * cache.x_hat).sum(axis=0), dout.sum(axis=0)


@planted("relu", "gradient")
def kink_is_a_threshold__relu_backward(dout: Array, cache: Any) -> Any:
    return dout * (cache > 1e-6)


@planted("leaky_relu", "gradient")
def kink_is_a_threshold__leaky_relu_backward(dout: Array, cache: Any) -> Any:
    x, slope = cache
    return np.where(x > 1e-8, dout, slope * dout)


@planted("prelu", "gradient")
def kink_is_a_threshold__prelu_backward(dout: Array, cache: Any) -> Any:
    x, a = cache
    return impl.prelu_backward(dout, (np.where(abs(x) < 1e-6, 0, x).astype(x.dtype), a))


@planted("l1_loss", "gradient")
def kink_is_a_threshold__l1_loss(x: Array, y: Array) -> Any:
    loss, dx = impl.l1_loss(x, y)
    return loss, np.where(abs(x - y) < 1e-6, 0, dx).astype(x.dtype)


@planted("max_pool", "gradient")
def nearly_the_maximum_is_enough__max_pool_backward_naive(dout: Array, cache: Any) -> Any:
    rounded = replace(cache, x=np.round(cache.x, 5), out=np.round(cache.out, 5))
    return impl.max_pool_backward_naive(dout, rounded)


@planted("relu", "gradient")
def slope_two_at_the_kink__relu_backward(dout: Array, cache: Any) -> Any:
    return np.where(cache == 0, 2 * dout, impl.relu_backward(dout, cache))


@planted("dropout", "gradient")
def backward_forgets_the_scale__dropout_backward(dout: Array, cache: Any) -> Any:
    _, mask = cache
    return dout if mask is None else np.where(mask, dout, 0)


@planted("tanh", "gradient", "raised NotImplementedError")
def is_not_implemented__tanh_backward(dout: Array, cache: Any) -> Any:
    raise NotImplementedError


# running_statistics


@planted("batchnorm", "running_statistics")
def running_variance_drifts__batchnorm_forward(x: Array, gamma: Array, beta: Array, bn_param: dict[str, Any]) -> Any:
    before = bn_param.get("running_var", np.zeros_like(gamma))
    result = impl.batchnorm_forward(x, gamma, beta, bn_param)
    if bn_param["mode"] == "train":
        bn_param["running_var"] = bn_param["running_var"] + x.dtype.type(1e-3) * before + x.dtype.type(1e-3)
    return result


@planted("batchnorm", "running_statistics")
def statistics_move_in_test_mode__batchnorm_forward(
    x: Array, gamma: Array, beta: Array, bn_param: dict[str, Any]
) -> Any:
    result = impl.batchnorm_forward(x, gamma, beta, bn_param)
    if bn_param["mode"] == "test":
        bn_param["running_mean"] = x.dtype.type(0.9) * bn_param["running_mean"]
    return result


@planted("batchnorm", "running_statistics")
def statistics_restart_at_each_call__batchnorm_forward(
    x: Array, gamma: Array, beta: Array, bn_param: dict[str, Any]
) -> Any:
    if bn_param["mode"] == "train":
        bn_param.pop("running_mean", None)
    return impl.batchnorm_forward(x, gamma, beta, bn_param)


# dropout_scaling


def _dropout_with(mask_of: Callable[[Array, float, np.random.Generator], Array]) -> Callable[..., Any]:
    def dropout_forward(x: Array, dropout_param: dict[str, Any]) -> Any:
        if dropout_param["mode"] == "test":
            return impl.dropout_forward(x, dropout_param)
        keep = dropout_param["p"]
        mask = mask_of(x, keep, np.random.default_rng(dropout_param.get("seed")))
        return np.where(mask, x / x.dtype.type(keep), 0), (dropout_param, mask)

    return dropout_forward


def _unscaled_forward(x: Array, dropout_param: dict[str, Any]) -> Any:
    _, (_, mask) = result = impl.dropout_forward(x, dropout_param)
    return result if mask is None else (np.where(mask, x, 0), result[1])


def _unscaled_backward(dout: Array, cache: Any) -> Any:
    _, mask = cache
    return dout if mask is None else np.where(mask, dout, 0)


FAULTS.append(
    Fault(
        "is_not_scaled",
        "dropout",
        "dropout_scaling",
        {"dropout_forward": _unscaled_forward, "dropout_backward": _unscaled_backward},
    )
)


def _fault_of_mask(name: str, says: str, mask_of: Callable[[Array, float, np.random.Generator], Array]) -> None:
    FAULTS.append(Fault(name, "dropout", "dropout_scaling", {"dropout_forward": _dropout_with(mask_of)}, says))


_fault_of_mask("normal_for_uniform", "elements were kept", lambda x, keep, rng: rng.standard_normal(x.shape) < keep)
_fault_of_mask(
    "rows_share_a_mask",
    "are not independent",
    lambda x, keep, rng: np.broadcast_to(rng.random(x.shape[-1:]) < keep, x.shape),
)
_fault_of_mask(
    "columns_share_a_mask",
    "are not independent",
    lambda x, keep, rng: np.broadcast_to(rng.random((*x.shape[:-1], 1)) < keep, x.shape),
)
_fault_of_mask(
    "every_call_has_one_mask",
    "without a seed are the same",
    lambda x, keep, rng: np.random.default_rng(7).random(x.shape) < keep,
)
_fault_of_mask(
    "halves_of_the_batch_share_a_mask",
    "halves of the batch are not independent",
    lambda x, keep, rng: np.resize(rng.random(((len(x) + 1) // 2, *x.shape[1:])) < keep, x.shape),
)
_fault_of_mask(
    "keeps_a_twentieth_too_many", "were kept", lambda x, keep, rng: rng.random(x.shape) < keep + 0.06 * (keep < 1)
)


def _with_a_row_twice(x: Array, keep: float, rng: np.random.Generator) -> Array:
    mask = rng.random(x.shape) < keep
    return np.concatenate([mask[:-1], mask[7:8]]) if len(mask) > 20 else mask


_fault_of_mask("distant_rows_share_a_mask", "the masks of two rows are not independent", _with_a_row_twice)


def _as_many_of_each_row(x: Array, keep: float, rng: np.random.Generator) -> Array:
    order = rng.random(x.shape).argsort(axis=-1)
    return order < round(keep * x.shape[-1])


_fault_of_mask("every_row_keeps_as_many", "every row keeps the same number", _as_many_of_each_row)
_fault_of_mask("nothing_is_kept", "0 of", lambda x, keep, rng: np.zeros(x.shape, bool))


# stability


@planted("softmax_loss", "stability")
def maximum_is_not_subtracted__softmax_loss(x: Array, y: Array) -> Any:
    e = np.exp(x)
    p = e / e.sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    loss = -np.log(p[rows, y]).mean()
    p[rows, y] -= 1
    return loss, p / x.dtype.type(len(y))


@planted("softmax_loss", "stability")
def logarithm_of_a_probability__softmax_loss(x: Array, y: Array) -> Any:
    return maximum_is_not_subtracted__softmax_loss(x - x.max(axis=1, keepdims=True), y)


@planted("softmax_loss", "stability")
def probability_is_clipped__softmax_loss(x: Array, y: Array) -> Any:
    _, dx = impl.softmax_loss(x, y)
    p = np.exp(x - np.logaddexp.reduce(x, axis=1, keepdims=True))
    return -np.log(np.maximum(p[np.arange(len(y)), y], x.dtype.type(1e-30))).mean(), dx


@planted("softmax_cross_entropy", "stability")
def one_maximum_for_all_rows__softmax_cross_entropy(logits: Array, y: Array) -> Any:
    e = np.exp(logits - logits.max())
    a = e / e.sum(axis=1, keepdims=True)
    return a, -np.log(a[np.arange(len(y)), y]).mean()


@planted("batchnorm", "stability")
def one_pass_variance__batchnorm_forward(x: Array, gamma: Array, beta: Array, bn_param: dict[str, Any]) -> Any:
    return _one_pass(x, gamma, beta, bn_param, impl.batchnorm_forward, 0)


@planted("layernorm", "stability")
def one_pass_variance__layernorm_forward(x: Array, gamma: Array, beta: Array, ln_param: dict[str, Any]) -> Any:
    return _one_pass(x, gamma, beta, ln_param, impl.layernorm_forward, 1)


def _one_pass(
    x: Array, gamma: Array, beta: Array, param: dict[str, Any], forward: Callable[..., Any], axis: int
) -> Any:
    """E[x^2] - E[x]^2 in place of the mean of the squared deviations."""
    result = forward(x, gamma, beta, param)
    if param.get("mode") == "test":
        return result
    _, cache = result
    mean = x.mean(axis=axis, keepdims=True)
    variance = (x * x).mean(axis=axis, keepdims=True) - mean * mean
    inverse_std = 1 / np.sqrt(variance + param.get("eps", 1e-5))
    x_hat = (x - mean) * inverse_std
    return gamma * x_hat + beta, type(cache)(x_hat, inverse_std, gamma, axis, statistics_of_x=True)


@planted("relu", "stability")
def infinity_times_zero__relu_forward(x: Array) -> Any:
    return x * (x > 0), x


@planted("sigmoid", "stability")
def exponential_overflows__sigmoid_forward(x: Array) -> Any:
    z = np.exp(-np.abs(x))
    return np.exp(x) / (1 + np.exp(x)), z


# determinism


@planted("dropout", "determinism", "the same dropout_param['seed']")
def seed_is_ignored__dropout_forward(x: Array, dropout_param: dict[str, Any]) -> Any:
    return impl.dropout_forward(x, {key: value for key, value in dropout_param.items() if key != "seed"})


# purity


@planted("relu", "purity", "relu_backward writes to its argument dout")
def writes_to_the_upstream_gradient__relu_backward(dout: Array, cache: Any) -> Any:
    dout[cache <= 0] = 0
    return dout


@planted("layernorm", "purity", "'mode' into ln_param")
def pollutes_the_options__layernorm_forward(x: Array, gamma: Array, beta: Array, ln_param: dict[str, Any]) -> Any:
    ln_param["mode"] = "train"
    return impl.layernorm_forward(x, gamma, beta, ln_param)


@planted("affine", "purity", "w, an argument of affine_forward, is written to by a later call")
def writes_through_the_cache__affine_backward(dout: Array, cache: Any) -> Any:
    result = impl.affine_backward(dout, cache)
    cache[1][...] = 0
    return result


_last: dict[str, Any] = {}


def _remembering_forward(x: Array) -> Any:
    _last["x"] = x
    return impl.relu_forward(x)


FAULTS.append(
    Fault(
        "backward_uses_the_last_forward",
        "relu",
        "purity",
        {
            "relu_forward": _remembering_forward,
            "relu_backward": lambda dout, cache: impl.relu_backward(dout, _last["x"]),
        },
        "in between",
    )
)


# update rules


def _adam_with(correction: Callable[[float, int], float], first_t: int = 1) -> Callable[..., Any]:
    def adam(w: Array, dw: Array, config: dict[str, Any]) -> Any:
        _, config = impl.adam(w, dw, config)
        t = config["t"] + first_t - 1
        m, v = config["m"] / correction(config["beta1"], t), config["v"] / correction(config["beta2"], t)
        return w - config["learning_rate"] * m / (np.sqrt(v) + config["epsilon"]), config

    return adam


def _fault_of_rule(name: str, rule: str, replaced: Callable[..., Any]) -> None:
    FAULTS.append(Fault(name, rule, "forward", {rule: replaced}))


_fault_of_rule("no_correction", "adam", _adam_with(lambda beta, t: 1.0))
_fault_of_rule("beta_without_its_power", "adam", _adam_with(lambda beta, t: 1 - beta))
_fault_of_rule("t_counts_from_two", "adam", _adam_with(lambda beta, t: 1 - beta**t, first_t=2))
_fault_of_rule("steps_uphill", "sgd", lambda w, dw, config: impl.sgd(w, -dw, config))
_fault_of_rule("nesterov_for_classical", "sgd_momentum", impl.nesterov)
_fault_of_rule("classical_for_nesterov", "nesterov", impl.sgd_momentum)
_fault_of_rule(
    "momentum_is_fixed", "sgd_momentum", lambda w, dw, config: impl.sgd_momentum(w, dw, {**config, "momentum": 0.9})
)


@planted("rmsprop", "forward")
def epsilon_inside_the_root__rmsprop(w: Array, dw: Array, config: dict[str, Any]) -> Any:
    _, config = impl.rmsprop(w, dw, config)
    return w - config["learning_rate"] * dw / np.sqrt(config["cache"] + config["epsilon"]), config


@planted("sgd", "purity", "writes to its argument w")
def works_in_place__sgd(w: Array, dw: Array, config: dict[str, Any]) -> Any:
    w -= config.get("learning_rate", 1e-2) * dw
    return w, config


# dtype, nan_propagation


@planted("affine", "dtype", "float64 where the inputs are float32")
def widens__affine_forward(x: Array, w: Array, b: Array) -> Any:
    out, cache = impl.affine_forward(x, w, b)
    return out.astype(np.float64), cache


@planted("relu", "nan_propagation")
def swallows_nan__relu_forward(x: Array) -> Any:
    return np.where(x > 0, x, 0).astype(x.dtype), x


@planted("softmax_loss", "nan_propagation", "loss")
def hides_that_it_is_lost__softmax_loss(x: Array, y: Array) -> Any:
    loss, dx = impl.softmax_loss(x, y)
    return np.nan_to_num(loss), dx


@planted("softmax_loss_vectorized", "nan_propagation", "loss")
def hides_lost_data__softmax_loss_vectorized(W: Array, X: Array, y: Array, reg: float) -> Any:
    return impl.softmax_loss_vectorized(W, np.nan_to_num(X), y, reg)


@planted("bce_with_logits_loss", "nan_propagation", "loss")
def leaves_lost_scores_out__bce_with_logits_loss(x: Array, y: Array) -> Any:
    loss, dx = impl.bce_with_logits_loss(np.where(np.isnan(x), 0, x).astype(x.dtype), y)
    return loss, dx


# training


@planted("solver", "training", "last_w")
class keeps_the_last_parameters__Solver(impl.Solver):  # noqa: N801
    def train(self, num_steps: int | None = None) -> None:
        self.on_step = lambda solver: setattr(self, "last", solver.model.params["w"].copy())
        super().train(num_steps)
        np.copyto(self.model.params["w"], self.last)


@planted("solver", "training", "last_w")
class never_decays_the_learning_rate__Solver(impl.Solver):  # noqa: N801
    def __init__(self, model: Any, data: Any, **settings: Any) -> None:
        super().__init__(model, data, **{**settings, "lr_decay": 1.0})


@planted("solver", "training", "labels of others")
class pairs_samples_with_other_labels__Solver(impl.Solver):  # noqa: N801
    def __init__(self, model: Any, data: Any, **settings: Any) -> None:
        super().__init__(model, data, **settings)
        self.y_train = np.roll(self.y_train, 1)
        self.check_accuracy = lambda X, y, *_: impl.Solver.check_accuracy(self, X, X[:, 1].astype(int))


@planted("solver", "training", "made of the same")
class trains_on_the_first_batch_alone__Solver(impl.Solver):  # noqa: N801
    def _next_batch(self) -> Array:
        return np.arange(self.settings.batch_size)


def _again(at: int) -> Any:
    """A Solver that shuffles, and whose last batch of an epoch is the one ``at``."""

    class Again(impl.Solver):
        def __init__(self, *given: Any, **settings: Any) -> None:
            super().__init__(*given, **{**settings, "sampling": "shuffled"})

        def _next_batch(self) -> Array:
            own, size = super()._next_batch(), self.settings.batch_size
            is_last = self.step % self.steps_per_epoch == self.steps_per_epoch - 1
            return self._order[np.arange(size) + at % (self.steps_per_epoch - 1) * size] if is_last else own

    return Again


@planted("solver", "training", "one of the batches comes twice")
class takes_the_first_batch_again__Solver(_again(0)):  # type: ignore[misc]  # noqa: N801
    pass


@planted("solver", "training", "one of the batches comes twice")
class takes_the_batch_before_again__Solver(_again(-1)):  # type: ignore[misc]  # noqa: N801
    pass


@planted("list_training", "training")
class steps_half_as_far__Network(impl.Network):  # noqa: N801
    def train(self, training_data: Any, validation_data: Any, learning_rate: float = 1, **settings: Any) -> Any:
        return super().train(training_data, validation_data, learning_rate=learning_rate / 2, **settings)


@planted("two_layer_training", "training")
class trains_without_the_penalty__TwoLayerNet(impl.TwoLayerNet):  # noqa: N801
    def train(self, *data: Any, reg: float = 0.0, **settings: Any) -> Any:
        return super().train(*data, reg=0.0, **settings)


@planted("training", "training")
def momentum_is_twice_the_velocity__sgd_momentum(w: Array, dw: Array, config: Any = None) -> Any:
    next_w, config = impl.sgd_momentum(w, dw, config)
    return next_w + config["velocity"], config


# global_state


@planted("dropout", "global_state", "dropout_forward seeds NumPy's global generator")
def seeds_the_global_generator__dropout_forward(x: Array, dropout_param: dict[str, Any]) -> Any:
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    return impl.dropout_forward(x, dropout_param)


# unusual_input


@planted("layernorm", "unusual_input", "dgamma has shape")
def scales_of_sequences_are_summed_over_the_first_axis__layernorm_backward(dout, cache):
    dx, dgamma, dbeta = impl.layernorm_backward(dout, cache)
    is_rows = dout.ndim == 2
    return dx, dgamma if is_rows else np.stack([dgamma] * dout.shape[1]), dbeta


@planted("relu", "unusual_input", "dx differs from the reference in 1 of 1 cases")
def rounds_to_the_dtype_of_the_data__relu_backward(dout: Array, cache: Any) -> Any:
    return impl.relu_backward(dout, cache).astype(cache.dtype)


# labels of more classes than 8 bits hold


@planted("nll_loss", "forward")
def labels_of_8_bits__nll_loss(x: Array, y: Array, **options: Any) -> Any:
    return impl.nll_loss(x, y.astype(np.uint8), **options)


@planted("svm_loss_vectorized", "forward")
def labels_of_8_bits__svm_loss_vectorized(W: Array, X: Array, y: Array, reg: float) -> Any:
    return impl.svm_loss_vectorized(W, X, y.astype(np.int8), reg)
