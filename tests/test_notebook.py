"""The magic of notebooks: a cell is run, then judged; what is wrong in the line is told, not raised."""

from types import SimpleNamespace
from typing import Any

import pytest
from conftest import RELU

import gradproof

pytestmark = pytest.mark.once


class Shell:
    """As much of IPython's shell as an extension sees."""

    def __init__(self) -> None:
        self.user_ns: dict[str, Any] = {}
        self.magic: Any = None

    def register_magic_function(self, function: Any, kind: str, name: str) -> None:
        """Keep it."""
        assert (kind, name) == ("line_cell", "gradproof")
        self.magic = function

    def run_cell(self, cell: str) -> SimpleNamespace:
        """Run it in the notebook's namespace."""
        try:
            exec(cell, self.user_ns)
        except ArithmeticError:
            return SimpleNamespace(success=False)
        return SimpleNamespace(success=True)


@pytest.fixture
def shell() -> Shell:
    """One that has loaded the extension."""
    made = Shell()
    gradproof.load_ipython_extension(made)
    return made


def test_a_cell_is_run_and_judged(shell: Shell) -> None:
    """What it defines is there afterwards; the run shows itself."""
    run = shell.magic("relu", RELU)
    assert run.passed
    assert "relu_forward" in shell.user_ns
    assert "<pre" in run._repr_html_()


def test_a_line_judges_what_the_notebook_defines(shell: Shell) -> None:
    """All that contracts know, without a name."""
    shell.run_cell(RELU.replace("cache > 0", "cache > 1"))
    run = shell.magic("")
    assert not run.passed
    assert {each.contract for each in run.report.results} == {"relu"}


def test_a_cell_that_fails_is_not_judged(shell: Shell) -> None:
    """Its own error is on the page already."""
    assert shell.magic("relu", "1 / 0") is None


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("rleu", "did you mean 'relu'"),
        ("relu --cases none", "--cases none: expected a number"),
        ("relu --fast", "there is no option --fast"),
        ("relu --dialect relu_slope=two", "relu_slope"),
        ("relu --oracle=tea", "tea"),
    ],
)
def test_a_line_that_cannot_be_is_told(
    shell: Shell, capsys: pytest.CaptureFixture[str], line: str, complaint: str
) -> None:
    """With how it is used; nothing is raised into the notebook."""
    shell.run_cell(RELU)
    assert shell.magic(line) is None
    told = capsys.readouterr().out
    assert complaint in told
    assert "%%gradproof" in told


def test_in_a_real_shell(capsys: pytest.CaptureFixture[str]) -> None:
    """IPython's own, where it is installed."""
    interactive = pytest.importorskip("IPython.core.interactiveshell").InteractiveShell
    shell = interactive.instance()
    shell.run_line_magic("load_ext", "gradproof")
    assert shell.run_cell_magic("gradproof", "relu", RELU).passed
