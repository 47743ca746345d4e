"""Archives that students hand in, and what attacks are made of: unpacked where they should be, or a problem."""

import os
import stat
import tarfile
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from conftest import RELU
from hand_ins import (
    PACKERS,
    SMALL,
    Entry,
    files_below,
    notebook_of,
    outcome,
    packed_in_each_way,
    problem,
    tar_of,
    unpacked,
    zip_of,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from gradproof.conformance.grading.handin import HandIn, IntakeProblem, Room
from gradproof.conformance.grading.intake import prepared

UNSAFE = [
    "../b.py",
    "a/../../b.py",
    "..\\b.py",
    "/tmp/b.py",
    "C:\\b.py",
    "c:b.py",
    "\\\\host\\share\\b.py",
    "..",
    "a/..",
]


@packed_in_each_way
@pytest.mark.parametrize("path", UNSAFE)
def test_paths_that_lead_elsewhere_are_a_problem(tmp_path: Path, name: str, path: str) -> None:
    """Absolute on any system, or upwards."""
    said = problem(tmp_path, name, PACKERS[name]([("a.py", b"1"), (path, b"1")]))
    assert "absolute path" in said or "leads out" in said


@packed_in_each_way
@pytest.mark.parametrize("path", ["a" * 256, "a/" * 6 + "b", "é" * 200, "/".join(["d" * 250] * 5)])
def test_paths_that_no_system_takes_are_a_problem(tmp_path: Path, name: str, path: str) -> None:
    """Too long, or too deep."""
    said = problem(tmp_path, name, PACKERS[name]([(path, b"1")]))
    assert "too long" in said or "deep" in said


def test_a_name_that_the_file_system_cannot_encode_is_a_problem(tmp_path: Path) -> None:
    """Which names these are depends on the machine; half a character is one everywhere."""
    with pytest.raises(IntakeProblem, match="no text"):
        Room(tmp_path, SMALL).put(("\ud800",), [b"1"])


def test_a_folder_that_is_too_deep_is_a_problem(tmp_path: Path) -> None:
    """Even if nothing is in it."""
    assert "deep" in problem(tmp_path, "a.zip", zip_of([("a/" * 10_000, b""), ("b.py", b"1")]))


def test_a_name_that_ends_early_is_a_problem(tmp_path: Path) -> None:
    """The library takes it up to the zero byte."""
    assert "no file name" in problem(tmp_path, "a.zip", zip_of([("b.py\0.txt", b"1")]))


def make_link(info: zipfile.ZipInfo | tarfile.TarInfo) -> None:
    """A symbolic link; in a zip, its target is the content."""
    if isinstance(info, tarfile.TarInfo):
        info.type, info.linkname, info.size = tarfile.SYMTYPE, "/etc", 0
    else:
        info.external_attr = (stat.S_IFLNK | 0o777) << 16


def make_pipe(info: zipfile.ZipInfo | tarfile.TarInfo) -> None:
    """A named pipe."""
    if isinstance(info, tarfile.TarInfo):
        info.type, info.size = tarfile.FIFOTYPE, 0
    else:
        info.external_attr = (stat.S_IFIFO | 0o644) << 16


@packed_in_each_way
@pytest.mark.parametrize(("change", "kind"), [(make_link, "a link"), (make_pipe, "no plain file")])
def test_links_and_special_files_are_a_problem(tmp_path: Path, name: str, change, kind: str) -> None:
    """Nothing but files and folders is unpacked."""
    assert kind in problem(tmp_path, name, PACKERS[name]([("b.py", b"/etc")], change))


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (tarfile.LNKTYPE, "a link"),
        (tarfile.CHRTYPE, "no plain file"),
        (tarfile.BLKTYPE, "no plain file"),
        (tarfile.GNUTYPE_SPARSE, "sparse"),
    ],
)
def test_hard_links_devices_and_sparse_files_are_a_problem(tmp_path: Path, kind: bytes, said: str) -> None:
    """In a tar archive they can be."""

    def change(info: tarfile.TarInfo) -> None:
        info.type, info.linkname, info.size = kind, "../secret", 0

    assert said in problem(tmp_path, "a.tar", tar_of([("b.py", b"")], change, mode="w:"))


@packed_in_each_way
@pytest.mark.parametrize(
    "names",
    [
        ("layers.py", "Layers.py"),
        ("caf\u00e9.py", "cafe\u0301.py"),
        ("A/x.py", "a/y.py"),
        ("a", "a/b.py"),
        ("a/b.py", "a"),
        ("b.py", "b.py"),
        ("stra\u00dfe.py", "STRASSE.py"),
    ],
)
def test_names_that_clash_are_a_problem(tmp_path: Path, name: str, names: tuple[str, str]) -> None:
    """By case, by the way accents are written, or outright: which one counted would depend on the machine."""
    content = PACKERS[name]([(each, b"1") for each in names])
    assert "twice" in problem(tmp_path, name, content)


def test_a_password_is_a_problem(tmp_path: Path) -> None:
    """Nobody knows it."""
    content = bytearray(zip_of([("b.py", b"1")]))
    for header, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        content[content.index(header) + at] |= 1
    assert "protected by a password" in problem(tmp_path, "a.zip", bytes(content))


def test_a_compression_that_may_take_any_memory_is_a_problem(tmp_path: Path) -> None:
    """Of those that a zip may use, only the ordinary one is read."""
    content = zip_of([("b.py", b"1")], lambda info: setattr(info, "compress_type", zipfile.ZIP_LZMA))
    assert "unusual" in problem(tmp_path, "a.zip", content)


