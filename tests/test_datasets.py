"""impl.datasets: the official formats are read bit by bit, and a data set is found by its name."""

import gzip
import pickle
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from data_files import PIXELS, few, load_pickled, mnist_splits, python2_cifar, python2_mnist, write_cifar, write_idx

from gradproof.impl import datasets


@pytest.mark.parametrize("name", ["mnist.pkl.gz", "mnist.pkl"])
def test_the_mnist_pickle_of_python_2_is_read_bit_by_bit(tmp_path: Path, name: str) -> None:
    """Images and labels of the three sets come out as they went in, gzipped or not."""
    splits = mnist_splits()
    content = python2_mnist(splits)
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith("gz") else content)
    data = datasets.load_mnist(tmp_path / name)
    read = [(data.X_train, data.y_train), (data.X_val, data.y_val), (data.X_test, data.y_test)]
    for (images, labels), (x, y) in zip(splits, read, strict=True):
        np.testing.assert_array_equal(x, images, strict=True)
        np.testing.assert_array_equal(y, labels, strict=True)
    assert (data.name, data.input_dim, data.num_classes) == ("mnist", PIXELS, 6)


def test_the_hand_written_stream_is_what_numpy_reads() -> None:
    """Pickle itself, which these tests trust with their own streams, agrees on what they mean."""
    splits = mnist_splits()
    for ours, theirs in zip(splits, pickle.loads(python2_mnist(splits), encoding="latin1"), strict=True):
        np.testing.assert_array_equal(ours[0], theirs[0], strict=True)
        np.testing.assert_array_equal(ours[1], theirs[1], strict=True)


@pytest.mark.parametrize("protocol", range(2, 6))
def test_the_pickles_of_python_3_are_read(tmp_path: Path, protocol: int) -> None:
    """Protocols 2 to 5 of today, in C and in Fortran order, labels as an array or a list of numbers."""
    splits = mnist_splits()
    images = np.asfortranarray(splits[0][0])
    data = load_pickled(
        tmp_path,
        pickle.dumps([(images, splits[0][1]), (splits[1][0], [3, 4]), (splits[2][0], list(splits[2][1]))], protocol),
    )
    np.testing.assert_array_equal(data.X_train, images, strict=True)
    assert data.X_train.flags.c_contiguous
    assert data.y_val.tolist() == [3, 4]
    assert data.y_test.tolist() == [0, 1, 2]


def test_big_endian_arrays_are_read(tmp_path: Path) -> None:
    """The byte order is the stream's."""
    splits = [(images.astype(">f8"), labels.astype(">i2")) for images, labels in mnist_splits()]
    data = load_pickled(tmp_path, pickle.dumps(splits, protocol=2))
    np.testing.assert_array_equal(data.X_test, splits[2][0].astype(np.float32), strict=True)


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("name", ["{}-{}-idx{}-ubyte", "{}-{}.idx{}-ubyte"])
def test_the_idx_files_are_read_and_scaled(tmp_path: Path, name: str, zipped: bool) -> None:
    """Bytes become [0, 1] and the last sixth of the training images validates, under all four names."""
    written = write_idx(tmp_path, name, zipped)
    data = datasets.load_mnist(tmp_path)
    pixels = np.divide(written["train-images"].reshape(12, 6), 255, dtype=np.float32)
    np.testing.assert_array_equal(np.concatenate((data.X_train, data.X_val)), pixels, strict=True)
    assert (len(data.X_train), len(data.X_val), len(data.X_test)) == (10, 2, 4)
    assert data.y_val.tolist() == [0, 1]
    assert data.y_test.tolist() == [0, 1, 2, 3]
    assert data.num_classes == 10


@pytest.mark.parametrize("protocol", [None, 2, 5])
@pytest.mark.parametrize("below", ["", datasets.CIFAR_FOLDER])
def test_cifar_is_split_in_the_order_of_the_files(tmp_path: Path, protocol: int | None, below: str) -> None:
    """First the training images, then validation, from the folder or its parent, keys as text or as bytes."""

    def python3(data: np.ndarray, labels: list[int]) -> bytes:
        return pickle.dumps({b"data": data, b"labels": labels}, protocol)

    batches = write_cifar(tmp_path / below, python2_cifar if protocol is None else python3)
    data = few(tmp_path, subtract_mean=False)
    rows = np.concatenate((data.X_train, data.X_val))
    np.testing.assert_array_equal(rows, np.concatenate(batches[:5]).astype(np.float32), strict=True)
    np.testing.assert_array_equal(data.X_test, batches[5].astype(np.float32), strict=True)
    assert data.y_train.tolist() == [1, 0, 2, 0, 3, 0, 4]
    assert data.y_val.tolist() == [0, 5, 0]
    assert (data.input_dim, data.name) == (3072, "cifar10")


