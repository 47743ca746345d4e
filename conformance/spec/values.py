"""What a submission returned, as a plain array or in a few words. Runs beside untrusted code."""

import numpy as np

from gradproof.conformance.spec.cases import Array


def as_array(value: object) -> Array | None:
    """A plain copy of a numeric array or number in native byte order; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, np.ndarray | np.generic | int | float):
        return None
    try:
        array = np.array(value, subok=False)
    except (TypeError, ValueError, OverflowError):
        return None
    if array.dtype.kind not in "fiu" or array.dtype.itemsize > 8:
        return None
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def describe_value(value: object) -> str:
    """A value in a few words, without calling its code."""
    if value is None or value is NotImplemented or value is Ellipsis:
        return f"{value}; it looks unfilled"
    if isinstance(value, np.ndarray):
        return f"an array of dtype {value.dtype} with shape {value.shape}"
    if isinstance(value, tuple | list):
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, str):
        return f"a string of {len(value)} characters"
    return f"a {type(value).__name__}"
