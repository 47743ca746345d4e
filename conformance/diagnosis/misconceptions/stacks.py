"""The right networks with their steps in the open, so that a mistake is one step changed."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions
from gradproof.conformance.harness.donor import donor
from gradproof.conformance.spec.cases import Array

right = donor()
dropout_forward, dropout_backward = right["dropout_forward"], right["dropout_backward"]  # given masks stand in for them
HIDDEN = ("affine", "norm", "relu", "drop")
LAST = ("affine",)
POOLING = {"pool_height": 2, "pool_width": 2, "stride": 2}

Gradients = dict[str, Array]
Caches = list[dict[str, Any]]


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

    def steps(self, i: int) -> tuple[str, ...]:
        """What layer i does, in order."""
        return LAST if i == self.num_layers else self.hidden_steps(i)

    def hidden_steps(self, _i: int) -> tuple[str, ...]:
        """What hidden layer i does, in order."""
        return HIDDEN

    def steps_back(self, i: int) -> tuple[str, ...]:
        """The steps of layer i whose backward is called, in the order of the forward."""
        return self.steps(i)

    def criterion(self, scores: Array, y: Array) -> tuple[Any, Array]:
        """The loss without the penalty, and its gradient by the scores."""
        loss, dscores = right["softmax_loss"](scores, y)
        return loss, dscores

    def in_loss(self, name: str, _samples: int) -> float:
        """How often the penalty of a parameter is in the loss."""
        return float(name.startswith("W"))

    def in_gradient(self, name: str, samples: int) -> float:
        """How often it is in the gradient."""
        return self.in_loss(name, samples)

    def squares(self, name: str) -> Any:
        """The penalty of a parameter, but for its factors."""
        return np.vdot(self.params[name], self.params[name])

    def by_parameter(self, name: str) -> Any:
        """Half the derivative of that."""
        return self.params[name]

    def scores(self, x: Array) -> Array:
        """The scores in test mode."""
        return self.forward(x, "test")[0]

    def told(self, x: Array, y: Array) -> tuple[Any, Gradients]:
        """The loss and the gradients."""
        scores, caches = self.forward(x, "train")
        loss, dscores = self.criterion(scores, y)
        grads = dict(self.backward(dscores, caches))
        for name in self.params if self.reg else ():
            strength = self.dtype.type(self._penalty * self.reg)
            loss += strength * self.dtype.type(self.in_loss(name, len(x))) * self.squares(name)
            factor = 2 * strength * self.dtype.type(self.in_gradient(name, len(x)))
            grads[name] = grads[name] + factor * self.by_parameter(name)
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
        return right["affine_forward"](x, self.params[f"W{i}"], self.params[f"b{i}"])

    def affine_back(self, dx: Array, cache: Any, i: int) -> tuple[Array, Gradients]:
        """The gradients of :meth:`affine`."""
        dx, dw, db = right["affine_backward"](dx, cache)
        return dx, {f"W{i}": dw, f"b{i}": db}

    def norm(self, x: Array, i: int, mode: str) -> Any:
        """The normalization of layer i, if the network has one."""
        if self.normalization is None:
            return x, None
        gamma, beta = self.params[f"gamma{i}"], self.params[f"beta{i}"]
        if self.normalization == "layernorm":
            return right["layernorm_forward"](x, gamma, beta, {})
        return right["batchnorm_forward"](x, gamma, beta, self.statistics(i, mode))

    def statistics(self, i: int, mode: str) -> dict[str, Any]:
        """The bn_param of layer i."""
        param = self.bn_params[i - 1]
        param["mode"] = mode
        return param

    def norm_back(self, dx: Array, cache: Any, i: int) -> tuple[Array, Gradients]:
        """The gradients of :meth:`norm`."""
        if self.normalization is None:
            return dx, {}
        dx, dgamma, dbeta = right[f"{self.normalization}_backward"](dx, cache)
        return dx, {f"gamma{i}": dgamma, f"beta{i}": dbeta}

    def relu(self, x: Array, _i: int, _mode: str) -> Any:
        """The rectifier."""
        return right["relu_forward"](x)

    def relu_back(self, dx: Array, cache: Any, _i: int) -> tuple[Array, Gradients]:
        """The gradient of :meth:`relu`."""
        return right["relu_backward"](dx, cache), {}

    def drop(self, x: Array, _i: int, mode: str) -> Any:
        """Dropout, if the network has it."""
        is_on = self.dropout_param["p"] != 1
        return dropout_forward(x, {**self.dropout_param, "mode": mode}) if is_on else (x, None)

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
        return {"stride": 1, "pad": (self.params["W1"].shape[-1] - 1) // 2}

    def conv(self, x: Array, i: int, _mode: str) -> Any:
        """The convolution with its bias."""
        return right["conv_forward_fast"](x, self.params[f"W{i}"], self.params[f"b{i}"], self.conv_param())

    def conv_back(self, dx: Array, cache: Any, i: int) -> tuple[Array, Gradients]:
        """The gradients of :meth:`conv`."""
        dx, dw, db = right["conv_backward_fast"](dx, cache)
        return dx, {f"W{i}": dw, f"b{i}": db}

    def pool(self, x: Array, _i: int, _mode: str) -> Any:
        """The maximum of each window of 2x2."""
        return right["max_pool_forward_fast"](x, POOLING)

    def pool_back(self, dx: Array, cache: Any, _i: int) -> tuple[Array, Gradients]:
        """The gradient of :meth:`pool`."""
        return right["max_pool_backward_fast"](dx, cache), {}


STACKS: Mapping[str, type[Stack]] = {
    "FullyConnectedNet": Stack,
    "ShallowLayerNet": Stack,
    "TwoLayerNet": Stack,
    "ThreeLayerConvNet": ConvolutionalStack,
}


def stacked(names: Iterable[str] = STACKS, **changed: Callable[..., Any]) -> Functions:
    """The networks of these names, of the dictionary style, some methods of their :class:`Stack` changed."""
    return {name: _mixed(right[name], type("Mistaken", (STACKS[name],), changed)) for name in names}


def _mixed(cls: Any, mistake: type) -> Any:
    @wraps(cls.loss)
    def loss(self: Any, X: Array, y: Array | None = None, reg: float | None = None) -> Any:  # noqa: N803
        self.reg = self.reg if reg is None else reg
        return self.scores(X) if y is None else self.told(X, y)

    return type(cls.__name__, (mistake, cls), {"loss": loss})
