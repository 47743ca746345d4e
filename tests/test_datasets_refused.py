"""impl.datasets: what a file may not do or lacks is refused with words, and nothing of it is executed."""

import gzip
import os
import pickle
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from data_files import PIXELS, few, idx, load_pickled, mnist_splits, python2_mnist, write_cifar, write_idx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gradproof.impl import datasets


class Hostile:
    """Pickles to a call of ``function``."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.call = function, arguments

    def __reduce__(self) -> Any:
        return self.call


@pytest.mark.parametrize("protocol", range(2, 6))
@pytest.mark.parametrize("depth", [0, 1, 3])
@pytest.mark.parametrize(
    ("function", "argument", "refused"),
    [(os.system, "touch {}", "system"), (eval, "open({!r}, 'w')", "eval"), (os.mkdir, "{}", "mkdir")],
)
def test_a_hostile_pickle_is_refused_and_not_executed(
    tmp_path: Path, function: Any, argument: str, refused: str, depth: int, protocol: int
) -> None:
    """Whatever the global, wherever it stands: the message names it, and nothing runs."""
    trace = tmp_path / "trace"
    value: Any = Hostile(function, argument.format(str(trace)))
    for _ in range(depth):
        value = [{"data": (value, 1)}]
    with pytest.raises(ValueError, match=rf"asks for \w+\.{refused}; a data file holds NumPy arrays"):
        load_pickled(tmp_path, pickle.dumps(value, protocol))
    write_cifar(tmp_path, lambda *_: pickle.dumps(value, protocol))
    with pytest.raises(ValueError, match=r"load_cifar10: .*data_batch_1 cannot be read: asks for "):
        few(tmp_path)
    assert not trace.exists()


@pytest.mark.parametrize("stream", [b"c__builtin__\neval\n.", b"cnumpy\nload\n.", b"cnumpy.core.multiarray\nempty\n."])
def test_a_global_that_is_not_an_array_s_is_refused(tmp_path: Path, stream: bytes) -> None:
    """Not even NumPy's other functions."""
    with pytest.raises(ValueError, match="asks for "):
        load_pickled(tmp_path, b"\x80\x02" + stream)


def test_what_a_pickle_may_name_cannot_be_changed_by_it(tmp_path: Path) -> None:
    """A state set on numpy.dtype is written down with that one mention of it."""
    with pytest.raises(ValueError, match="cannot be read"):
        load_pickled(tmp_path, b"\x80\x02cnumpy\ndtype\n}U\x04nameU\x01xsb.")
    assert load_pickled(tmp_path, python2_mnist(mnist_splits())).input_dim == PIXELS


