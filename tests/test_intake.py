"""Hand-ins of a class: finding them, and opening each into a folder of its own without harm to anything else."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from conftest import RELU
from hand_ins import PACKERS, SMALL, files_below, notebook_of, zip_of

from gradproof.conformance.errors import UsageError
from gradproof.conformance.grading.intake import HandIn, IntakeProblem, digest, find, opened, prepared
from gradproof.conformance.sandbox.process import Sandbox


@pytest.fixture
def class_folder(tmp_path: Path) -> Path:
    """DIR, empty as yet."""
    (tmp_path / "class").mkdir()
    return tmp_path / "class"


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """Where a hand-in is opened."""
    (tmp_path / "scratch").mkdir()
    return tmp_path / "scratch"


def only(directory: Path) -> HandIn:
    """The one hand-in of a class."""
    (hand_in,) = find(directory)
    return hand_in


def inventory(path: Path) -> Mapping[str, str]:
    """The functions that the loader finds."""
    with Sandbox(path) as session:
        assert not session.inventory.problems
        return session.inventory.functions


# Finding them.


def test_each_kind_is_found_by_name(class_folder: Path) -> None:
    """Folders, files, archives and notebooks, sorted, named without their suffixes."""
    (class_folder / "erin.v2").mkdir()
    for name in ("dora.py", "carl.ipynb", "bob.tar.gz", "Zoe.ZIP", "alan.tgz", "finn.tar", "gwen.zip"):
        (class_folder / name).touch()
    found = [(hand_in.name, hand_in.kind) for hand_in in find(class_folder)]
    assert found == [
        ("Zoe", "archive"),
        ("alan", "archive"),
        ("bob", "archive"),
        ("carl", "notebook"),
        ("dora", "file"),
        ("erin.v2", "folder"),
        ("finn", "archive"),
        ("gwen", "archive"),
    ]


def test_names_that_would_be_confused_stay_whole(class_folder: Path) -> None:
    """So do those that would then be confused with these."""
    for name in ("alice.py", "ALICE.zip", "alice.py.zip", "bob.py"):
        (class_folder / name).touch()
    assert [hand_in.name for hand_in in find(class_folder)] == ["ALICE.zip", "alice.py", "alice.py.zip", "bob"]


def test_what_cannot_be_opened_is_a_hand_in_with_a_problem(class_folder: Path) -> None:
    """Nothing that a student handed in vanishes; what is hidden, or left behind by a system, was not handed in."""
    for name in ("alice.py", "README.txt", "bob.rar", ".DS_Store", "._alice.py"):
        (class_folder / name).touch()
    for name in ("__MACOSX", "__pycache__", ".git"):
        (class_folder / name).mkdir()
    os.mkfifo(class_folder / "pipe.py")
    assert {hand_in.name: hand_in.problem for hand_in in find(class_folder)} == {
        "README.txt": "it is no folder, Python file, notebook or archive (.zip, .tar.gz), and so cannot be judged",
        "alice": "",
        "bob.rar": "it is an archive of a kind that is not opened (.rar): hand in a .zip or .tar.gz archive",
        "pipe.py": "it is no plain file",
    }
    assert all(len(digest(hand_in)) == 64 for hand_in in find(class_folder))


@pytest.mark.parametrize(
    "name", [b"new\nline", b"caf\xc3\xa9", b"bytes\xff\xfe", b"tab\t\x1b[31m", "\u202egpj".encode()]
)
def test_any_name_is_found_and_printable(class_folder: Path, name: bytes) -> None:
    """Newlines, undecodable bytes and what turns text around are escaped."""
    Path(os.fsdecode(os.fsencode(class_folder) + b"/" + name + b".py")).write_text(RELU)
    hand_in = only(class_folder)
    assert hand_in.name.isprintable()
    assert json.loads(json.dumps(hand_in.name, ensure_ascii=False).encode()) == hand_in.name
    assert len(digest(hand_in)) == 64


def test_escaped_names_stay_apart(class_folder: Path) -> None:
    """A newline, and a backslash before an n."""
    for name in ("a\nb.py", "a\\nb.py"):
        (class_folder / name).touch()
    assert len({hand_in.name for hand_in in find(class_folder)}) == 2


@pytest.mark.parametrize("name", ["missing", "file.py", "empty", "dull"])
def test_a_class_without_hand_ins_is_a_usage_error(tmp_path: Path, name: str) -> None:
    """DIR is missing, a file, empty, or holds nothing that can be judged."""
    (tmp_path / "file.py").touch()
    (tmp_path / "empty").mkdir()
    (tmp_path / "dull").mkdir()
    (tmp_path / "dull" / "README.txt").touch()
    with pytest.raises(UsageError, match=name):
        find(tmp_path / name)


# Opening them.


@pytest.mark.parametrize(
    ("name", "told"), [("李 (1).v2.py", "李 (1).v2.py"), ("A.PY", "A.py"), ("a\nb.py", "handin.py")]
)
def test_a_file_is_told_by_the_name_that_its_student_gave_it(class_folder: Path, tmp_path: Path, name, told) -> None:
    """A place in it is looked for there; unless it cannot be printed."""
    (class_folder / name).write_text(RELU)
    (tmp_path / "scratch").mkdir()
    assert opened(find(class_folder)[0], tmp_path / "scratch").name == told


def test_the_same_code_is_found_in_each_kind(class_folder: Path, tmp_path: Path) -> None:
    """A file, a folder, a notebook and archives with one folder around all, or two, or none."""
    tree = {
        "layers.py": RELU,
        "layer_utils.py": "from cs231n.layers import *\ndef affine_relu_forward(x, w, b): pass\n",
    }
    entries = [(name, text.encode()) for name, text in tree.items()]
    (class_folder / "file.py").write_text(RELU)
    (class_folder / "smith (1).v2.py").write_text(RELU)
    (class_folder / "note.ipynb").write_bytes(notebook_of(RELU))
    (class_folder / "folder").mkdir()
    for name, content in entries:
        (class_folder / "folder" / name).write_bytes(content)
    for prefix, (name, pack) in zip(("", "cs231n/", "my code/cs231n/"), PACKERS.items(), strict=True):
        (class_folder / name).write_bytes(pack([(prefix + path, content) for path, content in entries]))
    (class_folder / "wrapped.zip").write_bytes(zip_of([("__MACOSX/a", b""), ("hw/my.ipynb", notebook_of(RELU))]))
    for number, hand_in in enumerate(find(class_folder)):
        found = inventory(opened(hand_in, tmp_path / f"scratch{number}"))
        expected = {"relu_forward", "relu_backward"}
        if hand_in.kind == "folder" or (hand_in.kind == "archive" and hand_in.name != "wrapped"):
            expected |= {"affine_relu_forward"}
        assert set(found) == expected, hand_in


def test_what_was_handed_in_is_not_touched(class_folder: Path, scratch: Path) -> None:
    """A submission that writes beside itself, as Python's caches do, writes into the copy."""
    (class_folder / "alice").mkdir()
    (class_folder / "alice" / "layers.py").write_text(RELU)
    before = digest(only(class_folder))
    path = opened(only(class_folder), scratch)
    (path / "layers.py").write_text("changed")
    assert path.is_relative_to(scratch)
    assert digest(only(class_folder)) == before


