"""The only crossing between ndarray and tensor."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch

Array = np.ndarray[Any, np.dtype[Any]]

# The tensors are small, so threads cost more than they give, and one thread adds in one order on every machine.
torch.set_num_threads(1)


def tensor(array: Array, requires_grad: bool = False) -> torch.Tensor:
    """A tensor that owns a copy of the array, contiguous, in the array's dtype; integers in torch's own."""
    dtype = np.int64 if array.dtype.kind in "iu" else array.dtype
    return torch.from_numpy(np.array(array, dtype, order="C")).clone().requires_grad_(requires_grad)


def array(value: torch.Tensor) -> Array:
    """A tensor's values as an ndarray of its own."""
    return np.array(value.detach().cpu().numpy())


def run(
    function: Callable[..., Any],
    inputs: Mapping[str, Array],
    options: Mapping[str, object],
    returns: tuple[str, ...],
    wrt: Mapping[str, str],
    upstream: Mapping[str, Array | None],
) -> dict[str, Array]:
    """Call a torch function on named arrays and take the gradients of its results by autograd.

    Args:
        function: called with the inputs and options by keyword; returns one tensor, or a dict of named ones.
        inputs: the arrays, all in one float dtype but for labels.
        options: further keywords.
        returns: the results to report; the name of the only one if the function returns a tensor.
        wrt: gradient name -> input name.
        upstream: the results that are differentiated, and what each is contracted with; None for a scalar.

    Returns:
        the results, then the gradients, by name.
    """
    leaves = set(wrt.values())
    tensors = {name: tensor(value, requires_grad=name in leaves) for name, value in inputs.items()}
    results = function(**tensors, **options)
    named = results if isinstance(results, dict) else {returns[0]: results}
    answers = {name: array(named[name]) for name in returns}
    if wrt:
        sum(contracted(named[name], each) for name, each in upstream.items()).backward()
        answers.update({gradient_name: _gradient(tensors[name]) for gradient_name, name in wrt.items()})
    return answers


def contracted(value: torch.Tensor, upstream: Array | None) -> torch.Tensor:
    """<value, upstream>, whose gradients are those for this upstream gradient; without one the scalar as it is.

    An upstream gradient that is handed to torch's backward is compared by symbolic shapes, whose import takes as long
    as a fourth of torch's own.
    """
    return value if upstream is None else torch.dot(value.flatten(), tensor(upstream).to(value.dtype).flatten())


def _gradient(leaf: torch.Tensor) -> Array:
    return array(torch.zeros_like(leaf) if leaf.grad is None else leaf.grad)
