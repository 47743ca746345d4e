"""Data sets from their official files, or made on the spot; nothing is downloaded and nothing is cached.

A pickle is a program, here one of unknown origin, so it is only read: the few NumPy names that it may ask for are
written down, and the arrays are built from its bytes afterwards.
"""

import gzip
import importlib
import io
import math
import pickle
import pickletools
import random
import reprlib
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from .validation import Array, require_matrix, require_shape

MAX_BYTES = 2**30
MAX_STEPS = 1_000_000
CIFAR_FOLDER = "cifar-10-batches-py"
_EXPECTED_FILES = {
    "load_mnist": "mnist.pkl.gz, or a folder with the four IDX files",
    "load_cifar10": f"the folder {CIFAR_FOLDER} with data_batch_1 to data_batch_5 and test_batch",
}

Split = tuple[Array, Array]

_NUMBERS = ("b1", "u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8")
_IN_CORE = ("multiarray._reconstruct", "multiarray.scalar", "numeric._frombuffer")
_CORE_NAMES = tuple(f"numpy.{core}.{name}" for core in ("core", "_core") for name in _IN_CORE)
_NAMES = ("numpy.ndarray", "numpy.dtype", "_codecs.encode", *_CORE_NAMES)


@dataclass(frozen=True, eq=False)
class Dataset:
    """A training, a validation and a test set: X (N, D) float, y (N,) int64, the same D for all three."""

    name: str
    X_train: Array
    y_train: Array
    X_val: Array
    y_val: Array
    X_test: Array
    y_test: Array

    @property
    def num_classes(self) -> int:
        """One more than the largest label of the three sets."""
        return 1 + int(max(y.max() for y in (self.y_train, self.y_val, self.y_test)))

    @property
    def input_dim(self) -> int:
        """D, the number of features of a sample."""
        return int(self.X_train.shape[1])

    @property
    def image(self) -> tuple[int, int, int]:
        """(C, H, W) of a sample: three channels for cifar10; square, or a signal of one row if D is no square."""
        channels = 3 if self.name == "cifar10" else 1
        pixels = self.input_dim // channels
        side = math.isqrt(pixels)
        return (channels, side, side) if side**2 == pixels else (channels, 1, pixels)


def load(spec: str, dtype: DTypeLike = np.float32) -> Dataset:
    """The data set that ``spec`` names: ``digits``, ``mnist1d``, ``mnist:PATH`` or ``cifar10:PATH``.

    Raises:
        ValueError: if the spec is none of the four, or as the loader raises it.
    """
    kind, _, path = spec.partition(":")
    if spec in ("digits", "mnist1d"):
        return load_digits(dtype) if spec == "digits" else load_mnist1d(dtype)
    if kind in ("mnist", "cifar10") and path:
        return load_mnist(path, dtype) if kind == "mnist" else load_cifar10(path, dtype)
    raise ValueError(f"load: spec is {spec!r}, expected 'digits', 'mnist1d', 'mnist:PATH' or 'cifar10:PATH'")


def load_mnist(path: str | Path, dtype: DTypeLike = np.float32) -> Dataset:
    """MNIST from ``mnist.pkl.gz`` or from a folder with the four IDX files, pixels in [0, 1].

    The pickle holds three pairs (images (N, 784) float in [0, 1], labels (N,)) of 50,000, 10,000 and 10,000; unzipped
    will do. The IDX files, gzipped or not, hold bytes, divided by 255 here; the last sixth of their training images,
    10,000 of 60,000, is the validation set.

    Raises:
        ValueError: if a file is missing, damaged, too large or not of its format.

    Source: LeCun, Cortes and Burges (1998); the pickle is the one of deeplearning.net.
    """
    function = "load_mnist"
    source = Path(path)
    if not source.is_dir():
        expected = "three pairs (images, labels), the images as floats in [0, 1]"
        return _dataset(function, "mnist", _unpickled(function, source, _mnist_splits, expected), dtype)
    (x, y), test = _idx_pair(function, source, "train"), _idx_pair(function, source, "t10k")
    cut = len(x) - len(x) // 6
    return _dataset(function, "mnist", [(x[:cut], y[:cut]), (x[cut:], y[cut:]), test], dtype, divisor=255)


