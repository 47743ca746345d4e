"""The right networks with their steps in the open, so that a mistake is a line changed."""

from collections.abc import Iterator
from functools import wraps
from typing import Any

import numpy as np

from gradproof.conformance.harness.donor import donor
from gradproof.conformance.spec.cases import Array

right = donor()
dropout_forward, dropout_backward = right["dropout_forward"], right["dropout_backward"]  # given masks stand in for them
HIDDEN = ("affine", "norm", "relu", "drop")
LAST = ("affine",)
POOLING = {"pool_height": 2, "pool_width": 2, "stride": 2}

Gradients = dict[str, Array]
Caches = list[dict[str, Any]]


def softmax(scores: Array) -> Array:
    """The probabilities of the classes."""
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def without(step: str, steps: tuple[str, ...], where: bool = True) -> tuple[str, ...]:
    """The steps without one of them, where that holds."""
    return tuple(each for each in steps if not (where and each == step))


def kind_of(name: str) -> str:
    """``gamma`` of gamma2."""
    return name.rstrip("0123456789")


class Stack:
    """Mixed into a right network of the dictionary style: what it computes, step by step.

    A step is a method ``(x, i, mode) -> (x, cache)`` and, under its name with ``_back``, ``(dx, cache, i) -> (dx,
    gradients)``.
    """

    params: dict[str, Array]
    bn_params: list[dict[str, Any]]
    dropout_param: dict[str, Any]
    normalization: str | None
    num_layers: int
    dtype: Any
    reg: float
    _penalty: float

    @property
    def last(self) -> str:
        """The weights before the scores."""
        return f"W{self.num_layers}"

    def begin(self, scale: float) -> None:
        """The parameters that the network starts with, whose weights were drawn with this deviation."""
        for name, w in self.params.items():
            start = w
            self.params[name] = np.broadcast_to(start, w.shape).astype(w.dtype)

    def steps(self, i: int) -> tuple[str, ...]:
        """What layer i does, in order."""
        steps = LAST if i == self.num_layers else self.hidden_steps(i)
        return steps

    def hidden_steps(self, _i: int) -> tuple[str, ...]:
        """What hidden layer i does, in order."""
        return HIDDEN

    def steps_back(self, i: int) -> tuple[str, ...]:
        """The steps of layer i whose backward is called, in the order of the forward."""
        return self.steps(i)

    def asked(self, x: Array, y: Array | None) -> Any:
        """The scores in test mode without labels, else the loss and the gradients."""
        return self.scores(x) if y is None else self.told(x, y)

    def scores(self, x: Array) -> Array:
        """The scores in test mode."""
        scores = self.forward(x, "test")[0]
        return scores

    def criterion(self, scores: Array, y: Array) -> tuple[Any, Array]:
        """The loss without the penalty, and its gradient by the scores."""
        loss, dscores = right["softmax_loss"](scores, y)
        return loss, dscores

    def told(self, x: Array, y: Array) -> tuple[Any, Gradients]:
        """The loss and the gradients."""
        scores, caches = self.forward(x, "train")
        loss, dscores = self.criterion(scores, y)
        grads = dict(self.backward(dscores, caches))
        for name, w in self.params.items() if self.reg else ():
            strength = self.dtype.type(self._penalty * self.reg)
            once = name.startswith("W")
            share = float(once)
            in_loss, in_gradient = share, share
            squares = np.vdot(w, w)
            loss += strength * self.dtype.type(in_loss) * squares
            grads[name] = grads[name] + 2 * strength * self.dtype.type(in_gradient) * w
        return loss, grads

    def forward(self, x: Array, mode: str) -> tuple[Array, Caches]:
        """Scores and what the backward needs of each layer's steps."""
        x = x.astype(self.dtype, copy=False)
        caches: Caches = [{} for _ in range(self.num_layers)]
        for i, cache in enumerate(caches, start=1):
            for step in self.steps(i):
                x, cache[step] = getattr(self, step)(x, i, mode)
        return x, caches

    def backward(self, dx: Array, caches: Caches) -> Iterator[tuple[str, Array]]:
        """The gradient of every parameter, from the last layer to the first."""
        for i in range(self.num_layers, 0, -1):
            for step in reversed(self.steps_back(i)):
                dx, grads = getattr(self, f"{step}_back")(dx, caches[i - 1][step], i)
                yield from grads.items()

    def affine(self, x: Array, i: int, _mode: str) -> Any:
        """``x @ W + b``."""
        w, b = self.params[f"W{i}"], self.params[f"b{i}"]
        out, of_affine = right["affine_forward"](x, w, b)
        return out, of_affine

    def affine_back(self, dx: Array, cache: Any, i: int) -> tuple[Array, Gradients]:
        """The gradients of :meth:`affine`."""
        dx, dw, db = right["affine_backward"](dx, cache)
        return dx, {f"W{i}": dw, f"b{i}": db}

    def norm(self, x: Array, i: int, mode: str) -> Any:
        """The normalization of layer i, if the network has one."""
        if self.normalization is None:
            return x, None
        scale = self.params[f"gamma{i}"], self.params[f"beta{i}"]
        if self.normalization == "layernorm":
            normed, of_norm = right["layernorm_forward"](x, *scale, {})
        else:
            bn_param = self.bn_params[i - 1]
            bn_param["mode"] = mode
            normed, of_norm = right["batchnorm_forward"](x, *scale, bn_param)
        return normed, of_norm

    def norm_back(self, dx: Array, cache: Any, i: int) -> tuple[Array, Gradients]:
        """The gradients of :meth:`norm`."""
        if self.normalization is None:
            return dx, {}
        dnormed = dx
        dx, dgamma, dbeta = right[f"{self.normalization}_backward"](dnormed, cache)
        return dx, {f"gamma{i}": dgamma, f"beta{i}": dbeta}

    def relu(self, x: Array, _i: int, _mode: str) -> Any:
        """The rectifier."""
        return right["relu_forward"](x)

    def relu_back(self, dx: Array, cache: Any, _i: int) -> tuple[Array, Gradients]:
        """The gradient of :meth:`relu`."""
        return right["relu_backward"](dx, cache), {}

    def drop(self, x: Array, i: int, mode: str) -> Any:
        """Dropout, if the network has it."""
        if self.dropout_param["p"] == 1:
            return x, None
        param = {**self.dropout_param, "mode": mode}
        return dropout_forward(x, param)

    def drop_back(self, dx: Array, cache: Any, _i: int) -> tuple[Array, Gradients]:
        """The gradient of :meth:`drop`."""
        return (dx if cache is None else dropout_backward(dx, cache)), {}


