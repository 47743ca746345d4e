"""No name that somebody gave reaches the terminal as a command: neither on standard output nor on the error stream."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import RELU, Command
from graded_class import CLASS, CONTROLS, graded, result, written

from gradproof.conformance.checks.results import Status
from gradproof.conformance.reports.feedback.formats import FORMATS
from gradproof.conformance.reports.views import View

EVIL = "\x1b]0;owned\x07\x1b[2J\x9b31m\x7f\u202eevil"
COMMANDS = ("\x1b", "\x9b", "\x07", "\x7f", "\u202e")
ASKED = ("--oracle", "golden", "--only", "relu", "--cases", "1")


def is_harmless(text: str) -> bool:
    """Whether a terminal finds nothing to obey in it."""
    return not any(sign in text for sign in COMMANDS)


def test_the_signs_of_this_test_are_seen() -> None:
    """Planted."""
    assert not any(is_harmless(sign) for sign in COMMANDS)
    assert is_harmless("batchnorm: é 山\n")


@pytest.mark.posix
@pytest.mark.parametrize("style", ["text", "json"])
def test_a_path_that_is_checked_is_spelled_out(tmp_path: Path, gradproof: Command, style: str) -> None:
    """In the title, in the replay command, in JSON, which keeps it whole."""
    path = tmp_path / f"{EVIL}.py"
    path.write_text(RELU.replace("(cache > 0)", "2"))
    code, out, err = gradproof("check", path, *ASKED, "--format", style)
    assert code == 1
    assert is_harmless(out + err)
    assert "evil.py" in out
    if style == "json":
        assert json.loads(out)["subject"] == str(path)


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", f"{EVIL}.py"),
        ("check", ".", f"--{EVIL}"),
        ("check", ".", "--assignment", EVIL),
        ("check", ".", "--adapter", f"{EVIL}.py"),
        ("replay", EVIL, "."),
        ("replay", "relu/0/0", f"{EVIL}.py"),
        ("grade", EVIL, "--assignment", "s1", "--out", "out", "--no-sandbox", "--public-cases"),
        ("report", EVIL, "--format", "csv"),
        ("fixtures", "diff", "--out", EVIL),
        (EVIL,),
    ],
    ids=lambda arguments: arguments[0] if arguments[0].isalpha() else "no such command",
)
def test_no_error_passes_a_name_on_as_it_is(
    tmp_path: Path, gradproof: Command, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    """One line on the error stream."""
    monkeypatch.chdir(tmp_path)
    code, out, err = gradproof(*arguments)
    assert code == 2
    assert "evil" in err
    assert is_harmless(out + err)


def test_a_class_with_evil_names_can_be_shown(tmp_path: Path, gradproof: Command) -> None:
    """Its table, what is put on standard output, and every format for students and for instructors."""
    from io import StringIO

    from gradproof.conformance.reports.class_table import render
    from gradproof.conformance.reports.console import console

    evil = graded(EVIL, result(EVIL, "forward", Status.FAILED, 1.0, message=CONTROLS))
    made = type(CLASS)(CLASS.header, (evil,), {})
    shown = StringIO()
    render(made, console(shown))
    assert is_harmless(shown.getvalue())
    assert "evil" in shown.getvalue()
    folder = written(tmp_path / "out", made)
    for style in ("csv", "html", "junit"):
        assert is_harmless(gradproof("report", folder, "--format", style)[1])
    for each in FORMATS.values():
        shown_to = [each.render(replace(made, submissions=(evil,)), view, "2026-11-28T12:00:00") for view in View]
        assert all(map(is_harmless, shown_to))