def load_cifar10(
    path: str | Path,
    dtype: DTypeLike = np.float32,
    num_training: int = 49000,
    num_validation: int = 1000,
    num_test: int = 1000,
    subtract_mean: bool = True,
) -> Dataset:
    """CIFAR-10 from the folder ``cifar-10-batches-py``, or the folder above it, split as cs231n does.

    Of the five training batches the first num_training images train and the next num_validation validate; the first
    num_test of ``test_batch`` test. A row is an image as in the file: 3 x 32 x 32 flattened, 0 to 255. With
    subtract_mean, the training set's mean image is taken off all three.

    Raises:
        ValueError: if a batch is missing, damaged, too large or not of its format, or there are too few images.

    Source: Krizhevsky (2009); cs231n's get_CIFAR10_data.
    """
    function = "load_cifar10"
    folder = Path(path, CIFAR_FOLDER) if Path(path, CIFAR_FOLDER).is_dir() else Path(path)
    names, expected = [*(f"data_batch_{n}" for n in range(1, 6)), "test_batch"], "'data' (N, 3072) of bytes, N 'labels'"
    *training, (x_test, y_test) = (_unpickled(function, folder / name, _cifar_split, expected) for name in names)
    x, y = (np.concatenate(arrays) for arrays in zip(*training, strict=True))
    end, counts = num_training + num_validation, (num_training, num_validation, num_test)
    if min(counts) < 1 or end > len(x) or num_test > len(x_test):
        held = f"{folder} holds {len(x)} training and {len(x_test)} test images"
        raise ValueError(f"{function}: {held}, expected at least {counts} for the three sets, each 1 or more")
    splits = [(x[:num_training], y[:num_training]), (x[num_training:end], y[num_training:end])]
    dataset = _dataset(function, "cifar10", [*splits, (x_test[:num_test], y_test[:num_test])], dtype)
    if subtract_mean:
        mean_image = np.mean(x[:num_training], axis=0)
        for images in (dataset.X_train, dataset.X_val, dataset.X_test):
            np.subtract(images, mean_image, out=images)
    return dataset


def load_digits(dtype: DTypeLike = np.float32, seed: int = 0) -> Dataset:
    """scikit-learn's 1,797 digits of 8 x 8 pixels, divided by 16: 1,297, 200 and 300, shuffled with ``seed``.

    Raises:
        ImportError: if scikit-learn is missing; the extra ``gradproof[data]`` has it.

    Source: sklearn.datasets.load_digits, from Alpaydin and Kaynak (1998).
    """
    digits = _extra("load_digits", "sklearn.datasets").load_digits()
    order = np.random.default_rng(seed).permutation(len(digits.target))
    x, y = digits.data[order], digits.target[order]
    splits = list(zip(np.split(x, [1297, 1497]), np.split(y, [1297, 1497]), strict=True))
    return _dataset("load_digits", "digits", splits, dtype, divisor=16)


def load_mnist1d(dtype: DTypeLike = np.float32) -> Dataset:
    """MNIST-1D, 40 features, generated with its own default arguments and seed: 3,600, 400 and 1,000.

    The paper trains on all 4,000; here the last 400 of them validate.

    Raises:
        ImportError: if mnist1d or a package it needs is missing; the extra ``gradproof[data]`` has them.

    Source: Greydanus and Kobak (2020).
    """
    generator = _extra("load_mnist1d", "mnist1d.data")
    states = random.getstate(), np.random.get_state()
    try:  # it seeds the global generators, which are the caller's
        made = generator.make_dataset(generator.get_dataset_args())
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])
    x, y, test = made["x"], made["y"], (made["x_test"], made["y_test"])
    return _dataset("load_mnist1d", "mnist1d", [(x[:-400], y[:-400]), (x[-400:], y[-400:]), test], dtype)


def _dataset(function: str, name: str, splits: list[Split], dtype: DTypeLike, divisor: int = 1) -> Dataset:
    if not np.issubdtype(dtype, np.floating):
        raise ValueError(f"{function}: dtype is {np.dtype(dtype)}, expected a float dtype")
    arrays: dict[str, Array] = {}
    for part, (x, y) in zip(("train", "val", "test"), splits, strict=True):
        require_matrix(function, f"X_{part}", x)
        require_shape(function, f"X_{part}", x, (len(x), splits[0][0].shape[1]))
        require_shape(function, f"y_{part}", y, (len(x),))
        if not np.issubdtype(y.dtype, np.integer) or y.min() < 0 or y.max() > 9:
            raise ValueError(f"{function}: y_{part} holds other values than the labels, expected 0 to 9")
        arrays |= {f"X_{part}": np.divide(x, divisor, dtype=dtype, order="C"), f"y_{part}": y.astype(np.int64)}
    return Dataset(name, **arrays)


