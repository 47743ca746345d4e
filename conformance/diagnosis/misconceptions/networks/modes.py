"""Mistakes with normalization and dropout in networks, and with their modes."""

from typing import Any

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.networks.base import BACK, ORDER, without
from gradproof.conformance.diagnosis.misconceptions.stacks import (
    HIDDEN,
    LAST,
    Gradients,
    Stack,
    dropout_backward,
    dropout_forward,
    right,
    stacked,
)
from gradproof.conformance.spec.cases import Array

NORMALIZED = "batchnorm_net layernorm_net"
MODE = "Which mode has each layer while scores are predicted, and which while the loss is computed?"
STATISTICS = "Take two training steps, then predict: whose means and variances are used, and where were they kept?"
MASKS = "How many masks does a training step draw, and where is each of them used again?"


@wrong(NORMALIZED, "You normalize after the relu; it comes between the affine layer and the relu.", ORDER)
def normalization_after_the_relu() -> Functions:
    steps = ("affine", "relu", "norm", "drop")
    return stacked(steps=lambda net, i: LAST if i == net.num_layers else steps)


@wrong(NORMALIZED, "You leave the normalization out of the second hidden layer; every hidden layer has one.", ORDER)
def normalization_in_the_first_layer_only() -> Functions:
    def norm(net: Stack, x: Array, i: int, mode: str) -> Any:
        out, cache = Stack.norm(net, x, i, mode)
        return (out if i == 1 else x), cache

    def norm_back(net: Stack, dx: Array, cache: Any, i: int) -> tuple[Array, Gradients]:
        through, grads = Stack.norm_back(net, dx, cache, i)
        return (through, grads) if i == 1 else (dx, {name: 0 * gradient for name, gradient in grads.items()})

    return stacked(norm=norm, norm_back=norm_back)


@wrong(NORMALIZED, "Your gradient goes past the normalization; it goes through its backward.", BACK)
def normalization_backward_is_passed_by() -> Functions:
    def norm_back(net: Stack, dx: Array, cache: Any, i: int) -> tuple[Array, Gradients]:
        return dx, Stack.norm_back(net, dx, cache, i)[1]

    return stacked(norm_back=norm_back)


@wrong(
    NORMALIZED,
    "You store gamma's gradient under beta and beta's under gamma; each belongs under its own name.",
    "In which order does the normalization's backward return its gradients?",
)
def gamma_and_beta_gradients_swapped() -> Functions:
    def norm_back(net: Stack, dx: Array, cache: Any, i: int) -> tuple[Array, Gradients]:
        dx, grads = Stack.norm_back(net, dx, cache, i)
        return dx, {f"gamma{i}": grads[f"beta{i}"], f"beta{i}": grads[f"gamma{i}"]}

    return stacked(norm_back=norm_back)


@wrong("batchnorm_net", "You predict with the batch's statistics; test mode uses the running ones.", MODE)
def predicts_with_batch_statistics() -> Functions:
    return stacked(statistics=lambda net, i, _mode: Stack.statistics(net, i, "train"))


@wrong("batchnorm_net", "You train with the running statistics; training mode uses the batch's.", MODE)
def trains_with_running_statistics() -> Functions:
    return stacked(statistics=lambda net, i, _mode: Stack.statistics(net, i, "test"))


@wrong(
    "batchnorm_net",
    "Your first prediction leaves batch normalization in test mode; each training step sets it back to train.",
    MODE,
)
def test_mode_stays_after_a_prediction() -> Functions:
    def statistics(net: Stack, i: int, mode: str) -> dict[str, Any]:
        is_testing = net.bn_params[i - 1]["mode"] == "test"
        return Stack.statistics(net, i, "test" if is_testing else mode)

    return stacked(statistics=statistics)


@wrong("batchnorm_net", "All your layers share one bn_param; each has running statistics of its own.", STATISTICS)
def one_bn_param_for_all_layers() -> Functions:
    return stacked(statistics=lambda net, _i, mode: Stack.statistics(net, 1, mode))


@wrong("batchnorm_net", "You make a new bn_param at every call; it lives as long as the network.", STATISTICS)
def statistics_are_reset_at_each_call() -> Functions:
    return stacked(statistics=lambda _net, _i, mode: {"mode": mode})


