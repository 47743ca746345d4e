"""Labels in other dtypes, gradients of all magnitudes, images as files have them, and options in all pairs."""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations, product
from typing import Any

import numpy as np

from gradproof.conformance.spec.cases import Array
from gradproof.conformance.spec.conventions import Dialect

LABEL_DTYPES = ("int64", "int64", "uint8", "int32")  # lists give the first, files of images the third
MAGNITUDES = (1.0, 1e3, 1.0, 1.0, 1e-10)  # of what comes back from above
MANY_SAMPLES = (131, 138)  # twice that is no number of 8 bits
MANY_CLASSES = (257, 264)  # not all of them are numbers of 8 bits
CLASSES_HINT = "there are more classes than in the other cases, and more than there are numbers of 8 bits"
MANY_UNITS = 67  # beyond a round number that somebody takes for the most there are
MANY_HINT = "there are as many samples, units or classes as a training has; nothing may depend on their number"
WHITE = 255  # of a pixel

Setting = Mapping[str, Any]


def labels(rng: np.random.Generator, classes: int, samples: int, size: int) -> Array:
    """Labels at random, in a dtype that the size of the case decides."""
    return rng.integers(classes, size=samples).astype(LABEL_DTYPES[size % len(LABEL_DTYPES)])


def labels_of_many(rng: np.random.Generator, samples: int) -> tuple[int, Array]:
    """How many classes there are, and labels, the last class among them: as numbers of 8 bits they are others."""
    classes = int(rng.integers(*MANY_CLASSES))
    return classes, np.append(rng.integers(classes, size=samples - 1), classes - 1)


def with_the_last_class(of: str) -> Callable[[Mapping[str, Array], Dialect], dict[str, Array]]:
    """Arrange the labels so that the first sample is of the last class, of as many as an array has columns."""

    def arrange(arrays: Mapping[str, Array], _dialect: Dialect) -> dict[str, Array]:
        y = arrays["y"].copy()
        y[0] = arrays[of].shape[1] - 1
        return {"y": y}

    return arrange


def upstream(rng: np.random.Generator, size: int, *shape: int) -> Array:
    """A gradient from above: normal values, of a magnitude that the size of the case decides."""
    return MAGNITUDES[size % len(MAGNITUDES)] * rng.standard_normal(shape)


def pixels(rng: np.random.Generator, *shape: int) -> Array:
    """Images as files have them: whole numbers of 8 bits."""
    return rng.integers(0, WHITE, shape, np.uint8, endpoint=True)


def pairwise(**factors: Sequence[Any]) -> tuple[Setting, ...]:
    """Settings in which each two values of two factors meet at least once: greedy, the first of the best each time."""
    settings = [dict(zip(factors, values, strict=True)) for values in product(*factors.values())]
    open_pairs = {pair for setting in settings for pair in _pairs(setting)}
    chosen = []
    while open_pairs:
        best = max(settings, key=lambda setting: len(open_pairs.intersection(_pairs(setting))))
        open_pairs.difference_update(_pairs(best))
        chosen.append(best)
    return tuple(chosen)


def _pairs(setting: Setting) -> set[tuple[Any, ...]]:
    return set(combinations(((name, repr(value)) for name, value in setting.items()), min(2, len(setting))))
