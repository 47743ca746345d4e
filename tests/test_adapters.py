"""The shipped adapters: right submissions of their styles pass, and a planted bug is reported by the right check."""

import re
import shutil
import sys
from pathlib import Path

import pytest
from conftest import Command, one_in
from style_bugs import BUGS, HOMEWORKS, OLD, ONE, PURE, SEQUENCES, TIME, UPDATES, Bug, Style

from gradproof.conformance.cli import main as cli
from gradproof.conformance.engine.assignment import read, shipped
from gradproof.conformance.engine.runner import Plan, run
from gradproof.conformance.harness.loader import source_files
from gradproof.conformance.harness.session import in_this_process
from gradproof.conformance.harness.source.adapted import adapted
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.sandbox.shell import shown
from gradproof.conformance.spec.asked.shipped import STYLES as STYLES_OF
from gradproof.conformance.spec.asked.shipped import adapter_at
from gradproof.conformance.spec.contracts import all_contracts
from gradproof.conformance.spec.conventions import parse_tag

pytestmark = pytest.mark.usefixtures("without_names")

ROOT = Path(__file__).resolve().parent.parent
ADAPTERS = ROOT / "examples" / "adapters"
STYLES = ROOT / "examples" / "submissions" / "styles"
COMMAND = re.compile(r"^\| .* \| \[(\w+\.py)\]\(\1\) \| `gradproof (check [^`]*)` \|$", re.MULTILINE)
COMMANDS = dict(COMMAND.findall((ADAPTERS / "README.md").read_text()))
OF_A_RELEASE = (SEQUENCES.adapter, HOMEWORKS.adapter, TIME.adapter, PURE.adapter)  # as dear as all others
CASES = 8  # of each contract: every scenario once


def adapter_named(name: str, folder: Path) -> Path:
    """A shipped adapter; or the copy of one that its docstring tells to make for single samples."""
    if name != ONE.adapter:
        return ADAPTERS / name
    source = (ADAPTERS / UPDATES.adapter).read_text()
    assert source.count("ONE_SAMPLE = False") == 1
    copy = folder / name
    copy.write_text(source.replace("ONE_SAMPLE = False", "ONE_SAMPLE = True"))
    return copy


def with_bug(bug: Bug, folder: Path) -> Path:
    """A copy of the example with the bug in it."""
    source, target = STYLES / bug.style.submission, folder / bug.style.submission
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)
    file = target / bug.file if bug.file else target
    text = file.read_text()
    assert text.count(bug.old) == 1, f"{bug.old!r} occurs {text.count(bug.old)} times in {file.name}"
    file.write_text(text.replace(bug.old, bug.new))
    return target


def complaints(style: Style, path: Path, folder: Path, oracle: Oracle) -> dict[str, str]:
    """``contract: check`` of everything that failed, advisory checks included, and what the report says of it."""
    with Sandbox(path, adapter_named(style.adapter, folder)) as session:
        offered = set(session.inventory.functions)
        contracts = tuple(contract for contract in all_contracts() if contract.is_offered(offered))
        report = run(str(path), session, oracle, Plan(contracts, parse_tag(style.dialect), cases=CASES))
    bad = [result for result in report.results if result.status.is_bad]
    return {f"{result.contract}: {result.check}": f"{result.message}; {result.hint}" for result in bad}


def offered_by(adapter: str, source: str, folder: Path) -> tuple[set[str], tuple[str, ...]]:
    """The functions that an adapter offers for a submission of this source, and the problems met."""
    path = folder / "handed_in.py"
    path.write_text(source)
    with Sandbox(path, ADAPTERS / adapter) as session:
        return set(session.inventory.functions), session.inventory.problems


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_who_has_a_style_is_told_of_its_adapter(name: str) -> None:
    """With its conventions; an adapter of another course is not told."""
    _, path, *arguments = COMMANDS[name].split()
    stem = Path(name).stem
    told = [each for each, _ in adapted(source_files(ROOT / path))]
    with_name = [*arguments]
    with_name[arguments.index("--adapter") + 1] = stem
    assert f"add {' '.join(with_name)} to the command" in " ".join(told)
    assert {style.adapter.split("_")[0] for style in STYLES_OF if style.adapter in " ".join(told)} == {
        stem.split("_")[0]
    }


def test_a_shipped_adapter_goes_by_its_name(gradproof: Command) -> None:
    """Of the command as of its replays, wherever it lies; a file of that name goes before it."""
    path = STYLES / "sequences_columns.py"
    given = (path, "--no-sandbox", "--only", "rnn", "--cases", "2", "--oracle", "golden")
    assert "--adapter column_batch_sequences to the command" in gradproof("check", *given)[1]
    assert gradproof("check", *given, "--adapter", "column_batch_sequences")[0] == 0
    assert shown(adapter_at("column_batch_sequences").resolve()) == "examples/adapters/column_batch_sequences.py"


