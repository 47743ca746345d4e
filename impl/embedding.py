"""Words as vectors, and the layers that act at every time step: embedding, temporal affine, temporal softmax loss."""

import numpy as np

from .affine import affine_backward, affine_forward
from .validation import Array, require_shape


def word_embedding_forward(x: Array, W: Array) -> tuple[Array, tuple[Array, Array]]:
    """A row of W for every word: ``out[..., :] = W[x[...]]``.

    Args:
        x: any shape, integers in [0, V), of any integer dtype.
        W: (V, D), float.

    Returns:
        out, the shape of x and D behind it, and the cache ``(x, W)``.

    Raises:
        ValueError: if x is not of integers, or has a word that W has no row for.

    Source: torch.nn.functional.embedding.
    """
    if x.dtype.kind not in "iu":
        raise ValueError(f"word_embedding_forward: x has dtype {x.dtype}, expected integers")
    if x.size and (x.min() < 0 or x.max() >= len(W)):
        raise ValueError(f"word_embedding_forward: x has words from {x.min()} to {x.max()}, expected [0, {len(W)})")
    return W[x], (x, W)


def word_embedding_backward(dout: Array, cache: tuple[Array, Array]) -> Array:
    """The gradient of W: every place where a word stands adds to its row, however often it stands there.

    A row gets what stands at the last place of its word, and what stands at the others is added, number by number:
    ``np.add.at(dW, x, dout)`` comes to the same and takes ten times as long.

    Args:
        dout: the shape of x and D behind it.
        cache: what the forward returned.

    Returns:
        dW (V, D).

    Raises:
        ValueError: if dout does not have the shape of the output.
    """
    x, W = cache
    require_shape("word_embedding_backward", "dout", dout, (*x.shape, W.shape[1]))
    words, rows = x.reshape(-1).astype(np.intp), dout.reshape(-1, W.shape[1])  # bytes overflow in products
    dW = np.zeros(W.shape, W.dtype)
    dW[words] = rows
    last = np.empty(len(W), int)
    last[words] = np.arange(len(words))
    others = np.flatnonzero(last[words] != np.arange(len(words)))
    places = words[others, np.newaxis] * W.shape[1] + np.arange(W.shape[1])
    np.add.at(dW.reshape(-1), places.reshape(-1), rows[others].reshape(-1))
    return dW


def padded_embedding_forward(x: Array, W: Array, padding_idx: int) -> tuple[Array, tuple[Array, Array, int]]:
    """As :func:`word_embedding_forward`; the row ``padding_idx`` of W is read like any other, and has no gradient.

    Source: torch.nn.functional.embedding(padding_idx=...).
    """
    out, _ = word_embedding_forward(x, W)
    return out, (x, W, padding_idx)


def padded_embedding_backward(dout: Array, cache: tuple[Array, Array, int]) -> Array:
    """The gradient of W, 0 in the row of the padding.

    Raises:
        ValueError: if dout does not have the shape of the output.
    """
    x, W, padding_idx = cache
    dW = word_embedding_backward(dout, (x, W))
    dW[padding_idx] = 0
    return dW


def temporal_affine_forward(x: Array, w: Array, b: Array) -> tuple[Array, tuple[Array, Array, Array]]:
    """One affine map at every time step: ``out[n, t] = x[n, t] @ w + b``.

    Args:
        x: (N, T, D), float.
        w, b: (D, M), (M,).

    Returns:
        out (N, T, M) and the cache ``(x, w, b)``.

    Raises:
        ValueError: if x has not three axes, or the shapes do not fit together.

    Source: cs231n assignment 3; torch.nn.functional.linear.
    """
    if x.ndim != 3:
        raise ValueError(f"temporal_affine_forward: x has shape {x.shape}, expected (N, T, D)")
    out, _ = affine_forward(x.reshape(-1, x.shape[2]), w, b)
    return out.reshape(*x.shape[:2], -1), (x, w, b)


def temporal_affine_backward(dout: Array, cache: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
    """Gradients of :func:`temporal_affine_forward`, those of w and b summed over samples and steps.

    Args:
        dout: (N, T, M), the upstream gradient.
        cache: what the forward returned.

    Returns:
        dx (N, T, D), dw (D, M), db (M,).

    Raises:
        ValueError: if dout does not have the shape of the output.
    """
    x, w, b = cache
    require_shape("temporal_affine_backward", "dout", dout, (*x.shape[:2], w.shape[1]))
    dx, dw, db = affine_backward(dout.reshape(-1, w.shape[1]), (x.reshape(-1, x.shape[2]), w, b))
    return dx.reshape(x.shape), dw, db


def temporal_softmax_loss(x: Array, y: Array, mask: Array) -> tuple[float, Array]:
    """Cross entropy at every time step that the mask keeps, summed over the steps and divided by the samples.

        loss = -1/N * sum over n, t of mask[n, t] * log softmax(x[n, t])[y[n, t]]

    Args:
        x: (N, T, V), float, the scores.
        y: (N, T), integer labels in [0, V).
        mask: (N, T), bool or 0 and 1.

    Returns:
        loss and dx (N, T, V).

    Raises:
        ValueError: if y or mask has not the shape (N, T).

    Source: cs231n assignment 3; torch.nn.functional.cross_entropy(ignore_index=..., reduction="sum") / N.
    """
    require_shape("temporal_softmax_loss", "y", y, x.shape[:2])
    require_shape("temporal_softmax_loss", "mask", mask, x.shape[:2])
    shifted = x - x.max(axis=2, keepdims=True)
    log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))
    right = np.take_along_axis(log_probabilities, y[..., np.newaxis], axis=2)[..., 0]
    loss = -float(right[mask.astype(bool)].sum()) / len(x)
    dx = np.exp(log_probabilities)
    np.put_along_axis(dx, y[..., np.newaxis], np.take_along_axis(dx, y[..., np.newaxis], axis=2) - 1, axis=2)
    dx *= mask[..., np.newaxis] / x.dtype.type(len(x))
    return loss, dx
