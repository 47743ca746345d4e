"""Replay: a script of NumPy and the submission alone that shows what the report said."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import RELU, one_in

from gradproof.conformance.checks.records import CaseRecord
from gradproof.conformance.cli.replay_script import literal, script
from gradproof.conformance.errors import SubmissionUnusable
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.spec.contracts import all_contracts, contract_named
from gradproof.conformance.spec.conventions import DEFAULT

ROOT = Path(__file__).resolve().parent.parent
WRONG = RELU.replace("(cache > 0)", "(cache < 0)")


def replayed(source: str) -> str:
    """What the script prints."""
    done = subprocess.run([sys.executable, "-I", "-"], input=source, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def script_for(path: Path, contract_name: str, index: int, oracle: Oracle, adapter: Path | None = None) -> str:
    """The script of one case."""
    with Sandbox(path, adapter) as session:
        return script_of(session, path, contract_name, index, oracle, adapter)


def script_of(
    session: Sandbox, path: Path, contract_name: str, index: int, oracle: Oracle, adapter: Path | None = None
) -> str:
    """The script of one case of a submission that is running already."""
    contract = contract_named(contract_name)
    case = oracle.cases(contract, DEFAULT, None)[index]
    record = CaseRecord(contract, case, oracle.answer(case), session.run(contract, case))
    return script(record, path, session.inventory, adapter)


READER = """
import contextlib, io, json, sys
for line in sys.stdin:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(json.loads(line), "script", "exec"), {"__name__": "__main__"})
    for name in [name for name in sys.modules if "impl" in name.split(".")]:
        del sys.modules[name]  # a script may have put a given mask in the place of a function
    print(json.dumps(printed.getvalue()), flush=True)
