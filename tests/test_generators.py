"""NumPy's global generator as it lies in memory, and whether somebody seeded it."""

import numpy as np
import pytest

from gradproof.conformance.harness.global_state import generators


@pytest.fixture(autouse=True)
def _put_back() -> object:
    """Whatever a test does to the generator, others find it as it was."""
    with generators.generators_put_back():
        yield


def test_the_state_in_memory_is_what_numpy_tells() -> None:
    """The words of its key, and the place in it."""
    np.random.random(5)
    _, words, place, *_ = np.random.get_state()
    assert generators.state() == words.tobytes() + place.to_bytes(4, "little")


def test_drawing_is_no_seeding() -> None:
    """Not even so much that the key is renewed a few times."""
    before = generators.state()
    np.random.random(2000)
    assert not generators.is_seeded(before, generators.state())


def test_seeding_is_seen() -> None:
    """No drawing leads from one seed to another."""
    before = generators.state()
    np.random.seed(5)
    assert generators.is_seeded(before, generators.state())


def test_another_generator_in_its_place_has_no_state_to_be_read() -> None:
    """The memory of one of another kind is not looked at; that it came is told as seeding is."""
    before, own = generators.state(), np.random.get_bit_generator()  # type: ignore[attr-defined]
    np.random.set_bit_generator(np.random.PCG64(1))  # type: ignore[attr-defined]
    try:
        assert generators.state() == b""
        assert generators.is_seeded(before, generators.state())
    finally:
        np.random.set_bit_generator(own)  # type: ignore[attr-defined]
