"""Consoles that lack characters, and files as Excel and the editors of Windows have them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from test_grade import ASSIGNMENT, RELU, ROOT, hand_in

from gradproof.conformance.engine.assignment import read as read_assignment

pytestmark = pytest.mark.posix
SAYING = RELU + '    raise ValueError("\u0141ukasz \u4f5c\u696d \u2717")\n'


def test_a_console_that_lacks_characters_gets_their_numbers(tmp_path: Path) -> None:
    """In names, in words, in the table and in the gradebook: no traceback."""
    hand_in(tmp_path / "class", **{"\u0141ukasz \u4f5c\u696d": SAYING})
    (tmp_path / "class" / "\u0130.rar").touch()
    (tmp_path / "relu.toml").write_text(ASSIGNMENT)
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252:strict", "PYTHONUTF8": "0", "LC_ALL": "C.UTF-8"}
    gradproof = [sys.executable, "-m", "conformance"]
    grade = ["grade", tmp_path / "class", "--assignment", tmp_path / "relu.toml", "--out", tmp_path / "out"]
    for arguments in (
        [*grade, "--no-sandbox", "--public-cases", "--workers", "1"],
        ["report", tmp_path / "out", "--format", "csv"],
    ):
        done = subprocess.run([*gradproof, *arguments], cwd=ROOT, env=environment, capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, b"")
        assert b"ukasz" in done.stdout


def test_an_assignment_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    """As editors of Windows write it."""
    (tmp_path / "relu.toml").write_text(ASSIGNMENT, encoding="utf-8-sig")
    assert read_assignment(tmp_path / "relu.toml").name == "a relu"