"""


@pytest.fixture(scope="module")
def impl_session() -> Iterator[Sandbox]:
    """One process of impl for all scripts."""
    with Sandbox(ROOT / "impl", None) as session:
        yield session


@pytest.fixture(scope="module")
def running() -> Iterator[Callable[[str], str]]:
    """What a script prints in a process that runs one script after the other, each with names of its own."""
    with subprocess.Popen(
        [sys.executable, "-I", "-c", READER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:

        def printed(source: str) -> str:
            print(json.dumps(source), file=process.stdin, flush=True)
            return str(json.loads(process.stdout.readline()))

        yield printed
        process.stdin.close()


@pytest.mark.once
@pytest.mark.parametrize("contract", one_in(6, [contract.name for contract in all_contracts()]))
def test_every_contract_replays_on_impl_without_an_error(
    contract: str, oracle: Oracle, impl_session: Sandbox, running: Callable[[str], str]
) -> None:
    """Each case of the first round: every observation is printed, none is beyond the yardstick."""
    for index in range(0, 7, 3):
        source = script_of(impl_session, ROOT / "impl", contract, index, oracle)
        case = oracle.cases(contract_named(contract), DEFAULT, None)[index]
        lines = running(source).splitlines()
        named = [line.partition("[")[0].partition(":")[0] for line in lines]
        if case.scenario == "initial":
            assert named == [f"{kind}{i}" for i in (1, 2, 3) for kind in "Wb"]
            continue
        if not oracle.answer(case).values:
            assert named
            assert set(named) <= {*contract_named(contract).observes}
            continue
        assert sorted(named) == sorted(oracle.answer(case).values)
        assert all(float(line.split("; ")[1].split()[0]) <= 32 for line in lines)


def test_the_script_needs_nothing_of_gradproof(oracle: Oracle) -> None:
    """NumPy and the submission."""
    assert "gradproof" not in script_for(ROOT / "impl", "batchnorm", 0, oracle).partition("import sys")[2].replace(
        str(ROOT), ""
    )


def test_a_wrong_submission_is_shown_to_be_wrong(tmp_path: Path, oracle: Oracle) -> None:
    """Expected and got, as in the report."""
    path = tmp_path / "mine.py"
    path.write_text(WRONG)
    line = next(line for line in replayed(script_for(path, "relu", 1, oracle)).splitlines() if line.startswith("dx"))
    assert float(line.split("; ")[1].split()[0]) > 1e6


def test_an_adapter_replays_too(tmp_path: Path, oracle: Oracle) -> None:
    """The script offers the submission to the adapter under the name it expects."""
    path, adapter = tmp_path / "mine.py", tmp_path / "adapter.py"
    path.write_text(WRONG.replace("relu_", "my_relu_").replace("< 0", "> 0"))
    adapter.write_text("from submission import my_relu_forward as relu_forward, my_relu_backward as relu_backward\n")
    assert "dx" in replayed(script_for(path, "relu", 1, oracle, adapter))


def test_an_adapter_of_a_folder_replays_too(tmp_path: Path, oracle: Oracle) -> None:
    """Each name that the adapter mentions comes from the file that defines it."""
    net, adapter = tmp_path / "net", tmp_path / "layers.py"
    (net / "nn").mkdir(parents=True)
    (net / "nn" / "__init__.py").write_text("")
    (net / "nn" / "act.py").write_text("from .base import Base\nclass ReLU(Base): ...\n")
    (net / "nn" / "base.py").write_text(
        "class Base:\n    def forward(self, x): return x * (x > 0)\n    def backward(self, d, x): return d * (x > 0)\n"
    )
    adapter.write_text(
        "import submission\ndef relu_forward(x): return submission.ReLU().forward(x), x\n"
        'def relu_backward(dout, cache): return getattr(submission, "ReLU")().backward(dout, cache)\n'
    )
    lines = replayed(script_for(net, "relu", 1, oracle, adapter)).splitlines()
    assert [line.partition("[")[0] for line in lines] == ["out", "dx"]


def test_an_old_submission_replays_with_the_shim(tmp_path: Path, oracle: Oracle) -> None:
    """Then the script needs gradproof, and says so."""
    path = tmp_path / "mine.py"
    path.write_text(RELU + "NEEDS = xrange(3)\n")
    contract = contract_named("relu")
    case = oracle.cases(contract, DEFAULT, None)[1]
    with Sandbox(path, compat=True) as session:
        record = CaseRecord(contract, case, oracle.answer(case), session.run(contract, case))
        source = script(record, path, session.inventory, compat=True)
    assert "needs NumPy, the submission, and gradproof" in source
    assert "dx" in replayed(source)


@pytest.mark.parametrize("layout", ["C", "F", "strided", "reversed"])
def test_a_literal_is_exact_and_has_the_layout(layout: str) -> None:
    """Bits and strides."""
    import numpy as np

    from gradproof.conformance.spec.cases import lay_out

    array = lay_out(np.array([[0.1, -np.inf, np.nan], [1e-45, 3.0, -0.0]], np.float32), layout)
    again = eval(literal(array, layout), {"np": np, "inf": np.inf, "nan": np.nan})
    assert again.dtype == array.dtype
    assert np.ascontiguousarray(again).tobytes() == np.ascontiguousarray(array).tobytes()
    assert again.strides == array.strides


@pytest.mark.parametrize("name", ["my layers.py", "json.py"])
def test_a_file_of_any_name_replays(tmp_path: Path, oracle: Oracle, name: str) -> None:
    """Also one that cannot be imported by its name, or that would shadow a module."""
    path = tmp_path / name
    path.write_text(RELU)
    assert "dx" in replayed(script_for(path, "relu", 0, oracle))


@pytest.mark.parametrize("has_init", [True, False])
def test_a_package_called_as_this_one_replays(tmp_path: Path, oracle: Oracle, has_init: bool) -> None:
    """By its own functions, though gradproof is installed beside."""
    folder = tmp_path / "gradproof"
    folder.mkdir()
    (folder / "layers.py").write_text(f"from .shared import *\n{RELU}")
    for name in ["shared.py", *(["__init__.py"] if has_init else [])]:
        (folder / name).touch()
    assert "dx" in replayed(script_for(tmp_path, "relu", 0, oracle))


def test_a_function_that_is_missing_cannot_be_replayed(tmp_path: Path, oracle: Oracle) -> None:
    """The error says which and how it should look."""
    path = tmp_path / "mine.py"
    path.write_text(RELU)
    with pytest.raises(SubmissionUnusable, match="has no affine_forward; expected affine_forward"):
        script_for(path, "affine", 0, oracle)
