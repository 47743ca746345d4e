"""Blocks of right layers, so that a mistake in how they are put together is a line changed."""

from collections.abc import Iterator
from typing import Any

from gradproof.conformance.harness.donor import donor
from gradproof.conformance.spec.cases import Array

right = donor()

Given = dict[str, Any]


class Block:
    """Layers one after the other.

    Args:
        linear, norm: the layer with the weights, and the normalization, if there is one.
        takes: the arguments after x, in order.
    """

    def __init__(self, linear: str, norm: str, takes: str) -> None:
        self.linear_layer, self.norm_layer, self.takes = linear, norm, takes.split()
        is_there = {"linear": True, "norm": norm, "relu": True, "pool": "pool_param" in self.takes}
        self.layers = [name for name, has in is_there.items() if has]

    def order(self) -> tuple[str, ...]:
        """The layers in their order."""
        return ("linear", "norm", "relu", "pool")

    def way_back(self) -> tuple[str, ...]:
        """The layers in the order of the backward."""
        return self.order()[::-1]

    def own(self, names: tuple[str, ...]) -> Iterator[str]:
        """Those of them that the block has."""
        return (name for name in names if name in self.layers)

    def forward(self, x: Array, *arguments: Any) -> Any:
        """The output, and what the backward needs of each layer."""
        given = dict(zip(self.takes, arguments, strict=True))
        caches: Given = {}
        inputs: Given = {}
        for name in self.own(self.order()):
            inputs[name] = x
            x, caches[name] = getattr(self, name)(x, given)
        return x, caches

    def backward(self, dout: Array, caches: Any) -> Any:
        """The gradients of x and of all arrays."""
        grads: Given = {}
        dx = dout
        for name in self.own(self.way_back()):
            dx, *grads[name] = getattr(self, f"{name}_back")(dx, caches[name])
        (dw, db), others = grads["linear"], grads.get("norm", ())
        return dx, dw, db, *others

    def linear(self, x: Array, given: Given) -> Any:
        """The layer with the weights."""
        w, b = given["w"], given["b"]
        if self.linear_layer == "affine":
            return right["affine_forward"](x, w, b)
        conv_param = given["conv_param"]
        return right["conv_forward_fast"](x, w, b, conv_param)

    def linear_back(self, dout: Array, cache: Any) -> Any:
        """Its gradients."""
        return right["affine_backward" if self.linear_layer == "affine" else "conv_backward_fast"](dout, cache)

    def norm(self, x: Array, given: Given) -> Any:
        """The normalization."""
        gamma, beta, param = given["gamma"], given["beta"], given["norm_param"]
        normed, cache = right[f"{self.norm_layer}_forward"](x, gamma, beta, param)
        return normed, cache

    def norm_back(self, dout: Array, cache: Any) -> Any:
        """Its gradients."""
        dx, dgamma, dbeta = right[f"{self.norm_layer}_backward"](dout, cache)
        return dx, dgamma, dbeta

    def relu(self, x: Array, given: Given) -> Any:
        """The rectifier."""
        return right["relu_forward"](x)

    def relu_back(self, dout: Array, cache: Any) -> Any:
        """Its gradient."""
        return (right["relu_backward"](dout, cache),)

    def pool(self, x: Array, given: Given) -> Any:
        """The pooling."""
        pool_param = given["pool_param"]
        return right["max_pool_forward_fast"](x, pool_param)

    def pool_back(self, dout: Array, cache: Any) -> Any:
        """Its gradient."""
        return (right["max_pool_backward_fast"](dout, cache),)


def _both(linear: str, norm: str, takes: str) -> Any:
    block = Block(linear, norm, takes)
    return block.forward, block.backward


NORMED = "w b gamma beta norm_param"
affine_relu_forward, affine_relu_backward = _both("affine", "", "w b")
affine_bn_relu_forward, affine_bn_relu_backward = _both("affine", "batchnorm", NORMED)
affine_ln_relu_forward, affine_ln_relu_backward = _both("affine", "layernorm", NORMED)
conv_relu_forward, conv_relu_backward = _both("conv", "", "w b conv_param")
conv_bn_relu_forward, conv_bn_relu_backward = _both("conv", "spatial_batchnorm", "w b gamma beta conv_param norm_param")
conv_relu_pool_forward, conv_relu_pool_backward = _both("conv", "", "w b conv_param pool_param")