def test_the_mean_image_of_the_training_set_is_taken_off_all_three(tmp_path: Path) -> None:
    """Not the mean of all images, nor a set's own."""
    batches = write_cifar(tmp_path)
    mean_image = np.concatenate(batches[:4])[:7].mean(axis=0)
    data = few(tmp_path, dtype=np.float64)
    np.testing.assert_array_equal(data.X_train[0], batches[0][0] - mean_image)
    np.testing.assert_array_equal(data.X_val[2], batches[4][1] - mean_image)
    np.testing.assert_array_equal(data.X_test[1], batches[5][1] - mean_image)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_images_have_the_dtype_asked_for(tmp_path: Path, dtype: type) -> None:
    """The labels are int64 throughout, and the arrays may be written to."""
    write_idx(tmp_path)
    write_cifar(tmp_path / datasets.CIFAR_FOLDER)
    for data in (datasets.load(f"mnist:{tmp_path}", dtype), few(tmp_path, dtype=dtype)):
        assert {data.X_train.dtype, data.X_val.dtype, data.X_test.dtype} == {np.dtype(dtype)}
        assert {data.y_train.dtype, data.y_val.dtype, data.y_test.dtype} == {np.dtype(np.int64)}
        assert data.X_train.flags.writeable


def test_load_reads_what_the_spec_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The path may hold colons; the four names lead to the four loaders."""
    folder = tmp_path / "a:b"
    folder.mkdir()
    write_idx(folder)
    assert datasets.load(f"mnist:{folder}").name == "mnist"
    for name in ("digits", "mnist1d", "cifar10"):
        monkeypatch.setattr(datasets, f"load_{name}", lambda *arguments, name=name: (name, *arguments))
    assert datasets.load("digits") == ("digits", np.float32)
    assert datasets.load("mnist1d", np.float64) == ("mnist1d", np.float64)
    assert datasets.load("cifar10:a:b") == ("cifar10", "a:b", np.float32)


@pytest.mark.parametrize("load", [datasets.load_digits, datasets.load_mnist1d])
def test_a_missing_package_names_the_extra(monkeypatch: pytest.MonkeyPatch, load: Callable[[], Any]) -> None:
    """And the package that could not be imported."""
    for name in ("sklearn", "sklearn.datasets", "mnist1d", "mnist1d.data"):
        monkeypatch.setitem(__import__("sys").modules, name, None)
    with pytest.raises(ImportError, match=r"(sklearn|mnist1d).*pip install scikit-learn mnist1d"):
        load()


def test_digits_are_split_once_and_for_all() -> None:
    """1,297, 200 and 300 of the 1,797, each once, the same at every call and others with another seed."""
    source = pytest.importorskip("sklearn.datasets").load_digits()
    data = datasets.load_digits(np.float64)
    assert (data.X_train.shape, data.X_val.shape, data.X_test.shape) == ((1297, 64), (200, 64), (300, 64))
    rows = np.column_stack((np.concatenate((data.X_train, data.X_val, data.X_test)) * 16, labels_of(data)))
    assert sorted(map(tuple, rows)) == sorted(map(tuple, np.column_stack((source.data, source.target))))
    assert (data.X_train.min(), data.X_train.max(), data.num_classes) == (0, 1, 10)
    np.testing.assert_array_equal(labels_of(data), labels_of(datasets.load_digits()))
    assert labels_of(data).tolist() != labels_of(datasets.load_digits(seed=1)).tolist()


def labels_of(data: datasets.Dataset) -> np.ndarray:
    return np.concatenate((data.y_train, data.y_val, data.y_test))


def test_mnist1d_is_generated_alike_and_leaves_the_global_generators_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """3,600, 400 and 1,000 of 40 features, no file written, no socket opened."""
    pytest.importorskip("mnist1d.data")

    def refuse(*arguments: Any, **options: Any) -> None:
        raise AssertionError("the network is used")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
    monkeypatch.chdir(tmp_path)
    states = random.getstate(), np.random.get_state()[1].tolist()
    data = datasets.load_mnist1d()
    assert states == (random.getstate(), np.random.get_state()[1].tolist())
    np.random.seed(7)
    np.testing.assert_array_equal(data.X_train, datasets.load_mnist1d().X_train, strict=True)
    assert (data.X_train.shape, data.X_val.shape, data.X_test.shape) == ((3600, 40), (400, 40), (1000, 40))
    assert (data.X_train.dtype, data.num_classes, list(tmp_path.iterdir())) == (np.float32, 10, [])


def test_the_mnist1d_split_keeps_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last 400 training samples validate, with a stand-in for the package."""
    x, y = np.arange(4000.0)[:, None], np.arange(4000) % 10

    class Generator:
        get_dataset_args = staticmethod(dict)
        make_dataset = staticmethod(lambda _: {"x": x, "y": y, "x_test": x[:1000], "y_test": y[:1000]})

    monkeypatch.setattr(datasets, "_extra", lambda *_: Generator)
    data = datasets.load_mnist1d()
    assert (data.X_train[-1, 0], data.X_val[0, 0], len(data.X_test)) == (3599, 3600, 1000)
