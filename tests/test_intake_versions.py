"""Several versions of a hand-in: which one counts, and which is a copy."""

from pathlib import Path

import pytest
from conftest import RELU
from test_intake_of_classes import LATELY, LONG_AGO, WRONG, inventory, placed

from gradproof.conformance.grading.handin import HandIn
from gradproof.conformance.grading.intake import prepared
from gradproof.conformance.spec.versions import is_copy, newest, newest_original, original

pytestmark = pytest.mark.posix


@pytest.mark.parametrize(
    ("times", "chosen"),
    [
        ({"hw": 0, "hw2": 1000}, "hw2"),
        ({"hw": 1000, "hw2": 0}, "hw"),
        ({"hw": 0, "hw (1)": 1000}, "hw (1)"),
        ({"hw": 30, "hw (1)": 59}, "hw"),
        ({"v9": 0, "v10": 10}, "v10"),
        ({"hw_v9": 0, "hw_v10": 10, "hw_old": 20}, "hw_v10"),
        ({"layers": 0, "layers_v2": 10}, "layers"),
        ({"attempt 2": 0, "attempt 10": 0}, "attempt 10"),
    ],
)
def test_the_newest_counts(times: dict[str, float], chosen: str) -> None:
    """By time, or within a minute by name."""
    assert newest(times) == chosen


def test_a_copy_does_not_beat_its_original() -> None:
    """However new it is: no other file can import it."""
    assert newest_original({"layers": 0, "layers (1)": 1e9}) == "layers"
    assert newest_original({"layers (1)": 0, "layers (2)": 1e9}) == "layers (2)"
    assert newest_original({"layers": 0, "layers_v2_old": 1e9}) == "layers"


def test_a_copy_of_a_version_that_is_not_there_is_that_version() -> None:
    """A browser wrote ``(1)`` to it; the first version is no original of it."""
    assert newest_original({"layers_final": 0, "layers_final_v2 (1)": 1e9}) == "layers_final_v2 (1)"
    assert newest_original({"layers_v2": 0, "layers_v2 (1)": 1e9, "layers": 0}) == "layers"


@pytest.mark.parametrize(
    "copy", ["layers (1)", "layers - Copy", "layers - Copy (2)", "layers copy", "layers copy 2", "Copy of layers"]
)
def test_copies_are_known_by_their_names(copy: str) -> None:
    """As browsers and file managers call them."""
    assert is_copy(copy)
    assert original(copy) == "layers"


@pytest.mark.parametrize("name", ["starter", "starter_code", "hw2 template", "handout-2024"])
def test_what_was_begun_with_does_not_beat_what_came_of_it(name: str) -> None:
    """It is there from the beginning, and its name may come last."""
    assert newest({"my_solution": 0, name: 0}) == "my_solution"


@pytest.mark.parametrize("stem", ["layers", "layer_utils", "hw1", "conv2d", "copy_weights", "rev2", "fc_net"])
def test_other_names_are_no_copies(stem: str) -> None:
    """Nor versions."""
    assert not is_copy(stem)
    assert original(stem) == stem


@pytest.mark.parametrize("copy", ["layers (1).py", "Copy of layers.py", "layers_old.py"])
def test_a_copy_of_a_file_is_not_judged(tmp_path: Path, copy: str) -> None:
    """And a note says so; the file itself is, though it is the older one."""
    placed(tmp_path / "ada" / copy, WRONG, LATELY)
    placed(tmp_path / "ada" / "layers.py", RELU, LONG_AGO)
    found, _ = inventory(tmp_path / "ada", tmp_path / "scratch")
    assert set(found.functions.values()) == {"layers.py"}
    assert f"{copy} is not judged: layers.py is there, and this is a copy" in found.problems


def test_a_copy_alone_is_judged(tmp_path: Path) -> None:
    """There is nothing else."""
    placed(tmp_path / "ada" / "layers (1).py", RELU)
    assert set(inventory(tmp_path / "ada", tmp_path / "scratch")[0].functions.values()) == {"layers (1).py"}


def test_the_newer_of_two_files_is_judged(tmp_path: Path) -> None:
    """Whatever their order."""
    placed(tmp_path / "ada" / "layers_v1.py", RELU, LATELY)
    placed(tmp_path / "ada" / "layers_v2.py", WRONG, LONG_AGO)
    found, _ = inventory(tmp_path / "ada", tmp_path / "scratch")
    assert set(found.functions.values()) == {"layers_v1.py"}
    assert "layers_v2.py is not judged: layers_v1.py is there, and this is an older version" in found.problems


def test_a_version_that_defines_more_is_judged_too(tmp_path: Path) -> None:
    """What the newer one lacks is taken from it."""
    placed(tmp_path / "ada" / "layers_v1.py", RELU + "def tanh_forward(x): ...\n", LONG_AGO)
    placed(tmp_path / "ada" / "layers_v2.py", RELU, LATELY)
    found, _ = inventory(tmp_path / "ada", tmp_path / "scratch")
    assert "tanh_forward" in found.functions


@pytest.mark.parametrize(("first", "second"), [(LONG_AGO, LATELY), (LATELY, LONG_AGO)])
def test_the_newest_folder_is_judged(tmp_path: Path, first: int, second: int) -> None:
    """Of several that hold the same functions, package and all."""
    for name, modified in (("first", first), ("second", second)):
        placed(tmp_path / "ada" / name / "cs231n" / "layers.py", RELU, modified)
        placed(tmp_path / "ada" / name / "cs231n" / "classifiers" / "fc_net.py", "class TwoLayerNet: ...\n", modified)
    made = prepared(HandIn("ada", tmp_path / "ada", "folder"), tmp_path / "scratch")
    assert made.path.name == ("second" if second == LATELY else "first")
    assert len(made.notes) == 1
    assert "is judged, the newest" in made.notes[0]


@pytest.mark.parametrize("is_old", [True, False])
def test_what_lies_in_no_folder_is_a_version_too(tmp_path: Path, is_old: bool) -> None:
    """Beside a folder of backups."""
    placed(tmp_path / "ada" / "layers.py", RELU, LONG_AGO if is_old else LATELY)
    placed(tmp_path / "ada" / "mine" / "layers.py", RELU, LATELY if is_old else LONG_AGO)
    found, notes = inventory(tmp_path / "ada", tmp_path / "scratch")
    assert set(found.functions) == {"relu_forward", "relu_backward"}
    assert not found.problems
    assert ("mine is judged" in notes[0]) == is_old


def test_several_submissions_are_no_versions(tmp_path: Path) -> None:
    """Where each has something of its own none is the newest of one."""
    placed(tmp_path / "ada" / "one" / "layers.py", RELU + "def tanh_forward(x): ...\n")
    placed(tmp_path / "ada" / "two" / "layers.py", RELU + "def sigmoid_forward(x): ...\n")
    found, _ = inventory(tmp_path / "ada", tmp_path / "scratch")
    assert "it holds several submissions" in found.problems[0]
