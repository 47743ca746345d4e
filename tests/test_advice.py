"""What messages say to install can be typed as it is printed."""

import re
import shlex
import tomllib
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
from conftest import Command

from gradproof.conformance import errors
from gradproof.conformance.cli import doctor

ROOT = Path(__file__).resolve().parent.parent
SOURCES = {file: file.read_text(encoding="utf-8") for file in sorted((ROOT / "conformance").rglob("*.py"))}
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]


def test_every_extra_that_is_advised_is_one_of_this_project() -> None:
    """And each is advised by the one function that knows how."""
    advised = {extra for text in SOURCES.values() for extra in re.findall(r"""\binstall\(['"](\w+)['"]\)""", text)}
    assert advised == set(EXTRAS)
    by_hand = [file.name for file, text in SOURCES.items() if re.search(r"gradproof\[\w", text)]
    assert by_hand == []


def test_an_installed_project_is_named() -> None:
    """Pip knows the extras of what is installed by its name."""
    assert shlex.split(errors.install("data")) == ["pip", "install", "gradproof[data]"]


def test_a_checkout_that_is_not_installed_is_named_by_its_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of that name there may be nothing, or a stranger's, where pip looks."""

    def unknown(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.version", unknown)
    *command, what = shlex.split(errors.install("data"))
    assert command == ["pip", "install", "-e"]
    assert what == f"{ROOT}[data]"


def test_no_line_of_the_doctor_is_broken(gradproof: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """However narrow the terminal, a command that is advised stands on one line."""

    def unknown(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr(doctor, "version", unknown)
    _, out, _ = gradproof("doctor")
    commands = [line for line in out.splitlines() if "missing" in line and "pip install" in line]
    assert len(commands) >= len(["torch", "pytest", "pytest-xdist", "scikit-learn", "mnist1d", "matplotlib"])
    assert all(line.endswith('"') for line in commands)