def test_no_right_example_of_the_canonical_names_is_told_of_an_adapter() -> None:
    """Nor is the reference implementation."""
    for path in (*(ROOT / "examples" / "submissions").glob("right*"), ROOT / "impl"):
        assert path.stem == "right_classes" or not list(adapted(source_files(path))), path


def test_every_adapter_and_every_example_is_in_a_table() -> None:
    """The commands of the one, the list of the other."""
    assert set(COMMANDS) == {path.name for path in ADAPTERS.glob("*.py")}
    listed = set(re.findall(r"^\| `styles/(\w+(?:\.py|/))`", (STYLES.parent / "README.md").read_text(), re.MULTILINE))
    assert listed == {path.name + "/" * path.is_dir() for path in STYLES.iterdir() if path.name != "__pycache__"}


@pytest.mark.parametrize(
    "adapter", [pytest.param(name, marks=[pytest.mark.release] * (name in OF_A_RELEASE)) for name in COMMANDS]
)
def test_the_command_of_the_table_finds_nothing(adapter: str, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    """Every check passes, required or not."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "argv", ["gradproof", *COMMANDS[adapter].split()])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    printed = capsys.readouterr()
    assert (ended.value.code, printed.err) == (0, "")
    assert re.search(r"^\d+ checks passed(, \d+ skipped)?(; \d+ advisory)?$", printed.out, re.MULTILINE)


def test_layers_that_take_one_sample_pass_too(tmp_path: Path, oracle: Oracle) -> None:
    """Weights in the other layout, and a bias that a batch would spoil."""
    assert complaints(ONE, STYLES / ONE.submission, tmp_path, oracle) == {}


@pytest.mark.parametrize("name", one_in(8, BUGS))
def test_a_planted_bug_is_reported_by_the_right_check(name: str, tmp_path: Path, oracle: Oracle) -> None:
    """By that one and no other, in words that name what is wrong."""
    bug = BUGS[name]
    found = complaints(bug.style, with_bug(bug, tmp_path), tmp_path, oracle)
    assert set(found) == {bug.reported}
    assert bug.says in found[bug.reported]


@pytest.mark.parametrize("adapter", [name for name in COMMANDS if name != "layer_classes.py"])
def test_an_adapter_offers_nothing_of_a_submission_that_has_nothing(adapter: str, tmp_path: Path) -> None:
    """What is not there is not judged."""
    assert offered_by(adapter, "x = 1\n", tmp_path) == (set(), ())


@pytest.mark.parametrize(
    ("adapter", "layer"),
    [
        ("mytorch_2020.py", "Linear"),
        ("mytorch_2022.py", "Linear"),
        ("mytorch_2023.py", "Linear"),
        ("layer_dicts.py", "Linear"),
        ("numpy_ml_layers.py", "FullyConnected"),
        ("nnfs_book.py", "Layer_Dense"),
        ("update_in_backward.py", "Dense"),
    ],
)
def test_an_adapter_offers_the_layer_that_is_there(adapter: str, layer: str, tmp_path: Path) -> None:
    """And none that is not."""
    assert offered_by(adapter, f"class {layer}: ...\n", tmp_path) == ({"affine_forward", "affine_backward"}, ())


def test_an_unfilled_layer_is_said_to_be_unfilled(tmp_path: Path, oracle: Oracle) -> None:
    """Not taken for a fault of the adapter."""
    path = tmp_path / "handed_in.py"
    path.write_text("class ReLU:\n    def forward(self, x): ...\n    def derivative(self): ...\n")
    assert "unfilled" in complaints(OLD, path, tmp_path, oracle)["relu: interface"]


def test_whoever_looks_through_all_modules_imports_no_hand_in(tmp_path: Path) -> None:
    """A file of one has no ``__file__`` to be asked for by an adapter's name: its import looks through them itself."""
    path, adapter = tmp_path / "handed_in.py", tmp_path / "an_adapter.py"
    path.write_text("class ReLU: ...\n")
    adapter.write_text("import submission\n\n\ndef relu_forward(x):\n    return submission.ReLU, x\n")
    session = in_this_process(path, adapter)
    assert getattr(sys.modules["submission"], "__file__", None) is None
    assert in_this_process(path, adapter).inventory.functions == session.inventory.functions


@pytest.mark.parametrize("name", ["cmu-hw3", "cmu-hw4"])
def test_a_shipped_assignment_brings_its_adapter(name: str) -> None:
    """The one of this folder, wherever it is installed."""
    adapter = read(shipped()[name]).adapter
    assert adapter is not None
    assert adapter.read_text() == (ADAPTERS / HOMEWORKS.adapter).read_text()