@wrong(
    "batchnorm_net",
    "You run the forward twice in a training step, and the running statistics move twice; they move once a step.",
    STATISTICS,
)
def forward_runs_twice_a_step() -> Functions:
    def told(net: Stack, x: Array, y: Array) -> Any:
        net.forward(x, "train")
        return Stack.told(net, x, y)

    return stacked(told=told)


@wrong("layernorm_net", "You leave layer normalization out at test time; it is the same in both modes.", MODE)
def no_layernorm_at_test_time() -> Functions:
    def norm(net: Stack, x: Array, i: int, mode: str) -> Any:
        return Stack.norm(net, x, i, mode) if mode == "train" else (x, None)

    return stacked(norm=norm)


@wrong(
    "layernorm_net",
    "You normalize each feature over the batch; layer normalization takes each sample over its features.",
    "Does the output of a sample depend on the others in its batch?",
)
def normalizes_over_the_batch() -> Functions:
    def norm(net: Stack, x: Array, i: int, _mode: str) -> Any:
        scale = net.params[f"gamma{i}"], net.params[f"beta{i}"]
        return right["batchnorm_forward"](x, *scale, {"mode": "train"})

    def norm_back(_net: Stack, dx: Array, cache: Any, i: int) -> tuple[Array, Gradients]:
        dx, dgamma, dbeta = right["batchnorm_backward"](dx, cache)
        return dx, {f"gamma{i}": dgamma, f"beta{i}": dbeta}

    return stacked(norm=norm, norm_back=norm_back)


@wrong("dropout_net", "You drop scores as well; dropout follows the hidden layers' relus alone.", ORDER)
def dropout_on_the_scores() -> Functions:
    return stacked(steps=lambda net, i: (*LAST, "drop") if i == net.num_layers else HIDDEN)


@wrong("dropout_net", "You drop units of the first hidden layer alone; dropout follows every hidden relu.", ORDER)
def dropout_in_the_first_layer_only() -> Functions:
    return stacked(steps=lambda net, i: without("drop", Stack.steps(net, i), i > 1))


@wrong("dropout_net", "You drop no units while the loss is computed; training is what dropout is for.", MODE)
def no_dropout_in_training() -> Functions:
    return stacked(drop=lambda net, x, i, _mode: Stack.drop(net, x, i, "test"))


@wrong("dropout_net", "You drop units while you predict; test mode keeps them all.", MODE)
def drops_units_when_predicting() -> Functions:
    return stacked(drop=lambda net, x, i, _mode: Stack.drop(net, x, i, "train"))


@wrong("dropout_net", "Your backward goes past the dropout; units that were dropped have no gradient.", BACK)
def dropout_backward_is_forgotten() -> Functions:
    return stacked(steps_back=lambda net, i: without("drop", net.steps(i)))


@wrong("dropout_net", "You use the first layer's mask in all layers; each draws its own.", MASKS)
def one_mask_for_all_layers() -> Functions:
    def forward(net: Stack, x: Array, mode: str) -> Any:
        first: list[Any] = []

        def drop(x: Array, i: int, mode: str) -> Any:
            if mode == "train" and first:
                return dropout_backward(x, first[0]), first[0]
            out, cache = Stack.drop(net, x, i, mode)
            first.append(cache)
            return out, cache

        net.__dict__["drop"] = drop
        try:
            return Stack.forward(net, x, mode)
        finally:
            del net.__dict__["drop"]

    return stacked(forward=forward)


@wrong(
    "dropout_net",
    "You take the network's dropout for the probability to drop and hand on its complement; here it is the probability "
    "to keep, as in the layer.",
    "With dropout=0.75, which p does the layer get?",
)
def dropout_is_taken_for_the_drop_probability() -> Functions:
    def drop(net: Stack, x: Array, _i: int, mode: str) -> Any:
        p = net.dropout_param["p"]
        return dropout_forward(x, {**net.dropout_param, "p": 1 - p, "mode": mode}) if p != 1 else (x, None)

    return stacked(drop=drop)
