"""The frames: what is sent arrives, and nothing else gets through."""

import io
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradproof.conformance.harness import wire

DTYPES = sorted(wire.DTYPES)


def received(frame: bytes) -> wire.Message:
    """Read one frame from bytes."""
    stream = io.BytesIO(frame)

    def read_exactly(count: int) -> bytes:
        data = stream.read(count)
        if len(data) < count:
            raise EOFError
        return data

    return wire.read(read_exactly)


def frame_of(header: object, body: bytes = b"") -> bytes:
    """A frame with any header at all."""
    head = json.dumps(header).encode()
    return wire.PREFIX.pack(len(head), len(body)) + head + body


@given(st.sampled_from(DTYPES), st.lists(st.integers(0, 5), max_size=4))
def test_an_array_arrives_as_it_was(dtype: str, shape: list[int]) -> None:
    """dtype, shape and bits; zero-size and 0-d arrays too."""
    array = np.arange(int(np.prod(shape))).astype(dtype).reshape(shape)
    message = received(wire.encode({"op": "x"}, {"a": array}))
    assert message.header == {"op": "x"}
    assert message.arrays["a"].dtype == array.dtype
    assert np.array_equal(message.arrays["a"], array)
    assert message.arrays["a"].shape == array.shape


def test_nan_keeps_its_payload() -> None:
    """Bits, not values, are carried."""
    array = np.array([0x7FF8000000000123], np.uint64).view(np.float64)
    assert received(wire.encode({}, {"a": array})).arrays["a"].tobytes() == array.tobytes()


@pytest.mark.parametrize(
    "header",
    [
        [],
        "text",
        {},
        {"arrays": 3},
        {"arrays": [["a", "object", [1]]]},
        {"arrays": [["a", "O", [1]]]},
        {"arrays": [["a", "<f8", [1]]]},
        {"arrays": [["a", "float64", [-1]]]},
        {"arrays": [["a", "float64", [True]]]},
        {"arrays": [["a", "float64", ["1"]]]},
        {"arrays": [["a", "float64", [10**9, 10**9]]]},
        {"arrays": [["a", "float64", [1] * 9]]},
        {"arrays": [["a", "float64"]]},
    ],
)
def test_a_malformed_header_is_refused(header: object) -> None:
    """Before a byte is allocated for its arrays."""
    with pytest.raises(wire.WireError):
        received(frame_of(header, b"\0" * 8))


def test_an_announced_size_beyond_the_limit_is_refused() -> None:
    """A forged length does not make the reader wait for, or allocate, gigabytes."""
    with pytest.raises(wire.WireError, match="too large"):
        received(wire.PREFIX.pack(10, wire.MAX_PAYLOAD + 1))


def test_a_message_that_no_reader_takes_is_not_sent() -> None:
    """The writer has the same limit."""
    with pytest.raises(wire.WireError, match="too large"):
        wire.encode({}, {"a": np.zeros(wire.MAX_PAYLOAD + 1, np.uint8)})


def test_a_truncated_frame_is_an_end_of_file() -> None:
    """Not a partial array."""
    with pytest.raises(EOFError):
        received(wire.encode({}, {"a": np.ones(3)})[:-1])