ONES = np.ones((1, PIXELS), np.float32)
OBJECTS = np.array([[None, 1]], dtype=object)
BAD_PICKLES = {
    "object_array": (pickle.dumps([(OBJECTS, [1])] * 3), "dtype 'O8'; a data file's arrays hold numbers only"),
    "record_array": (pickle.dumps([(np.zeros(1, "i4,i4"), [1])] * 3), "dtype 'V8'"),
    "object_scalar": (pickle.dumps([(ONES, ["a"])] * 3), "list of other things than numbers"),
    "object_in_list": (pickle.dumps([(ONES, [ONES])] * 3), "list of other things than numbers"),
    "persistent_id": (b"\x80\x02K\x01Q.", "persistent"),
    "number": (pickle.dumps(3), "expected three pairs"),
    "two_pairs": (pickle.dumps([(ONES, [1])] * 2), "not enough values to unpack .* expected three pairs"),
    "text": (pickle.dumps([("ab", "cd")] * 3), "holds 'ab' in place of an array"),
    "bytes_0_to_255": (pickle.dumps([(ONES * 255, [1])] * 3), r"pixels outside \[0, 1\]"),
    "nan": (pickle.dumps([(ONES * np.nan, [1])] * 3), r"pixels outside \[0, 1\]"),
    "no_image": (pickle.dumps([(ONES[:0], [])] * 3), "no pixels"),
    "vector": (pickle.dumps([(ONES[0], [1])] * 3), r"X_train has shape \(4,\), expected a non-empty matrix"),
    "widths": (pickle.dumps([(ONES, [1]), (ONES, [1]), (ONES[:, :3], [1])]), r"X_test has shape \(1, 3\), expected"),
    "counts": (pickle.dumps([(ONES, [1]), (ONES, [1, 2]), (ONES, [1])]), r"y_val has shape \(2,\), expected \(1,\)"),
    "label_10": (pickle.dumps([(ONES, [10])] * 3), "y_train holds other values than the labels, expected 0 to 9"),
    "label_minus": (pickle.dumps([(ONES, [-1])] * 3), "expected 0 to 9"),
    "label_half": (pickle.dumps([(ONES, np.array([0.5]))] * 3), "expected 0 to 9"),
    "label_huge": (pickle.dumps([(ONES, [10**400])] * 3), "expected 0 to 9|cannot be read"),
    "wrong_length": (python2_mnist([(ONES, np.ones(1, int))] * 3).replace(b"J\x04\0\0\0", b"J\x05\0\0\0"), "reshape"),
    "empty": (b"", "pickle exhausted before seeing STOP"),
    "not_a_pickle": (b"<html>not found</html>", "cannot be read"),
    "gzip_named_pkl": (gzip.compress(python2_mnist([(ONES, np.ones(1, int))] * 3)), "cannot be read"),
    "memo_bomb": (b"\x80\x02Nr\xff\xff\xff\x7f.", "more memory than a data file needs"),
    "length_bomb": (b"\x80\x04\x8e" + struct.pack("<q", 2**62) + b"x.", "cannot be read"),
    "stack": (b"\x80\x02R.", "cannot be read"),
}


@pytest.mark.parametrize(("content", "words"), BAD_PICKLES.values(), ids=BAD_PICKLES)
def test_a_bad_pickle_is_a_value_error_that_says_what_is_wrong(tmp_path: Path, content: bytes, words: str) -> None:
    """Hostile, damaged or of another structure; the function is named first."""
    with pytest.raises(ValueError, match=f"^load_mnist: .*{words}"):
        load_pickled(tmp_path, content)


def test_deep_nesting_is_a_value_error(tmp_path: Path) -> None:
    """No recursion limit is met, and no more steps are taken than a data file needs."""
    with pytest.raises(ValueError, match="cannot be read"):
        load_pickled(tmp_path, b"\x80\x02" + b"]" * 100_000 + b"a" * 99_999 + b".")


def test_a_stream_of_too_many_steps_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small files can ask for many objects."""
    monkeypatch.setattr(datasets, "MAX_STEPS", 1000)
    with pytest.raises(ValueError, match="asks for more steps"):
        load_pickled(tmp_path, b"\x80\x02" + b"]" * 1001 + b".")


@pytest.mark.parametrize("name", ["mnist.pkl.gz", "mnist.pkl"])
def test_a_file_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The limit is on what comes out of gzip."""
    monkeypatch.setattr(datasets, "MAX_BYTES", 10_000)
    (tmp_path / name).write_bytes(gzip.compress(bytes(20_000)) if name.endswith("gz") else bytes(20_000))
    with pytest.raises(ValueError, match="holds over 10,000 bytes"):
        datasets.load_mnist(tmp_path / name)


@pytest.mark.parametrize("zipped", [False, True])
def test_a_pickle_cut_anywhere_is_a_value_error(tmp_path: Path, zipped: bool) -> None:
    """At every byte, and nothing but a ValueError."""
    content = python2_mnist(mnist_splits(2, 1, 1))
    content = gzip.compress(content) if zipped else content
    path = tmp_path / ("mnist.pkl" + ".gz" * zipped)
    for cut in range(len(content)):
        path.write_bytes(content[:cut])
        with pytest.raises(ValueError, match=r"^load_mnist: .*(cannot be read|not a whole gzip file)"):
            datasets.load_mnist(path)


