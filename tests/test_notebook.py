"""The magic of notebooks: a cell is run, then judged; what is wrong in the line is told, not raised."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import RELU

import gradproof
from gradproof.conformance.api.watching import Watched
from gradproof.conformance.spec.contracts import all_contracts

pytestmark = pytest.mark.usefixtures("without_names")


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


def test_a_contract_that_the_notebook_defines_is_known(shell: Shell) -> None:
    """For the line, and no longer."""
    pytest.importorskip("torch")
    shell.run_cell(
        "import gradproof as gp\n"
        "@gp.contract(x='N D')\ndef twice(x):\n    return 2 * x\n"
        "def twice_forward(x):\n    return 2 * x, x\n"
        "def twice_backward(dout, cache):\n    return 2 * dout\n"
    )
    before = all_contracts()
    assert shell.magic("twice --oracle torch --cases 4").passed
    assert all_contracts() == before


TWO = RELU + "\ndef tanh_forward(x):\n    out = np.tanh(x)\n    return out, out\n"


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    """A file that was looked at once."""
    path = tmp_path / "layers.py"
    path.write_text(TWO)
    made = Watched(path, options={"oracle": "golden", "cases": 2})
    first = made.look()
    assert isinstance(first, gradproof.Run)
    assert {each.contract for each in first.report.results} == {"relu", "tanh"}
    return made


def judged_after(watched: Watched, source: str) -> set[str]:
    """The contracts that are judged when a file is saved."""
    watched.path.write_text(source)
    run = watched.look()
    return {each.contract for each in run.report.results} if isinstance(run, gradproof.Run) else set()


def test_a_file_is_judged_where_it_changed(watched: Watched) -> None:
    """One function: its contract; what may be used by all: all; a comment, or nothing: nothing."""
    assert judged_after(watched, TWO) == set()
    assert judged_after(watched, "# mine\n" + TWO) == set()
    assert judged_after(watched, TWO.replace("cache > 0", "cache > 1")) == {"relu"}
    assert judged_after(watched, TWO.replace("np.tanh", "helped") + "\nhelped = np.tanh\n") == {"relu", "tanh"}


def test_a_file_that_cannot_be_read_is_told_once(watched: Watched) -> None:
    """As long as it stays so; then it is judged as a whole."""
    watched.path.write_text("def f(:\n")
    assert watched.look() == "layers.py: line 1: invalid syntax"
    assert watched.look() is None
    assert judged_after(watched, TWO) == {"relu", "tanh"}
    watched.path.unlink()
    assert str(watched.look()).startswith("layers.py cannot be read: ")


@pytest.mark.parametrize(("line", "complaint"), [("--watch nowhere.py", "there is no such file"), ("--watch off", "")])
def test_watching_is_ended_and_refused(
    shell: Shell, capsys: pytest.CaptureFixture[str], line: str, complaint: str
) -> None:
    """What is not there is told."""
    assert shell.magic(line) is None
    assert complaint in capsys.readouterr().out


@pytest.mark.release
def test_in_a_real_notebook(tmp_path: Path) -> None:
    """A cell is run and judged, the report is on the page once, a file is watched."""
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    path = tmp_path / "layers.py"
    path.write_text(RELU.replace("cache > 0", "cache > 1"))
    cells = ["%load_ext gradproof", f"%%gradproof relu\n{RELU}", f"%gradproof --watch {path}", "%gradproof --watch off"]
    notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, cells)))
    nbclient.NotebookClient(notebook, timeout=120).execute()
    _, judged, watched, off = (cell.outputs for cell in notebook.cells)
    assert [output["output_type"] for output in judged] == ["execute_result"]
    assert "7 passed" in judged[0]["data"]["text/plain"] or "7 of 7" in judged[0]["data"]["text/plain"]
    assert "<pre" in judged[0]["data"]["text/html"]
    assert [output["output_type"] for output in watched] == ["display_data"]
    assert "gradient failed" in watched[0]["data"]["text/plain"]
    assert off == []
