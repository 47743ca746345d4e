"""Files of data sets as Python 2, Python 3 and the official sites wrote them, small."""

import gzip
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from gradproof.impl import datasets

PIXELS = 4
DTYPE_STATE = b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
RNG = np.random.default_rng(0)


def python2_string(raw: bytes) -> bytes:
    return b"T" + struct.pack("<i", len(raw)) + raw


def python2_dtype(dtype: np.dtype) -> bytes:
    order = b"|" if dtype.itemsize == 1 else b"<"
    return b"cnumpy\ndtype\nU\x02" + dtype.str[1:].encode() + b"K\x00K\x01\x87R(K\x03U\x01" + order + DTYPE_STATE


def python2_array(array: np.ndarray) -> bytes:
    """The opcodes that Python 2.7's cPickle with NumPy 1.16 writes for an array, memo left out."""
    shape = b"".join(b"J" + struct.pack("<i", length) for length in array.shape) + b"_\x85\x86"[array.ndim :][:1]
    head = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R(K\x01"
    return head + shape + python2_dtype(array.dtype) + b"\x89" + python2_string(array.tobytes()) + b"tb"


def python2_mnist(splits: list[tuple[np.ndarray, np.ndarray]]) -> bytes:
    pairs = [python2_array(images) + python2_array(labels) + b"\x86" for images, labels in splits]
    return b"\x80\x02" + b"".join(pairs) + b"\x87."


def python2_cifar(data: np.ndarray, labels: list[int]) -> bytes:
    listed = b"](" + b"".join(b"K" + bytes([label]) for label in labels) + b"e"
    return b"\x80\x02}(U\x06labels" + listed + b"U\x04data" + python2_array(data) + b"U\x0bbatch_labelU\x01\xe9u."


def mnist_splits(*counts: int) -> list[tuple[np.ndarray, np.ndarray]]:
    return [(RNG.random((n, PIXELS), np.float32), np.arange(n) % 10) for n in counts or (6, 2, 3)]


def idx(array: np.ndarray) -> bytes:
    return struct.pack(f">{array.ndim + 1}I", 0x0800 + array.ndim, *array.shape) + array.astype(np.uint8).tobytes()


def write_idx(folder: Path, name: str = "{}-{}-idx{}-ubyte", zipped: bool = False) -> dict[str, np.ndarray]:
    """The four files of 12 training and 4 test images."""
    written = {}
    for part, count in (("train", 12), ("t10k", 4)):
        for what, array in (("images", RNG.integers(0, 256, (count, 2, 3))), ("labels", np.arange(count) % 10)):
            content = idx(array)
            path = folder / (name.format(part, what, array.ndim) + ".gz" * zipped)
            path.write_bytes(gzip.compress(content) if zipped else content)
            written[f"{part}-{what}"] = array
    return written


def write_cifar(folder: Path, dump: Callable[[np.ndarray, list[int]], bytes] = python2_cifar) -> list[np.ndarray]:
    """Five training batches and a test batch of two images each."""
    folder.mkdir(exist_ok=True)
    batches = [RNG.integers(0, 256, (2, 3072)).astype(np.uint8) for _ in range(6)]
    for number, data in enumerate(batches, 1):
        name = f"data_batch_{number}" if number < 6 else "test_batch"
        (folder / name).write_bytes(dump(data, [number, 0]))
    return batches


def few(path: Path, **options: Any) -> datasets.Dataset:
    return datasets.load_cifar10(path, **{"num_training": 7, "num_validation": 3, "num_test": 2} | options)


def load_pickled(folder: Path, content: bytes) -> datasets.Dataset:
    (folder / "mnist.pkl").write_bytes(content)
    return datasets.load_mnist(folder / "mnist.pkl")
