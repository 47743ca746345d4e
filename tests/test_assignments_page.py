"""``docs/assignments.md`` is what the code says; the action and the hook call the command as it is."""

import importlib.util
import re
import shutil
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from gradproof.conformance.checks.table import checks_of
from gradproof.conformance.cli.main import cli
from gradproof.conformance.engine.assignment import TABLES, Assignment
from gradproof.conformance.spec.contracts import all_contracts

ROOT = Path(__file__).resolve().parent.parent
OPTION = re.compile(r"--[a-z][\w-]+")


def generator() -> ModuleType:
    """The script that writes the page."""
    spec = importlib.util.spec_from_file_location("assignments_page", ROOT / "docs" / "mkdocs" / "assignments.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_current() -> None:
    """``python docs/mkdocs/assignments.py`` writes it."""
    made = generator()
    assert made.PAGE.read_text(encoding="utf-8") == made.page()


def test_the_page_is_complete() -> None:
    """Every key of every table, every contract with its checks."""
    page = generator().PAGE.read_text(encoding="utf-8")
    keys = {*Assignment.model_fields, *(name for table in TABLES.values() for name in table.model_fields)}
    assert {key for key in keys if f"| `{key}` |" not in page} == {"scopes", "members"}  # which nobody writes
    rows = dict(re.findall(r"^\| `(\w+)` \| .* \| ([^|]*) \|$", page.partition("## Contracts")[2], re.MULTILINE))
    told = {name: [check.strip("()") for check in checks.split(", ")] for name, checks in rows.items()}
    assert told == {row.name: [check.name for check in checks_of(row)] for row in all_contracts()}


def test_a_key_without_words_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that nobody adds one and forgets the page."""
    made = generator()
    monkeypatch.setitem(made.KEYS, "seeds", {})
    with pytest.raises(KeyError, match="policy"):
        made.page()
    monkeypatch.setitem(made.KEYS, "seeds", {"policy": "...", "polcy": "..."})
    with pytest.raises(KeyError, match="seeds: there is no key polcy"):
        made.page()


@pytest.mark.parametrize("file", ["action.yml", ".pre-commit-hooks.yaml"])
def test_the_action_and_the_hook_use_options_that_there_are(file: str) -> None:
    """Of ``gradproof check``, or of pip."""
    text = (ROOT / file).read_text()
    known = {name for option in cli.commands["check"].params for name in option.opts}
    assert {*OPTION.findall(text)} - {"--quiet"} <= known
    assert "gradproof check" in text


def test_the_action_judges(tmp_path: Path) -> None:
    """Its script, with a command that writes down what it is told: a path with a blank is one word, all lines count."""
    if shutil.which("bash") is None:
        pytest.skip("there is no bash")
    script = (ROOT / "action.yml").read_text().rpartition("run: |\n")[2].replace("        ", "")
    command = tmp_path / "gradproof" / "bin" / "gradproof"
    command.parent.mkdir(parents=True)
    command.write_text(f'#!/bin/bash\nprintf "%s|" "$@" >> {tmp_path}/told; echo >> {tmp_path}/told; exit 1\n')
    command.chmod(0o755)
    given = {"JUDGED": "my layers.py", "ASSIGNMENT": "week 1.toml", "ADAPTER": "", "OPTIONS": "--only relu\n--cases 3"}
    environment = {**given, "SUMMARY": "true", "RUNNER_TEMP": str(tmp_path), "GITHUB_STEP_SUMMARY": str(tmp_path / "s")}
    ended = subprocess.run(["bash", "-e", "-c", script], env=environment, check=False)
    assert ended.returncode == 1
    told = (tmp_path / "told").read_text().splitlines()
    assert told == [
        f"check|--only|relu|--cases|3|--assignment|week 1.toml|--format|{form}|--|my layers.py|"
        for form in ("markdown", "github")
    ]