def _extra(function: str, module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ImportError(f"{function}: {error}; install it with: pip install scikit-learn mnist1d") from error


def _content(function: str, path: Path) -> bytes:
    if not path.is_file():
        raise ValueError(f"{function}: no file {path}, expected {_EXPECTED_FILES[function]}")
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ValueError(f"{function}: {path} is not a whole gzip file ({error}), fetch it again") from error
    if len(content) > MAX_BYTES:
        raise ValueError(f"{function}: {path} holds over {MAX_BYTES:,} bytes, expected a smaller data file")
    return content


def _idx_pair(function: str, folder: Path, part: str) -> Split:
    images, labels = _idx(function, folder, f"{part}-images-idx3", 3), _idx(function, folder, f"{part}-labels-idx1", 1)
    if len(images) != len(labels):
        raise ValueError(f"{function}: {folder} has {len(images)} {part} images, expected {len(labels)} as of labels")
    return images.reshape(len(images), -1), labels


def _idx(function: str, folder: Path, stem: str, dimensions: int) -> Array:
    names = [f"{name}-ubyte{suffix}" for name in (stem, stem.replace("-idx", ".idx")) for suffix in ("", ".gz")]
    path = next((folder / name for name in names if (folder / name).is_file()), None)
    if path is None:
        raise ValueError(f"{function}: {folder} lacks a file, expected one of {', '.join(names)}")
    content, header, magic = _content(function, path), 4 + 4 * dimensions, 0x0800 + dimensions
    if len(content) < header:
        raise ValueError(f"{function}: {path} ends after {len(content)} bytes, expected an IDX header of {header}")
    found, *shape = struct.unpack(f">{dimensions + 1}I", content[:header])
    if found != magic:
        raise ValueError(f"{function}: {path} has the magic number {found:#010x}, expected {magic:#010x} of IDX bytes")
    size = header + math.prod(shape)
    if len(content) != size or 0 in shape:
        raise ValueError(f"{function}: {path} has {len(content)} bytes, expected {size} for shape {shape}, without 0")
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)


class _Recorded:
    """A name that a pickle asks for, its arguments and its state; a call is carried out only to spell bytes."""

    def __init__(self, name: str, arguments: tuple[Any, ...] = ()) -> None:
        self.name, self.arguments = name, arguments
        self.state: Any = ()

    def __call__(self, *arguments: Any) -> "bytes | _Recorded":
        return str.encode(arguments[0], "latin1") if self.name == "encode" else _Recorded(self.name, arguments)

    def __setstate__(self, state: Any) -> None:
        self.state = state


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> _Recorded:
        if f"{module}.{name}" not in _NAMES:
            raise ValueError(f"asks for {module}.{name}; a data file holds NumPy arrays and plain containers only")
        return _Recorded(name)


def _unpickled(function: str, path: Path, arrays_of: Callable[[Any], Any], expected: str) -> Any:
    content = _content(function, path)
    try:
        for step, (opcode, argument, _) in enumerate(pickletools.genops(content)):
            # pickle's memo is as long as the largest place in it: a few bytes could ask for all the memory there is
            if step >= MAX_STEPS or ("PUT" in opcode.name and int(argument or 0) > step + 1):
                raise ValueError("asks for more steps or more memory than a data file needs")
        return arrays_of(_Reader(io.BytesIO(content), encoding="latin1").load())
    except Exception as error:
        detail = str(error) or type(error).__name__
        raise ValueError(f"{function}: {path} cannot be read: {detail}; expected {expected} in a pickle") from error


def _array(value: Any) -> Array:
    if isinstance(value, list):
        if not all(isinstance(item, int) or getattr(item, "name", "") == "scalar" for item in value):
            raise ValueError("holds a list of other things than numbers in place of an array")
        return np.array([item if isinstance(item, int) else _array(item) for item in value])
    if not isinstance(value, _Recorded):
        raise ValueError(f"holds {reprlib.repr(value)} in place of an array")
    if value.name == "_reconstruct":
        _, shape, dtype, fortran, raw = value.state
    elif value.name == "_frombuffer":
        raw, dtype, shape, order = value.arguments
        fortran = order == "F"
    else:
        (dtype, raw), shape, fortran = value.arguments, (), False
    code = dtype.arguments[0]
    if code not in _NUMBERS:
        raise ValueError(f"holds an array of dtype {reprlib.repr(code)}; a data file's arrays hold numbers only")
    data = raw.encode("latin1") if isinstance(raw, str) else raw  # Python 2 keeps bytes in a string
    numbers = np.frombuffer(data, np.dtype(code).newbyteorder(dtype.state[1]))
    return numbers.reshape(shape, order="F" if fortran else "C")


def _mnist_splits(loaded: Any) -> list[Split]:
    train, validation, test = loaded
    splits = [(_array(images), _array(labels)) for images, labels in (train, validation, test)]
    if not all(images.size and images.min() >= 0 and images.max() <= 1 for images, _ in splits):
        raise ValueError("holds no pixels, or pixels outside [0, 1]")
    return splits


def _cifar_split(loaded: Any) -> Split:
    if not isinstance(loaded, dict):
        raise ValueError(f"holds {reprlib.repr(loaded)} in place of a dictionary")
    data, labels = (_array(loaded.get(key, loaded.get(key.encode()))) for key in ("data", "labels"))
    if data.dtype != np.uint8 or data.shape != (len(labels), 3072):
        raise ValueError(f"holds data of dtype {data.dtype} and shape {data.shape} for {len(labels)} labels")
    return data, labels
