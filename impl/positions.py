"""What tells a transformer where a token stands: sinusoids or learned rows that are added, and rotations of pairs."""

import numpy as np

from .validation import Array, require_shape

BASE = 10_000.0


def positional_encoding_forward(x: Array) -> tuple[Array, tuple[int, ...]]:
    """Add a sine and a cosine of its position to every pair of features, each pair of another frequency.

        out[n, t, 2i] = x[n, t, 2i] + sin(t / 10000**(2i / D))
        out[n, t, 2i + 1] = x[n, t, 2i + 1] + cos(t / 10000**(2i / D))

    Args:
        x: (N, T, D), float, D even; the first step has position 0.

    Returns:
        out (N, T, D) and the cache.

    Raises:
        ValueError: if x has not three axes, or D is odd.

    Source: Vaswani et al. (2017), section 3.5.
    """
    angles = _angles("positional_encoding_forward", x)
    added = np.stack((np.sin(angles), np.cos(angles)), axis=-1).reshape(x.shape[1:])
    return x + added, x.shape


def positional_encoding_backward(dout: Array, cache: tuple[int, ...]) -> Array:
    """The gradient of :func:`positional_encoding_forward`: what is added hangs on nothing, so dx is dout.

    Args:
        dout: (N, T, D), the upstream gradient.
        cache: what the forward returned.

    Returns:
        dx (N, T, D), an array of its own.

    Raises:
        ValueError: if dout does not have the shape of the output.
    """
    require_shape("positional_encoding_backward", "dout", dout, cache)
    return dout.copy()


def learned_positions_forward(x: Array, W: Array) -> tuple[Array, tuple[tuple[int, ...], tuple[int, ...]]]:
    """Add to every step the row of its position: ``out[n, t] = x[n, t] + W[t]``.

    Args:
        x: (N, T, D), float; the first step has position 0.
        W: (L, D), a row for each of the L positions that there can be, T of them or more.

    Returns:
        out (N, T, D) and the cache.

    Raises:
        ValueError: if there are fewer rows than steps, or of another width.

    Source: Gehring et al. (2017); Radford et al. (2018), GPT.
    """
    if x.ndim != len("NTD") or W.shape[1:] != x.shape[2:] or len(W) < x.shape[1]:
        raise ValueError(
            f"learned_positions_forward: x has shape {x.shape}, W {W.shape}, expected (N, T, D) and (L, D), L >= T"
        )
    return x + W[: x.shape[1]], (x.shape, W.shape)


def learned_positions_backward(dout: Array, cache: tuple[tuple[int, ...], tuple[int, ...]]) -> tuple[Array, Array]:
    """Gradients of :func:`learned_positions_forward`: a row was added to every sample, so dW sums over them.

    Args:
        dout: (N, T, D), the upstream gradient.
        cache: what the forward returned.

    Returns:
        dx (N, T, D), an array of its own, and dW (L, D), 0 for positions behind the last step.

    Raises:
        ValueError: if dout does not have the shape of the output.
    """
    of_x, of_rows = cache
    require_shape("learned_positions_backward", "dout", dout, of_x)
    dw = np.zeros(of_rows, dout.dtype)
    dw[: of_x[1]] = dout.sum(axis=0)
    return dout.copy(), dw


def rope_forward(x: Array) -> tuple[Array, Array]:
    """Turn every pair of features by an angle that grows with the position: ``t / 10000**(2i / D)`` for pair i.

        out[2i] = x[2i] * cos - x[2i + 1] * sin
        out[2i + 1] = x[2i] * sin + x[2i + 1] * cos

    So the product of a query and a key depends on how far they are apart, and on nothing else of where they stand.

    Args:
        x: (N, T, D), float, D even; the first step has position 0.

    Returns:
        out (N, T, D) and the cache.

    Raises:
        ValueError: if x has not three axes, or D is odd.

    Source: Su et al. (2021), RoFormer, equation 34.
    """
    angles = _angles("rope_forward", x)
    return _turned(x, angles), angles


def rope_backward(dout: Array, cache: Array) -> Array:
    """The gradient of :func:`rope_forward`: every pair turned back.

    Args:
        dout: (N, T, D), the upstream gradient.
        cache: what the forward returned.

    Returns:
        dx (N, T, D).

    Raises:
        ValueError: if dout does not have as many steps and features as the output.
    """
    require_shape("rope_backward", "dout", dout, (len(dout), len(cache), 2 * cache.shape[1]))
    return _turned(dout, -cache)


def _angles(function: str, x: Array) -> Array:
    """The angle of every position and pair, (T, D / 2)."""
    if x.ndim != 3 or x.shape[2] % 2:
        raise ValueError(f"{function}: x has shape {x.shape}, expected (N, T, D) with an even D")
    frequencies = BASE ** (-np.arange(0, x.shape[2], 2) / x.shape[2])
    return np.outer(np.arange(x.shape[1]), frequencies).astype(x.dtype)


def _turned(x: Array, angles: Array) -> Array:
    """Pairs of neighbours, each turned by its angle."""
    one, other = x[..., 0::2], x[..., 1::2]
    sin, cos = np.sin(angles), np.cos(angles)
    return np.stack((one * cos - other * sin, one * sin + other * cos), axis=-1).reshape(x.shape)