@packed_in_each_way
@pytest.mark.parametrize("entries", [[], [("__MACOSX/b.py", b"1"), (".DS_Store", b"1")]])
def test_an_empty_archive_is_a_problem(tmp_path: Path, name: str, entries: list[Entry]) -> None:
    """Or one that holds nothing but junk."""
    assert "no files" in problem(tmp_path, name, PACKERS[name](entries))


def test_long_names_in_a_tar_are_read(tmp_path: Path) -> None:
    """In either format that has extended headers."""
    name = "/".join(["folder" * 20] * 2) + "/\u00e9.py"
    for number, form in enumerate((tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)):
        (tmp_path / str(number)).mkdir()
        path = unpacked(tmp_path / str(number), "a.tar", tar_of([(name, b"1")], mode="w:", format=form))
        assert files_below(path) == {"\u00e9.py": b"1"}


parts = st.sampled_from(["..", ".", "", "a", "b.py", "\n", "\0", "C:", "~", "\udcff", "..\\..", "..."])
paths = st.builds(
    str.join, st.sampled_from(["/", "\\", "//"]), st.lists(parts | st.text(max_size=5), min_size=1, max_size=6)
)
ways = st.sampled_from(sorted(PACKERS))


@settings(max_examples=150, deadline=None)
@given(names=st.lists(paths, min_size=1, max_size=4), way=ways)
def test_nothing_is_written_outside(names: list[str], way: str) -> None:
    """Whatever the names in an archive are: it is a problem, or all is below the scratch folder."""
    try:
        content = PACKERS[way]([(name, b"1") for name in names])
    except UnicodeEncodeError:
        return  # no such archive can be made
    with TemporaryDirectory() as folder:
        top = Path(folder)
        scratch = top / "a" / "b" / "scratch"
        scratch.mkdir(parents=True)
        (top / way).write_bytes(content)
        assert outcome(HandIn("a", top / way, "archive"), scratch).isprintable()
        outside = {path for path in top.rglob("*") if not path.is_relative_to(scratch)}
        assert outside == {top / way, top / "a", top / "a" / "b"}
        assert not any(path.is_symlink() for path in top.rglob("*"))


def test_an_entry_without_a_date_is_older_than_others(tmp_path: Path) -> None:
    """Some programs write zeros, which are no day of any month."""

    def undated(info: zipfile.ZipInfo) -> None:
        info.date_time = (1980, 0, 0, 0, 0, 0)

    assert unpacked(tmp_path, "a.zip", zip_of([("b.py", RELU.encode())], undated)).is_dir()


def test_what_is_opened_is_readable_and_no_more(tmp_path: Path) -> None:
    """Whatever the archive says of modes, set-user-id included, and whatever the umask."""
    mask = os.umask(0o077)
    try:
        content = tar_of([("a/b.py", b"")], lambda info: setattr(info, "mode", 0o6000))
        path = unpacked(tmp_path, "alice.tar.gz", content)
    finally:
        os.umask(mask)
    assert stat.S_IMODE((path / "b.py").stat().st_mode) == 0o644
    assert stat.S_IMODE(path.stat().st_mode) == 0o755


@packed_in_each_way
def test_systems_leftovers_are_left_out(tmp_path: Path, name: str) -> None:
    """Hidden files, Python's caches and what macOS adds, even a link in them."""
    junk = [("__MACOSX/a/._b.py", b"0"), ("a/.git/c", b"0"), ("a/__pycache__/b.pyc", b"0"), ("a/.DS_Store", b"0")]
    path = unpacked(tmp_path, name, PACKERS[name]([*junk, ("./a/b.py", b"1")]))
    assert files_below(path) == {"b.py": b"1"}


@pytest.mark.parametrize("name", ["alice.zip", "alice.tar", "alice.tgz"])
@pytest.mark.parametrize("pack", PACKERS.values())
def test_an_archive_is_what_its_bytes_say(tmp_path: Path, name: str, pack) -> None:
    """Students rename archives."""
    assert files_below(unpacked(tmp_path, name, pack([("b.py", b"1")]))) == {"b.py": b"1"}


def test_a_zip_made_on_windows_has_folders(tmp_path: Path) -> None:
    """Some programs separate them by backslashes."""
    content = zip_of([("cs231n\\layers.py", b"1"), ("cs231n\\classifiers\\net.py", b"2")])
    path = unpacked(tmp_path, "alice.zip", content)
    assert files_below(path) == {"layers.py": b"1", "classifiers/net.py": b"2"}


def test_a_cell_that_no_file_can_hold_does_no_harm(tmp_path: Path) -> None:
    """Half a character, in a cell that is no Python: the others are judged."""
    (tmp_path / "a.ipynb").write_bytes(notebook_of(RELU, "x = '\ud800'\n$"))
    (tmp_path / "scratch").mkdir()
    assert outcome(HandIn("alice", tmp_path / "a.ipynb", "notebook"), tmp_path / "scratch") == ""


def test_of_thousands_of_faults_a_few_are_told(tmp_path: Path) -> None:
    """And how many more there are: a report is for reading, and no cell that is no Python takes a file for ever."""
    (tmp_path / "a.ipynb").write_bytes(notebook_of(RELU, *["("] * 3000))
    (tmp_path / "scratch").mkdir()
    made = prepared(HandIn("alice", tmp_path / "a.ipynb", "notebook"), tmp_path / "scratch")
    assert len(made.notes) == 51
    assert made.notes[-1] == "and 2950 more"
    assert len(list(made.path.iterdir())) == 101


def test_many_notebooks_and_no_code_are_a_problem(tmp_path: Path) -> None:
    """Nobody can tell which one was meant."""
    content = zip_of([("a.ipynb", notebook_of(RELU)), ("b.ipynb", notebook_of(RELU))])
    assert "2 notebooks" in problem(tmp_path, "alice.zip", content)