@pytest.mark.parametrize("protocol", [2, 4, 5])
def test_a_pickle_of_python_3_cut_anywhere_is_a_value_error(tmp_path: Path, protocol: int) -> None:
    """Likewise."""
    content = pickle.dumps(mnist_splits(2, 1, 1), protocol)
    for cut in range(len(content)):
        with pytest.raises(ValueError, match=r"^load_mnist: .*cannot be read"):
            load_pickled(tmp_path, content[:cut])


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_pickle_with_changed_bytes_is_read_or_a_value_error(tmp_path: Path, data: st.DataObject) -> None:
    """No damage leads to another exception."""
    content = bytearray(python2_mnist([(ONES, np.ones(1, int))] * 3))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        read = load_pickled(tmp_path, bytes(content))
    except ValueError as error:
        assert str(error).startswith("load_mnist: ")  # noqa: PT017 - reading it is as good
    else:
        assert isinstance(read, datasets.Dataset)


def test_an_idx_file_cut_anywhere_is_a_value_error(tmp_path: Path) -> None:
    """In the header or in the pixels."""
    write_idx(tmp_path)
    path = tmp_path / "t10k-images-idx3-ubyte"
    content = path.read_bytes()
    for cut in range(len(content)):
        path.write_bytes(content[:cut])
        with pytest.raises(ValueError, match=r"ends after \d+ bytes, expected an IDX header|bytes, expected 40 for"):
            datasets.load_mnist(tmp_path)


BAD_IDX = {
    "magic": ("train-images-idx3-ubyte", idx(np.zeros(12)), "has the magic number 0x00000801, expected 0x00000803"),
    "longer": ("train-labels-idx1-ubyte", idx(np.zeros(12)) + b"\0", "has 21 bytes, expected 20 for shape"),
    "counts": ("train-labels-idx1-ubyte", idx(np.zeros(11)), "has 12 train images, expected 11"),
    "labels": ("t10k-labels-idx1-ubyte", idx(np.full(4, 10)), "y_test holds other values .* expected 0 to 9"),
    "widths": ("t10k-images-idx3-ubyte", idx(np.zeros((4, 2, 2))), r"X_test has shape \(4, 4\), expected \(4, 6\)"),
    "no_image": ("t10k-images-idx3-ubyte", idx(np.zeros((0, 2, 2))), "expected 16 for shape"),
    "overflow": ("t10k-images-idx3-ubyte", struct.pack(">4I", 0x0803, 0, 2**32 - 1, 2**32 - 1), "without 0"),
    "huge": ("t10k-images-idx3-ubyte", struct.pack(">4I", 0x0803, *3 * [2**32 - 1]), "has 16 bytes, expected 7922"),
}


@pytest.mark.parametrize(("name", "content", "words"), BAD_IDX.values(), ids=BAD_IDX)
def test_a_bad_idx_file_is_a_value_error(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    """Another magic number, a length that the header belies, labels that do not fit."""
    write_idx(tmp_path)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=f"^load_mnist: .*{words}"):
        datasets.load_mnist(tmp_path)


def test_too_few_idx_images_to_set_a_sixth_aside(tmp_path: Path) -> None:
    """Five images leave no validation set."""
    write_idx(tmp_path)
    (tmp_path / "train-images-idx3-ubyte").write_bytes(idx(np.zeros((5, 2, 3))))
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx(np.zeros(5)))
    with pytest.raises(ValueError, match=r"X_val has shape \(0, 6\), expected a non-empty matrix"):
        datasets.load_mnist(tmp_path)


