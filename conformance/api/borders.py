"""Arrays of any library, to NumPy and back: torch, JAX, CuPy, whatever speaks DLPack or ``__array__``."""

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from gradproof.conformance.errors import UsageError
from gradproof.conformance.spec.cases import Array

WIDER = {"bfloat16": np.float32}  # what NumPy has no name for, and what holds it exactly


def to_numpy(value: Any, what: str) -> Array:
    """The values as an ndarray, wherever they lie. Raises UsageError for what is no array."""
    if _is_torch(value):
        value = value.detach().cpu()
        return np.asarray(value.float().numpy() if dtype_of(value) in WIDER else value.numpy())
    if dtype_of(value) in WIDER:
        value = value.astype(np.float32)
    if hasattr(value, "get") and type(value).__module__.startswith("cupy"):
        value = value.get()
    try:
        array = np.from_dlpack(value) if not hasattr(value, "__array__") and hasattr(value, "__dlpack__") else value
        array = np.asarray(array)
    except (TypeError, ValueError, RuntimeError, BufferError) as error:
        raise UsageError(f"{what} is a {type(value).__name__} that is no array: {error}") from None
    if array.dtype.kind not in "biuf":
        raise UsageError(f"{what} is of dtype {array.dtype}, expected numbers")
    return array


def dtype_of(value: Any) -> str:
    """``float32``, ``bfloat16``, ... of any library's array; of a number ``float64``."""
    return str(getattr(value, "dtype", "float64")).rpartition(".")[2]


def called(
    function: Callable[..., Any],
    inputs: Mapping[str, Any],
    by_name: bool,
    wrt: Sequence[str],
    upstream: Callable[[Any], Array],
    backward: Callable[..., Any] | None,
) -> tuple[Any, dict[str, Any]]:
    """What a function gives, and its gradients: by its own backward, by torch's autograd, or by JAX's."""
    if not wrt:
        return _call(function, inputs, by_name), {}
    if backward is not None:
        out = _call(function, inputs, by_name)
        gradients = backward(upstream(out), *inputs.values())
        gradients = gradients if isinstance(gradients, tuple | list) else (gradients,)
        if len(gradients) != len(wrt):
            raise UsageError(f"backward gives {len(gradients)} gradients, expected {len(wrt)}: {', '.join(wrt)}")
        return out, dict(zip(wrt, gradients, strict=True))
    if all(_is_torch(inputs[name]) for name in wrt):
        return _by_torch(function, inputs, by_name, wrt, upstream)
    if "jax" in sys.modules and all(type(inputs[name]).__module__.startswith("jax") for name in wrt):
        return _by_jax(function, inputs, by_name, wrt, upstream)
    kind = type(inputs[wrt[0]]).__name__
    raise UsageError(
        f"there is no autograd for {kind}: give backward=, called with the upstream gradient and the inputs"
    )


def _call(function: Callable[..., Any], inputs: Mapping[str, Any], by_name: bool) -> Any:
    return function(**inputs) if by_name else function(*inputs.values())


def _by_torch(
    function: Callable[..., Any],
    inputs: Mapping[str, Any],
    by_name: bool,
    wrt: Sequence[str],
    upstream: Callable[[Any], Array],
) -> tuple[Any, dict[str, Any]]:
    import torch

    leaves = {name: inputs[name].detach().clone().requires_grad_() for name in wrt}
    out = _call(function, {**inputs, **leaves}, by_name)
    along = torch.from_numpy(upstream(out)).to(out.device, out.dtype)
    return out, dict(zip(wrt, torch.autograd.grad(out, list(leaves.values()), along), strict=True))


def _by_jax(
    function: Callable[..., Any],
    inputs: Mapping[str, Any],
    by_name: bool,
    wrt: Sequence[str],
    upstream: Callable[[Any], Array],
) -> tuple[Any, dict[str, Any]]:
    import jax
    import jax.numpy as jnp

    def of_leaves(*leaves: Any) -> Any:
        return _call(function, {**inputs, **dict(zip(wrt, leaves, strict=True))}, by_name)

    out, back = jax.vjp(of_leaves, *(inputs[name] for name in wrt))
    return out, dict(zip(wrt, back(jnp.asarray(upstream(out), out.dtype)), strict=True))


def _is_torch(value: Any) -> bool:
    return type(value).__module__.partition(".")[0] == "torch" and hasattr(value, "detach")
