"""Mistakes in batch normalization of images: how pixels become rows."""

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.normalization_spatial.base import (
    Layout,
    Shape,
    images,
    pixels,
    spatial_batchnorm,
)
from gradproof.conformance.spec.cases import Array


def reshaped(x: Array) -> Array:
    """As many columns as there are channels, but no column is a channel."""
    return x.reshape(-1, x.shape[1])


def by_columns(x: Array) -> Array:
    """A row for each pixel, column after column of the image."""
    return pixels(x.swapaxes(2, 3))


def by_columns_back(rows: Array, shape: Shape) -> Array:
    """The images of :func:`by_columns` put together again."""
    samples, channels, height, width = shape
    return images(rows, (samples, channels, width, height)).swapaxes(2, 3)


def back(rows: Array, shape: Shape) -> Array:
    """The shape of images again, in the order in which the values stand."""
    return rows.reshape(shape)


@wrong(
    "spatial_batchnorm",
    "You reshape to rows of C and back without a transpose; each row should be one pixel with all its channels.",
    "Which axis does reshape run along first? The channels must come last before it.",
)
def channels_are_never_transposed() -> Functions:
    mixed = Layout(reshaped, back)
    return spatial_batchnorm(mixed, mixed)


@wrong(
    "spatial_batchnorm",
    "You reshape x to rows of C without a transpose before it; each row should be one pixel with all its channels.",
    "Which axis does reshape run along first?",
)
def x_is_not_transposed() -> Functions:
    return spatial_batchnorm(Layout(split=reshaped))


@wrong(
    "spatial_batchnorm",
    "You reshape the output to (N, C, H, W) at once; its rows are pixels, so it is (N, H, W, C) first.",
    "What did you do to x before you reshaped it? It is undone in the opposite order.",
)
def output_is_not_transposed_back() -> Functions:
    return spatial_batchnorm(Layout(join=back))


@wrong(
    "spatial_batchnorm",
    "You return the channels last; the output is (N, C, H, W), as x is.",
    "Compare the order of the axes of x and of the output.",
)
def channels_are_last() -> Functions:
    return spatial_batchnorm(Layout(join=lambda rows, shape: images(rows, shape).transpose(0, 2, 3, 1)))


@wrong(
    "spatial_batchnorm",
    "You take rows and columns apart in one order and put them together in the other; the two orders are to agree.",
    "Which axis is which after your transpose? An image of a single row hides this.",
)
def rows_and_columns_change_places() -> Functions:
    return spatial_batchnorm(Layout(split=by_columns))


@wrong(
    "spatial_batchnorm",
    "Your backward takes rows and columns in another order than your forward did; a row of dout belongs to x's pixel.",
    "Write down the transposes of the forward and of the backward: do they bring the axes into one order?",
)
def backward_takes_columns_first() -> Functions:
    return spatial_batchnorm(backward=Layout(split=by_columns, join=by_columns_back))


@wrong(
    "spatial_batchnorm",
    "Your backward reshapes dout without a transpose before it; its rows are pixels, as those of x were.",
    "What did the forward do to x? The backward does the same to dout.",
)
def dout_is_not_transposed() -> Functions:
    return spatial_batchnorm(backward=Layout(split=reshaped))


@wrong(
    "spatial_batchnorm",
    "Your backward reshapes dx to (N, C, H, W) at once; its rows are pixels, so it is (N, H, W, C) first.",
    "What did the forward do to its output? The backward does the same to dx.",
)
def dx_is_not_transposed_back() -> Functions:
    return spatial_batchnorm(backward=Layout(join=back))


@wrong(
    "spatial_batchnorm",
    "Your backward reshapes dout and dx without a transpose; the forward transposed, so the backward does too.",
    "Does a row of dout belong to the pixel of the same row of x?",
)
def backward_never_transposes() -> Functions:
    return spatial_batchnorm(backward=Layout(reshaped, back))
