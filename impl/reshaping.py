"""Layers that move pixels and compute nothing: flatten and upsample."""

from .validation import Array, require_shape

Shape = tuple[int, ...]


def flatten_forward(x: Array) -> tuple[Array, Shape]:
    """Every sample as one row: (N, ...) becomes (N, D), the last axis fastest.

    Returns:
        out (N, D) and the cache, the shape of x.

    Source: torch.flatten(start_dim=1).
    """
    return x.reshape(len(x), -1), x.shape


def flatten_backward(dout: Array, cache: Shape) -> Array:
    """The rows back in the shape of x.

    Raises:
        ValueError: if dout does not have as many elements.
    """
    return dout.reshape(cache)


def upsample_forward(x: Array, scale: int) -> tuple[Array, tuple[Shape, int]]:
    """Every pixel ``scale`` times each way: ``out[n, c, i, j] = x[n, c, i // scale, j // scale]``.

    Args:
        x: (N, C, H, W), float.
        scale: how often, a whole number.

    Returns:
        out (N, C, scale H, scale W) and the cache.

    Source: torch.nn.functional.interpolate(mode="nearest").
    """
    return x.repeat(scale, axis=2).repeat(scale, axis=3), (x.shape, scale)


def upsample_backward(dout: Array, cache: tuple[Shape, int]) -> Array:
    """Every pixel collects from all of its copies.

    Raises:
        ValueError: if dout does not have the shape of the output.
    """
    (samples, channels, height, width), scale = cache
    require_shape("upsample_backward", "dout", dout, (samples, channels, scale * height, scale * width))
    return dout.reshape(samples, channels, height, scale, width, scale).sum(axis=(3, 5))
