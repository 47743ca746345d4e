"""Arrays of any library, to NumPy and back: torch, JAX, CuPy, whatever speaks DLPack or ``__array__``."""

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from gradproof.conformance.errors import UsageError
from gradproof.conformance.spec.cases import Array
from gradproof.conformance.spec.words.said import say

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
        raise UsageError(
            say("{what} is a {name} that is no array: {reason}", what=what, name=type(value).__name__, reason=error)
        ) from None
    if array.dtype.kind not in "biuf":
        raise UsageError(say("{what} is of dtype {dtype}, expected numbers", what=what, dtype=array.dtype))
    return array


def dtype_of(value: Any) -> str:
    """``float32``, ``bfloat16``, ... of any library's array; of a number ``float64``."""
    return str(getattr(value, "dtype", "float64")).rpartition(".")[2]


Of = Callable[[Mapping[str, Any]], Any]  # what is judged, as a function of the inputs that there are gradients by


def called(
    function: Callable[..., Any],
    inputs: Mapping[str, Any],
    by_name: bool,
    wrt: Sequence[str],
    upstream: Callable[[Any], Array],
    backward: Callable[..., Any] | None,
) -> tuple[Any, dict[str, Any]]:
    """What a function gives, and its gradients: by its own backward, by torch's autograd, or by JAX's."""

    def of(leaves: Mapping[str, Any]) -> Any:
        given = {**inputs, **leaves}
        return function(**given) if by_name else function(*given.values())

    if not wrt:
        return of({}), {}
    if backward is not None:
        out = of({})
        gradients = backward(upstream(out), *inputs.values())
        gradients = gradients if isinstance(gradients, tuple | list) else (gradients,)
        if len(gradients) != len(wrt):
            raise UsageError(
                say(
                    "backward gives {count} gradients, expected {expected}: {names}",
                    count=len(gradients),
                    expected=len(wrt),
                    names=", ".join(wrt),
                )
            )
        return out, dict(zip(wrt, gradients, strict=True))
    leaves = {name: inputs[name] for name in wrt}
    if all(map(_is_torch, leaves.values())):
        return _by_torch(of, leaves, upstream)
    if "jax" in sys.modules and all(type(leaf).__module__.startswith("jax") for leaf in leaves.values()):
        return _by_jax(of, leaves, upstream)
    kind = type(inputs[wrt[0]]).__name__
    raise UsageError(
        say(
            "there is no autograd for {kind}: give backward=, called with the upstream gradient and the inputs",
            kind=kind,
        )
    )


def _by_torch(of: Of, leaves: Mapping[str, Any], upstream: Callable[[Any], Array]) -> tuple[Any, dict[str, Any]]:
    import torch

    own = {name: leaf.detach().clone().requires_grad_() for name, leaf in leaves.items()}
    out = of(own)
    along = torch.from_numpy(upstream(out)).to(out.device, out.dtype)
    return out, dict(zip(own, torch.autograd.grad(out, list(own.values()), along), strict=True))


def _by_jax(of: Of, leaves: Mapping[str, Any], upstream: Callable[[Any], Array]) -> tuple[Any, dict[str, Any]]:
    import jax
    import jax.numpy as jnp

    out, back = jax.vjp(lambda *given: of(dict(zip(leaves, given, strict=True))), *leaves.values())
    return out, dict(zip(leaves, back(jnp.asarray(upstream(out), out.dtype)), strict=True))


def _is_torch(value: Any) -> bool:
    return type(value).__module__.partition(".")[0] == "torch" and hasattr(value, "detach")