# Folders and links.


def test_links_out_of_a_folder_are_left_out(class_folder: Path, scratch: Path, tmp_path: Path) -> None:
    """With a note each, and so are pipes; a link to a file inside is that file."""
    (tmp_path / "secret.py").write_text("answers")
    alice = class_folder / "alice"
    alice.mkdir()
    (alice / "layers.py").write_text(RELU)
    (alice / "same.py").symlink_to("layers.py")
    (alice / "secret.py").symlink_to(tmp_path / "secret.py")
    (alice / "up").symlink_to("..")
    (alice / "loop").symlink_to("loop")
    (alice / "long").symlink_to("x" * 3000)
    os.mkfifo(alice / "pipe")
    given = prepared(only(class_folder), scratch)
    assert files_below(given.path) == {"layers.py": RELU.encode(), "same.py": RELU.encode()}
    assert [note.split()[0] for note in given.notes] == ["long", "loop", "pipe", "secret.py", "up"]


@pytest.mark.parametrize("name", ["alice.py", "alice.zip", "alice"])
def test_a_hand_in_that_is_a_link_is_a_problem(class_folder: Path, scratch: Path, tmp_path: Path, name: str) -> None:
    """It may lead anywhere; its digest is that of its text."""
    (tmp_path / "target").mkdir()
    (class_folder / name).symlink_to(tmp_path / "target")
    hand_in = only(class_folder)
    assert hand_in.name == "alice"
    assert digest(hand_in)
    with pytest.raises(IntakeProblem, match="a link"):
        opened(hand_in, scratch)


