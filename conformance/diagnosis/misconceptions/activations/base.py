"""An elementwise layer whose steps can be replaced. The mistakes stand in the files whose names begin like this one."""

from collections.abc import Callable
from typing import Any

from gradproof.conformance.diagnosis.misconceptions import Functions
from gradproof.conformance.spec.cases import Array

Step = Callable[..., Any]


def elementwise(name: str, out: Step, dx: Step) -> Functions:
    """The layer ``name`` with ``out(x, *options)`` and ``dx(dout, x, *options)``."""

    def forward(x: Array, *options: float) -> Any:
        return out(x, *options), (x, *options)

    def backward(dout: Array, cache: Any) -> Any:
        return dx(dout, *cache)

    return {f"{name}_forward": forward, f"{name}_backward": backward}
