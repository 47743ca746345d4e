"""The few argument checks that every layer shares. Each raises a ValueError that says what was expected."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Pair = tuple[int, int]  # rows, columns


def require_shape(function: str, name: str, array: Array, expected: tuple[int, ...]) -> None:
    """Raise unless ``array`` has exactly the ``expected`` shape, so that nothing broadcasts by accident."""
    if np.shape(array) != expected:
        raise ValueError(f"{function}: {name} has shape {np.shape(array)}, expected {expected}")


def require_matrix(function: str, name: str, array: Array) -> None:
    """Raise unless ``array`` is a matrix with at least one row and one column."""
    if np.ndim(array) != 2 or np.size(array) == 0:
        raise ValueError(f"{function}: {name} has shape {np.shape(array)}, expected a non-empty matrix (N, D)")


def require_images(function: str, name: str, array: Array) -> None:
    """Raise unless ``array`` is a batch of images with at least one pixel."""
    if np.ndim(array) != 4 or np.size(array) == 0:
        raise ValueError(f"{function}: {name} has shape {np.shape(array)}, expected a non-empty (N, C, H, W)")


def require_float(function: str, name: str, array: Array) -> None:
    """Raise unless ``array`` holds floats: integers would be truncated."""
    if array.dtype.kind != "f":
        raise ValueError(f"{function}: {name} has dtype {array.dtype}, expected a float array")


def require_choice(function: str, name: str, value: object, choices: tuple[object, ...]) -> None:
    """Raise unless ``value`` is one of ``choices``."""
    if value not in choices:
        raise ValueError(f"{function}: {name} is {value!r}, expected one of {', '.join(map(repr, choices))}")


def require_labels(function: str, name: str, scores: Array, y: Array) -> None:
    """Raise unless ``scores``, called ``name``, is a float (N, C) and ``y`` holds N integer labels in [0, C)."""
    require_matrix(function, name, scores)
    require_float(function, name, scores)
    classes = scores.shape[1]
    require_shape(function, "y", y, scores.shape[:1])
    if y.dtype.kind not in "iu":
        raise ValueError(f"{function}: y has dtype {y.dtype}, expected integer class labels")
    if y.min() < 0 or y.max() >= classes:
        raise ValueError(
            f"{function}: y has labels from {y.min()} to {y.max()}, "
            f"expected labels in [0, {classes}) for {classes} classes"
        )


def require_sizes(function: str, sizes: Sequence[int]) -> None:
    """Raise unless every one of ``sizes`` is at least 1."""
    if min(sizes) < 1:
        raise ValueError(f"{function}: a size is {min(sizes)}, expected sizes of 1 or more")


def required_layers(
    function: str, hidden_dims: Sequence[int] | int, input_dim: Sequence[int] | int
) -> tuple[tuple[int, ...], int]:
    """The hidden layers' sizes and the number of inputs, given in either order.

    Raise unless the one is a sequence and the other a number.
    """
    given = (hidden_dims, input_dim)
    numbers = [each for each in given if isinstance(each, int | np.integer)]
    sequences = [each for each in given if not isinstance(each, int | np.integer)]
    if len(numbers) != 1:
        expected = "a sequence of sizes and a number"
        raise ValueError(f"{function}: hidden_dims is {hidden_dims!r}, input_dim is {input_dim!r}, expected {expected}")
    return tuple(sequences[0]), int(numbers[0])


def required_pair(
    function: str, param: Mapping[str, Any], name: str, default: int | None = None, least: int = 1
) -> Pair:
    """An option that is a number, or one for the rows and one for the columns; raise unless it is."""
    value = param.get(name, default)
    both = value if isinstance(value, tuple | list) else (value, value)
    if len(both) != 2 or not all(_is_count(each, least) for each in both):
        raise ValueError(f"{function}: {name} is {value!r}, expected an integer of {least} or more, or a pair of them")
    rows, columns = map(int, both)
    return rows, columns


def _is_count(value: object, least: int) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool) and int(value) >= least