def test_a_gzip_name_without_gzip_content(tmp_path: Path) -> None:
    """As when a download saved an error page."""
    (tmp_path / "mnist.pkl.gz").write_bytes(b"<html>not found</html>")
    with pytest.raises(ValueError, match=r"is not a whole gzip file .*, fetch it again"):
        datasets.load_mnist(tmp_path / "mnist.pkl.gz")


@pytest.mark.parametrize(
    ("load", "expected"),
    [(datasets.load_mnist, r"mnist\.pkl\.gz, or a folder"), (datasets.load_cifar10, "cifar-10-batches-py")],
)
def test_a_path_that_does_not_exist(tmp_path: Path, load: Callable[[Path], Any], expected: str) -> None:
    """The message says which path, and what is expected there."""
    with pytest.raises(ValueError, match=rf"no file .*nowhere.*, expected .*{expected}"):
        load(tmp_path / "nowhere")


def test_a_missing_idx_file_is_named(tmp_path: Path) -> None:
    """With the names that would do."""
    write_idx(tmp_path)
    (tmp_path / "t10k-labels-idx1-ubyte").unlink()
    with pytest.raises(ValueError, match="lacks a file, expected one of t10k-labels-idx1-ubyte, t10k-labels-idx1"):
        datasets.load_mnist(tmp_path)


def test_a_missing_cifar_batch_is_named(tmp_path: Path) -> None:
    """The third of five."""
    write_cifar(tmp_path)
    (tmp_path / "data_batch_3").unlink()
    with pytest.raises(ValueError, match=r"no file .*data_batch_3"):
        few(tmp_path)


BAD_CIFAR = {
    "list": ([1], "in place of a dictionary"),
    "no_labels": ({"data": np.zeros((2, 3072), np.uint8)}, "holds None in place of an array"),
    "floats": ({"data": np.zeros((2, 3072)), "labels": [0, 1]}, "data of dtype float64"),
    "images": ({"data": np.zeros((2, 3, 32, 32), np.uint8), "labels": [0, 1]}, r"shape \(2, 3, 32, 32\)"),
    "counts": ({"data": np.zeros((2, 3072), np.uint8), "labels": [0]}, r"shape \(2, 3072\) for 1 labels"),
    "label_10": ({"data": np.zeros((2, 3072), np.uint8), "labels": [0, 10]}, "expected 0 to 9"),
}


@pytest.mark.parametrize(("batch", "words"), BAD_CIFAR.values(), ids=BAD_CIFAR)
def test_a_bad_cifar_batch_is_a_value_error(tmp_path: Path, batch: Any, words: str) -> None:
    """Another structure than the official one."""
    write_cifar(tmp_path, lambda *_: pickle.dumps(batch))
    with pytest.raises(ValueError, match=f"^load_cifar10: .*{words}"):
        few(tmp_path)


@pytest.mark.parametrize("options", [{"num_training": 8}, {"num_test": 3}, {"num_validation": 0}])
def test_more_cifar_images_than_there_are(tmp_path: Path, options: dict[str, int]) -> None:
    """The message says how many there are."""
    write_cifar(tmp_path)
    with pytest.raises(ValueError, match="holds 10 training and 2 test images, expected at least"):
        few(tmp_path, **options)


def test_a_dtype_that_is_no_float(tmp_path: Path) -> None:
    """Integers would truncate the pixels."""
    write_idx(tmp_path)
    with pytest.raises(ValueError, match="load_mnist: dtype is int64, expected a float dtype"):
        datasets.load_mnist(tmp_path, np.int64)


@pytest.mark.parametrize("spec", ["", "mnist", "mnist:", "cifar10:", "cifar100:x", "digits:x", "MNIST:x"])
def test_an_unknown_spec_lists_the_four_forms(spec: str) -> None:
    """Also a known name whose path is missing."""
    with pytest.raises(ValueError, match="expected 'digits', 'mnist1d', 'mnist:PATH' or 'cifar10:PATH'"):
        datasets.load(spec)
