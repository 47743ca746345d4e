"""NumPy's global generator as it lies in memory, and whether somebody seeded it."""

import random

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


@pytest.mark.parametrize("normal_numbers", [0, 1, 2])
def test_what_is_drawn_within_is_drawn_again_after(normal_numbers: int) -> None:
    """Also the second of two normal numbers, which NumPy keeps beside its key; of Python's generator too."""
    for _ in range(2):  # the second time, what was put back is known
        np.random.standard_normal(normal_numbers)
        with generators.generators_put_back():
            within = [*np.random.standard_normal(3), np.random.random(), random.random()]
            np.random.set_bit_generator(np.random.MT19937(1))  # type: ignore[attr-defined]
        with generators.generators_put_back():
            np.random.standard_normal(1)
        assert [*np.random.standard_normal(3), np.random.random(), random.random()] == within


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


@pytest.mark.parametrize("key", [(0, 3), (5, 2**33, 1)])
def test_a_key_seeds_as_numpy_and_python_do(key: tuple[int, ...]) -> None:
    """Whatever was drawn before; one number is drawn, and the second of two normal numbers is forgotten."""
    np.random.standard_normal(1)
    generators.seed(*key)
    told = *np.random.standard_normal(3), random.random()
    np.random.seed([each % 2**32 for each in key])
    random.seed(str(key))
    np.random.random()
    assert told == (*np.random.standard_normal(3), random.random())


def test_what_looks_for_a_seeding_changes_no_seed() -> None:
    """Both use one generator of ours."""
    generators.seed(7, 1)
    told = np.random.random()
    before = generators.state()
    np.random.random(700)
    assert not generators.is_seeded(before, generators.state())
    generators._seeded.cache_clear()
    generators.seed(7, 1)
    assert np.random.random() == told
