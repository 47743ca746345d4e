"""Archives that are damaged, lie about their size, or are made to fill a disk or a memory: each is a problem."""

import tarfile
import tracemalloc
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hand_ins import (
    PACKERS,
    SMALL,
    Entry,
    files_below,
    outcome,
    packed_in_each_way,
    problem,
    tar_of,
    unpacked,
    zip_of,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from test_intake_archives import ways

from gradproof.conformance.grading.handin import Bounds, HandIn


@packed_in_each_way
@pytest.mark.parametrize(
    "entries",
    [
        [("zeros.npy", bytes(SMALL.size + 1))],
        [(f"{number}.npy", bytes(SMALL.size // 4)) for number in range(5)],
    ],
)
def test_bombs_are_a_problem(tmp_path: Path, name: str, entries: list[Entry]) -> None:
    """What is too large is not unpacked to its end, in one file or in several."""
    assert "larger than" in problem(tmp_path, name, PACKERS[name](entries))
    assert sum(map(len, files_below(tmp_path / "scratch").values())) <= SMALL.size


def test_a_gzip_bomb_is_not_inflated_to_its_end(tmp_path: Path) -> None:
    """Not even what a tar archive would skip, junk for example."""
    content = tar_of([(".junk", bytes(SMALL.size * 3)), ("b.py", b"1")])
    assert len(content) < 2000
    assert "larger than" in problem(tmp_path, "a.tgz", content)


def test_an_entry_that_lies_about_its_size_is_a_problem(tmp_path: Path) -> None:
    """The central directory of a zip says 1 byte, the data has more."""
    honest = zip_of([("b.py", b"x" * 1000)])
    size_at = honest.index(b"PK\1\2") + 24
    content = honest[:size_at] + (1).to_bytes(4, "little") + honest[size_at + 4 :]
    assert "damaged" in problem(tmp_path, "a.zip", content)


@packed_in_each_way
@pytest.mark.parametrize("path", ["{}.py", "a{}/", ".git/{}"])
def test_too_many_entries_are_a_problem(tmp_path: Path, name: str, path: str) -> None:
    """Files or folders; of junk, ten times as many."""

    def change(info: zipfile.ZipInfo | tarfile.TarInfo) -> None:
        if path.endswith("/") and isinstance(info, tarfile.TarInfo):
            info.type = tarfile.DIRTYPE

    content = PACKERS[name]([(path.format(number), b"") for number in range(SMALL.entries * 10 + 2)], change)
    assert "more than 20 files" in problem(tmp_path, name, content)


def test_entries_are_counted_before_the_library_reads_them(tmp_path: Path) -> None:
    """It would make an object of each, here it would say that they are damaged."""
    content = b"PK\3\4" + b"PK\1\2" * (SMALL.entries * 10 + 1)
    assert "more than 20 files" in problem(tmp_path, "a.zip", content)


def test_the_headers_of_a_tar_are_not_kept(tmp_path: Path) -> None:
    """However many and large they are, memory stays flat."""
    headers = {f"key{number}": "" for number in range(800)}
    members = [(f".{number}", b"") for number in range(100)]
    content = tar_of([*members, ("b.py", b"1")], lambda info: setattr(info, "pax_headers", headers), mode="w:")
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    unpacked(tmp_path / "first", "a.tar", content, Bounds(entries=20))  # and with it what is imported late
    tracemalloc.start()
    unpacked(tmp_path / "second", "a.tar", content, Bounds(entries=20))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3_000_000


def test_folders_take_their_share_of_the_entries(tmp_path: Path) -> None:
    """One file in each of many folders is two entries."""
    content = zip_of([(f"{number}/b.py", b"") for number in range(12)])
    assert "more than 20 files" in problem(tmp_path, "a.zip", content)


def test_an_archive_that_is_large_itself_is_not_read(tmp_path: Path) -> None:
    """Whatever it holds."""
    assert "larger than" in problem(tmp_path, "a.tar", bytes(SMALL.size + 1))


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"Rar!\x1a\x07", b"PK\3\4", b"\x1f\x8b\x08", b"\0" * 100, b"x" * 5000]
)
@pytest.mark.parametrize("name", ["a.zip", "a.tgz", "a.tar"])
def test_what_is_no_archive_is_a_problem(tmp_path: Path, name: str, content: bytes) -> None:
    """An error page that was saved under its name, for example."""
    assert "damaged or cut off" in problem(tmp_path, name, content)


@packed_in_each_way
def test_an_archive_that_was_cut_off_is_a_problem(tmp_path: Path, name: str) -> None:
    """Wherever, but for the empty end of a tar archive."""
    noise = bytes(range(256)) * 8
    content = PACKERS[name]([(f"{number}.py", noise) for number in range(3)])
    size = len(content.rstrip(b"\0")) if name == "a.tar" else len(content)
    for number in range(1, 12):
        (tmp_path / str(number)).mkdir()
        said = problem(tmp_path / str(number), name, content[: size * number // 12])
        assert "damaged or cut off" in said


def test_a_damaged_header_in_a_tar_does_not_hide_the_rest(tmp_path: Path) -> None:
    """The library ends there without a word."""
    content = bytearray(tar_of([("a.py", b"1"), ("b.py", b"2")], mode="w:"))
    content[content.index(b"b.py")] ^= 1
    assert "damaged" in problem(tmp_path, "a.tar", bytes(content))


@pytest.mark.parametrize("size", [1 << 16, 1 << 40, -512])
def test_a_header_of_monstrous_size_is_a_problem(tmp_path: Path, size: int) -> None:
    """The library would read all of it into memory, or go back to where it was."""
    info = tarfile.TarInfo("b.py")
    info.type, info.size = tarfile.XHDTYPE, size
    content = info.tobuf(tarfile.GNU_FORMAT) + b"12 path=a.py\n".ljust(1 << 17, b"\0")
    assert "header" in problem(tmp_path, "a.tar", content)


def test_a_negative_size_is_a_problem(tmp_path: Path) -> None:
    """The library would come back to the same header for ever."""
    info = tarfile.TarInfo("b.py")
    info.size = -512
    assert "negative" in problem(tmp_path, "a.tar", info.tobuf(tarfile.GNU_FORMAT) + bytes(1024))


def test_headers_for_all_entries_are_ignored(tmp_path: Path) -> None:
    """They would be copied for each; git puts the commit there."""
    content = tar_of([("b.py", b"1")], mode="w:", pax_headers={"path": "../c.py", "comment": "0" * 40})
    assert files_below(unpacked(tmp_path, "a.tar", content)) == {"b.py": b"1"}


@pytest.mark.parametrize(
    "record", [b"1" * 10_000, b"22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n"], ids=["digits", "sparse"]
)
def test_headers_that_take_time_or_space_are_a_problem(tmp_path: Path, record: bytes) -> None:
    """A number that is searched in quadratic time, and a file larger than its archive."""
    info = tarfile.TarInfo("b.py")
    info.type, info.size = tarfile.XHDTYPE, len(record)
    content = info.tobuf() + record.ljust(-(-len(record) // 512) * 512, b"\0") + tar_of([("b.py", b"1")], mode="w:")
    assert "header" in problem(tmp_path, "a.tar", content)


@settings(max_examples=200, deadline=None)
@given(way=ways, damage=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=4)), max_size=4))
def test_damage_is_a_problem_or_harmless(way: str, damage: list[tuple[float, bytes]]) -> None:
    """Bytes changed anywhere in an archive: no other error."""
    content = bytearray(PACKERS[way]([("a/b.py", b"1"), ("a/" + "c" * 150, b"2" * 600)]))
    for place, replacement in damage:
        at = int(place * len(content))
        content[at : at + len(replacement)] = replacement
    with TemporaryDirectory() as folder:
        (Path(folder) / way).write_bytes(content)
        assert outcome(HandIn("a", Path(folder) / way, "archive"), Path(folder) / "scratch").isprintable()