class ConvolutionalStack(Stack):
    """The same for the network whose first layer is a convolution."""

    def hidden_steps(self, i: int) -> tuple[str, ...]:
        """See :class:`Stack`."""
        return ("conv", "relu", "pool") if i == 1 else ("affine", "relu")

    def conv_param(self) -> dict[str, int]:
        """Stride and pad, by which an odd kernel keeps the image's size."""
        kernel = self.params["W1"].shape[-1]
        return {"stride": 1, "pad": (kernel - 1) // 2}

    def conv(self, x: Array, i: int, _mode: str) -> Any:
        """The convolution with its bias."""
        w, b, conv_param = self.params[f"W{i}"], self.params[f"b{i}"], self.conv_param()
        features, of_conv = right["conv_forward_fast"](x, w, b, conv_param)
        return features, of_conv

    def conv_back(self, dx: Array, cache: Any, i: int) -> tuple[Array, Gradients]:
        """The gradients of :meth:`conv`."""
        dout = dx
        dx, dw, db = right["conv_backward_fast"](dout, cache)
        return dx, {f"W{i}": dw, f"b{i}": db}

    def pool(self, x: Array, _i: int, _mode: str) -> Any:
        """The maximum of each window of 2x2."""
        pooled, of_pool = right["max_pool_forward_fast"](x, POOLING)
        return pooled, of_pool

    def pool_back(self, dx: Array, cache: Any, _i: int) -> tuple[Array, Gradients]:
        """The gradient of :meth:`pool`."""
        return right["max_pool_backward_fast"](dx, cache), {}


def _mixed(name: str, mistake: type) -> Any:
    """The right network of that name, of the dictionary style, with the steps of a :class:`Stack`."""
    cls: Any = right[name]

    @wraps(cls.__init__)
    def start(self: Any, *given: Any, **settings: Any) -> None:
        cls.__init__(self, *given, **settings)
        self.begin(settings.get("weight_scale", settings.get("std", 1.0)))

    @wraps(cls.loss)
    def loss(self: Any, X: Array, y: Array | None = None, reg: float | None = None) -> Any:  # noqa: N803
        self.reg = self.reg if reg is None else reg
        return self.asked(X, y)

    return type(name, (mistake, cls), {"__init__": start, "loss": loss})


FullyConnectedNet = _mixed("FullyConnectedNet", Stack)
ShallowLayerNet = _mixed("ShallowLayerNet", Stack)
TwoLayerNet = _mixed("TwoLayerNet", Stack)
ThreeLayerConvNet = _mixed("ThreeLayerConvNet", ConvolutionalStack)