@pytest.mark.parametrize("fault", ["many", "large", "deep", "empty", "no code"])
def test_folders_have_the_same_bounds(class_folder: Path, scratch: Path, fault: str) -> None:
    """As archives."""
    alice = class_folder / "alice"
    alice.mkdir()
    if fault != "empty":
        (alice / "README").write_bytes(bytes(SMALL.size + (fault == "large")))
    for number in range(SMALL.entries if fault == "many" else 0):
        (alice / f"{number}").mkdir()
    if fault == "deep":
        (alice / "/".join("abcdefg")).mkdir(parents=True)
    expected = {
        "many": "more than",
        "large": "larger",
        "deep": "deep",
        "empty": "no files",
        "no code": "no Python file",
    }
    with pytest.raises(IntakeProblem, match=expected[fault]):
        opened(only(class_folder), scratch, SMALL)
    if fault in ("many", "large", "deep"):
        with pytest.raises(IntakeProblem, match=expected[fault]):
            digest(only(class_folder), SMALL)


def test_the_digest_is_of_all_that_counts(class_folder: Path) -> None:
    """Names, contents, links by their text; neither caches nor times."""
    alice = class_folder / "alice"
    (alice / "a").mkdir(parents=True)
    (alice / "a" / "b.py").write_text("1")
    (alice / "link").symlink_to("a")
    seen = {digest(only(class_folder))}
    (alice / "__pycache__").mkdir()
    (alice / "__pycache__" / "b.pyc").write_text("1")
    (alice / ".DS_Store").write_text("1")
    os.utime(alice / "a" / "b.py", (0, 0))
    seen.add(digest(only(class_folder)))
    assert len(seen) == 1
    (alice / "a" / "b.py").write_text("2")
    seen.add(digest(only(class_folder)))
    (alice / "a" / "b.py").rename(alice / "a" / "c.py")
    seen.add(digest(only(class_folder)))
    (alice / "link").unlink()
    (alice / "link").symlink_to("b")
    seen.add(digest(only(class_folder)))
    assert len(seen) == 4


def test_one_hand_in_does_not_touch_another(class_folder: Path, tmp_path: Path) -> None:
    """A damaged one beside a good one."""
    (class_folder / "bad.zip").write_bytes(b"PK\3\4 no more")
    (class_folder / "good.zip").write_bytes(zip_of([("layers.py", RELU.encode())]))
    bad, good = find(class_folder)
    with pytest.raises(IntakeProblem):
        opened(bad, tmp_path / "bad")
    assert set(inventory(opened(good, tmp_path / "good"))) == {"relu_forward", "relu_backward"}


def test_a_file_that_cannot_be_read_is_a_problem(class_folder: Path, scratch: Path) -> None:
    """It is gone since it was found."""
    (class_folder / "alice.py").touch()
    hand_in = only(class_folder)
    hand_in.path.unlink()
    with pytest.raises(IntakeProblem, match="cannot be read"):
        opened(hand_in, scratch)
    with pytest.raises(IntakeProblem, match="cannot be read"):
        digest(hand_in)


def test_the_machines_own_faults_are_not_blamed_on_a_hand_in(class_folder: Path, scratch: Path) -> None:
    """A file that is in the way, or a full disk, is an OSError; and nothing is written over."""
    (class_folder / "alice.zip").write_bytes(zip_of([("layers.py", b"1")]))
    (scratch / "cs231n").mkdir()
    (scratch / "cs231n" / "layers.py").write_text("mine")
    with pytest.raises(FileExistsError):
        opened(only(class_folder), scratch)
    assert (scratch / "cs231n" / "layers.py").read_text() == "mine"


def test_a_hand_in_is_told_the_file_that_it_is_too_large_with(class_folder: Path, scratch: Path) -> None:
    """A data set beside the code, in a folder or packed: nothing of it is judged, and it says so."""
    (class_folder / "alice").mkdir()
    (class_folder / "alice" / "data.npy").write_bytes(bytes(SMALL.size + 1))
    (class_folder / "bob.zip").write_bytes(zip_of([("hw/data.npy", bytes(SMALL.size + 1))]))
    alice, bob = find(class_folder)
    with pytest.raises(IntakeProblem, match=r"with data\.npy: nothing of it is judged"):
        digest(alice, SMALL)
    with pytest.raises(IntakeProblem, match=r"with (hw/)?data\.npy: nothing of it is judged"):
        opened(bob, scratch, SMALL)


def test_a_file_that_is_too_large_is_a_problem(class_folder: Path, scratch: Path) -> None:
    """It is not read to its end, neither for its digest nor to open it; a notebook has a bound of its own."""
    (class_folder / "alice.py").write_bytes(bytes(SMALL.size + 1))
    (class_folder / "bob.ipynb").write_bytes(notebook_of("#" * SMALL.notebook))
    alice, bob = find(class_folder)
    with pytest.raises(IntakeProblem, match="larger than"):
        digest(alice, SMALL)
    for number, hand_in in enumerate((alice, bob)):
        with pytest.raises(IntakeProblem, match="larger than"):
            opened(hand_in, scratch / str(number), SMALL)
