"""The open row: a torch function is a contract, from a file, without touching this repository."""

import textwrap
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import bad_checks, local_session

import gradproof as gp
from gradproof.conformance.checks.verdicts import Plan
from gradproof.conformance.cli.main import cli
from gradproof.conformance.engine.runner import gather, judge
from gradproof.conformance.errors import ContractFileError, UsageError
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.sandbox.walls import named
from gradproof.conformance.spec.cases import draw_case
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.contracts import (
    added,
    all_contracts,
    contract_named,
    from_outside,
    function_names,
    visiting,
)
from gradproof.conformance.spec.open_row import files
from gradproof.conformance.spec.open_row.travel import packed, unpacked

pytestmark = pytest.mark.needs_torch

EXAMPLES = Path(__file__).resolve().parent.parent / "examples" / "contracts"
Functions = dict[str, Callable[..., Any]]


@pytest.fixture(autouse=True)
def _known_for_a_test() -> Iterator[None]:
    """What a test lets be known is known to the end of it, as to that of a command."""
    with visiting():
        yield


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    """Write a contract file: its lines after ``import gradproof as gp``."""

    def write(body: str, name: str = "mine.py") -> Path:
        path = tmp_path / name
        path.write_text("import torch\nimport gradproof as gp\n\n" + textwrap.dedent(body))
        return path

    return write


def failed(contract: Contract, functions: Functions, cases: int = 12) -> set[str]:
    """The checks that functions fail."""
    from gradproof.conformance.oracle.oracle import TorchOracle

    oracle, plan = TorchOracle(), Plan((contract,), cases=cases)
    return bad_checks(
        {r.check: r for r in judge(gather(contract, local_session(functions), oracle, plan), oracle, plan)}
    )


def answered(contract: Contract) -> None:
    """Draw a few cases and answer them."""
    from gradproof.conformance.oracle.oracle import TorchOracle

    oracle = TorchOracle()
    for case in oracle.cases(contract, count=6):
        oracle.answer(case)


def sigmoid(z: np.ndarray) -> np.ndarray:
    """By the half-angle formula, which overflows nowhere."""
    return 0.5 * (1 + np.tanh(0.5 * z))


def cell_forward(x, prev_h, prev_c, wx, wh, b, param):
    """The step of examples/contracts/recurrent.py."""
    gates = x @ wx + prev_h @ wh + b
    i, f, o, g = np.split(gates, 4, axis=1)
    i, f, o, g = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)
    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    kept = param["momentum"]
    param["running_cell"] = (kept * param["running_cell"] + (1 - kept) * next_c.mean(0)).astype(x.dtype)
    return next_h, next_c, gates, (x, prev_h, prev_c, wx, wh, i, f, o, g, next_c)


def cell_backward(dnext_h, dnext_c, dgates, cache):
    """Its gradients; the gates are results too."""
    x, prev_h, prev_c, wx, wh, i, f, o, g, next_c = cache
    t = np.tanh(next_c)
    dc = dnext_c + dnext_h * o * (1 - t**2)
    da = dgates + np.hstack(
        [dc * g * i * (1 - i), dc * prev_c * f * (1 - f), dnext_h * t * o * (1 - o), dc * i * (1 - g**2)]
    )
    return da @ wx.T, da @ wh.T, dc * f, x.T @ da, prev_h.T @ da, da.sum(0)


CELL: Functions = {"cell_forward": cell_forward, "cell_backward": cell_backward}


def test_a_torch_function_asks_for_a_forward_and_a_backward() -> None:
    """With the arguments of the decorator, and the gradient of each."""
    files.found([EXAMPLES / "gelu.py"])
    forward, backward = contract_named("erf_gelu").functions
    assert forward.signature() == "erf_gelu_forward(x) -> (out, cache)"
    assert backward.signature() == "erf_gelu_backward(dout, cache) -> dx"
    assert all_contracts()[-1].name == "erf_gelu"


def test_several_results_and_a_running_state_are_judged_over_steps() -> None:
    """Right code passes every check, finite differences over all results together included."""
    files.found([EXAMPLES / "recurrent.py"])
    cell = contract_named("cell")
    assert cell.functions[1].takes == ("dnext_h", "dnext_c", "dgates", "cache")
    assert failed(cell, CELL, 24) == set()


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"cell_backward": lambda dh, dc, dg, cache: cell_backward(dh, 0 * dc, dg, cache)}, {"gradient"}),
        ({"cell_forward": lambda *a: cell_forward(*a[:1], 0 * a[1], *a[2:])}, {"forward"}),
        (
            {"cell_forward": lambda *a: cell_forward(*a[:6], {"momentum": 0.9, "running_cell": a[6]["running_cell"]})},
            {"running_statistics"},
        ),
    ],
    ids=["dnext_c dropped", "h not used", "the running mean not kept"],
)
def test_what_is_wrong_in_a_step_is_seen(wrong: Functions, expected: set[str]) -> None:
    """Planted: a path of the gradient, an argument, the state."""
    files.found([EXAMPLES / "recurrent.py"])
    assert expected <= failed(contract_named("cell"), {**CELL, **wrong})


def test_finite_differences_see_a_backward_of_another_forward() -> None:
    """Of several results, contracted one after the other: only the second one's gradient is wrong here."""
    files.found([EXAMPLES / "recurrent.py"])
    contract = contract_named("cell")

    def backward(dh, dc, dg, cache):
        return cell_backward(dh, 2 * dc, dg, cache)

    from gradproof.conformance.checks.differences import judge_differences
    from gradproof.conformance.oracle.oracle import TorchOracle

    exam = gather(
        contract, local_session({**CELL, "cell_backward": backward}), TorchOracle(), Plan((contract,), cases=6)
    )
    assert judge_differences(exam, frozenset()).status.is_bad


def test_a_loss_gives_its_value_and_its_gradient_at_once() -> None:
    """``joint``: one function, an upstream gradient of 1, labels below a symbol."""

    @gp.contract(x="N C>=2", y=gp.integers("N", below="C"), returns="loss", joint=True)
    def nll(x, y):
        import torch

        return torch.nn.functional.cross_entropy(x, y, reduction="sum")

    def right(x, y):
        p = np.exp(x - x.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        rows = np.arange(len(y))
        loss = -np.log(p[rows, y]).sum()
        p[rows, y] -= 1
        return loss, p

    assert nll.functions[0].signature() == "nll(x, y) -> (loss, dx)"
    added("here", [nll])
    assert failed(nll, {"nll": right}) == set()
    assert failed(nll, {"nll": lambda x, y: (right(x, y)[0], right(x, y)[1] / len(y))}) >= {"gradient"}


def test_a_function_without_a_backward_is_asked_for_by_its_name() -> None:
    """``wrt=()``, with options by position."""

    @gp.contract(w="N D", dw="N D", returns="next_w", wrt=(), options={"rate": (0.1, 0.01)})
    def step(w, dw, rate):
        return w - rate * dw

    added("here", [step])
    assert step.functions[0].signature() == "step(w, dw, rate) -> next_w"
    assert failed(step, {"step": lambda w, dw, rate: w - rate * dw}) == set()
    assert failed(step, {"step": lambda w, dw, rate: w - 0.1 * dw}) == {"forward"}


def test_a_scenario_is_drawn_and_judged_by_its_own_check() -> None:
    """A sigmoid that overflows is told so by stability alone."""
    files.found([EXAMPLES / "recurrent.py"])
    contract = contract_named("cell")
    cases = [draw_case(contract, 0, index) for index in range(8)]
    assert {case.scenario for case in cases} == {"ordinary", "saturated"}
    assert all(np.abs(case["b"]).min() > 400 for case in cases if case.scenario == "saturated")


def test_what_goes_behind_the_wall_is_data() -> None:
    """It gives the same observations there, and holds no reference."""
    files.found([EXAMPLES / "recurrent.py"])
    contract = contract_named("cell")
    there = unpacked(packed(contract))
    case = draw_case(contract, 0, 1)
    here, other = (dict(local_session(CELL).run(row, case).arrays) for row in (contract, there))
    assert list(here) == list(other)
    assert set(here) == set(contract.observes)
    with pytest.raises(NotImplementedError, match="trusted side"):
        there.reference(case)


@pytest.mark.parametrize("wall", ["bubblewrap", "unprivileged"])
def test_a_submission_cannot_read_the_contract_file(tmp_path: Path, wall: str) -> None:
    """Nor import torch; the exercise is known there all the same."""
    if reason := named(wall).missing():
        pytest.skip(reason)
    shared = tmp_path / "trusted" / "gelu.py"
    shared.parent.mkdir()
    shared.write_bytes((EXAMPLES / "gelu.py").read_bytes())
    files.found([shared])
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "layers.py").write_text(
        "import os, sys, numpy as np\n"
        "def erf_gelu_forward(x):\n"
        f"    found = [os.path.exists({str(shared)!r}), 'torch' in sys.modules]\n"
        "    try:\n        import torch\n        found.append(hasattr(torch, 'nn'))\n"
        "    except ImportError:\n        found.append(0)\n"
        "    return np.array(found, float), x\n"
    )
    erf_gelu = contract_named("erf_gelu")
    with Sandbox(tmp_path / "mine", wall=named(wall)) as session:
        observed = session.run(erf_gelu, draw_case(erf_gelu, 0, 0))
    assert list(observed.arrays["out"]) == [0, 0, 0]


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ('@gp.contract(x="N D")\ndef relu(x):\n    return x\n', r"mine.py:4: contract relu: relu is there already"),
        ('@gp.contract(x="N D?")\ndef a(x):\n    return x\n', r"mine.py:4: .*'D\?' is no axis"),
        ("@gp.contract()\ndef a(x):\n    return x\n", "mine.py:4: contract a: it has no input"),
        (
            '@gp.contract(x="N", carry={"next": "x"}, steps=2)\ndef a(x):\n    return x\n',
            "carry: no name is called 'next'",
        ),
        ('@gp.contract(x="N", wrt="y")\ndef a(x):\n    return x\n', "wrt: no name is called 'y'"),
        ('@gp.contract(x="N", advisory=["gradeint"])\ndef a(x):\n    return x\n', "no check is called 'gradeint'"),
        ("x = 1\n", "mine.py has no contract"),
        ("x = 1 / 0\n", "mine.py:4: ZeroDivisionError"),
        ("def a(:\n", "mine.py:4: SyntaxError"),
    ],
)
def test_a_contract_that_cannot_be_is_refused_with_its_line(
    written: Callable[[str], Path], body: str, complaint: str
) -> None:
    """Before anything is judged."""
    with pytest.raises(ContractFileError, match=complaint):
        files.found([written(body)])


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ('@gp.contract(x="N D")\ndef a(x):\n    return x.detach() * 2\n', "not differentiable by x"),
        ('@gp.contract(x="N D")\ndef a(x):\n    return torch.rand_like(x) * x\n', "its reference is random"),
        ('@gp.contract(x="N D")\ndef a(x):\n    return x / 0 - x / 0 @ x\n', "its reference raised RuntimeError"),
        ('@gp.contract(x="N D")\ndef a(x):\n    return x.numpy()\n', "its reference gives out as ndarray"),
        ('@gp.contract(x="N D")\ndef a(x):\n    return x, x\n', "gives 2 results, expected 1: out"),
        ('@gp.contract(x="N D", w="D")\ndef a(x, w):\n    return x\n', "the true dw is 0 within rounding in a/0/0"),
        (
            '@gp.contract(x="N D", returns={"out": "N"})\ndef a(x):\n    return x\n',
            "gives out in shape .*; 'N' is declared",
        ),
        (
            '@gp.contract(x="N D", returns="loss", joint=True)\ndef a(x):\n    return x\n',
            "expected one number of a loss",
        ),
        ('@gp.contract(x="N", y="N D")\ndef a(x, y):\n    return x + y\n', "its reference raised RuntimeError"),
    ],
)
def test_a_reference_that_cannot_be_one_is_refused_with_its_line(
    written: Callable[[str], Path], body: str, complaint: str
) -> None:
    """When the first cases are drawn and answered."""
    files.found([written(body)])
    with pytest.raises(ContractFileError, match=rf"mine.py:4: contract a: .*{complaint}"):
        answered(contract_named("a"))


@pytest.mark.usefixtures("without_names")
def test_what_a_command_knew_is_forgotten_at_its_end(tmp_path: Path, gradproof: Any) -> None:
    """However it knew it: by an option, by an assignment, in a call from Python; and when it ends in an error."""
    before = all_contracts(), function_names()
    (tmp_path / "layers.py").write_text("def erf_gelu_forward(x):\n    return x, x\n")
    task = tmp_path / "week.toml"
    erf_gelu = EXAMPLES / "gelu.py"
    task.write_text(f'name = "week"\ncontract_files = ["{erf_gelu}"]\n[contracts]\nerf_gelu = {{ forward = 1 }}\n')
    check = ("check", str(tmp_path / "layers.py"), "--cases", "2")
    assert gradproof(*check, "--contracts", str(erf_gelu))[0] == 1
    assert gradproof(*check, "--assignment", str(task))[0] == 1
    assert gradproof(*check, "--contracts", str(erf_gelu), "--only", "nothing")[0] == 2
    assert not gp.check(tmp_path / "layers.py", assignment=task, cases=2).passed
    assert (all_contracts(), function_names()) == before
    assert files.options() == []


def test_a_thread_knows_its_own() -> None:
    """Submissions of two classes may be judged beside each other by threads; what one forgets the other keeps."""
    with ThreadPoolExecutor(1) as thread, visiting():
        files.found([EXAMPLES / "recurrent.py"])
        thread.submit(files.found, [EXAMPLES / "gelu.py"]).result()
        there = thread.submit(lambda: [row.name for row in from_outside()]).result()
        assert (there, [row.name for row in from_outside()]) == (["erf_gelu"], ["cell"])
    assert from_outside() == ()


@pytest.mark.usefixtures("without_names")
def test_grade_takes_contract_files(tmp_path: Path, gradproof: Any) -> None:
    """By the option, beside those of the assignment."""
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "a.py").write_text("def erf_gelu_forward(x):\n    return x, x\n")
    task = tmp_path / "week.toml"
    task.write_text('name = "week"\ncases = 2\n[contracts]\nerf_gelu = { forward = 1 }\n')
    graded = ("grade", tmp_path / "class", "--assignment", task, "--out", tmp_path / "out", "--workers", "1")
    assert "erf_gelu" in gradproof(*graded, "--no-sandbox")[2]
    code, out, err = gradproof(*graded, "--no-sandbox", "--contracts", EXAMPLES / "gelu.py")
    assert (code, err) == (0, "")
    assert "0 of 1" in out


def test_to_read_a_command_line_makes_nothing_known() -> None:
    """A shell's completion and a test of the documents do so; its context is never closed."""
    before = all_contracts()
    cli.commands["check"].make_context("check", ["layers.py", "--contracts", str(EXAMPLES / "gelu.py")])
    assert all_contracts() == before


def test_an_exercise_that_is_code_does_not_go_behind_the_wall() -> None:
    """It says what to do instead."""
    with pytest.raises(UsageError, match="does not go behind the wall"):
        packed(contract_named("batchnorm"))


def test_an_assignment_names_its_contract_files(tmp_path: Path, gradproof: Any) -> None:
    """Beside itself; checks and points are those of any contract."""
    (tmp_path / "gelu.py").write_bytes((EXAMPLES / "gelu.py").read_bytes())
    task = tmp_path / "week.toml"
    task.write_text(
        'name = "week"\ncontract_files = ["gelu.py"]\n[contracts]\nerf_gelu = { forward = 1, gradient = 2 }\n'
    )
    (tmp_path / "layers.py").write_text("def erf_gelu_forward(x):\n    raise NotImplementedError\n")
    code, out, err = gradproof("check", str(tmp_path / "layers.py"), "--assignment", str(task), "--cases", "4")
    assert (code, err) == (1, "")
    assert "erf_gelu" in out


def test_a_fixture_set_of_contracts_from_outside_needs_no_torch_afterwards(tmp_path: Path, gradproof: Any) -> None:
    """``--only`` makes a set of them alone, ``--fixtures`` judges by it, ``verify`` finds it intact."""
    contracts, made = ("--contracts", str(EXAMPLES / "gelu.py")), str(tmp_path / "set")
    assert gradproof("fixtures", "regenerate", "--only", "erf_gelu", "--cases", "4", *contracts, "--out", made)[0] == 0
    assert gradproof("fixtures", "verify", *contracts, "--out", made)[0] == 0
    (tmp_path / "layers.py").write_text("def erf_gelu_forward(x):\n    return x, x\n")
    code, out, _ = gradproof("check", str(tmp_path / "layers.py"), *contracts, "--fixtures", made)
    assert code == 1
    assert "oracle golden" in out
    assert f"--contracts {EXAMPLES / 'gelu.py'}" in " ".join(out.split()) or "examples/contracts/gelu.py" in out
    code, _, err = gradproof("check", str(tmp_path / "layers.py"), *contracts, "--oracle", "golden")
    assert code == 2
    assert "has no cases of gelu" in err


def test_a_set_is_added_to_only_if_it_was_made_alike(tmp_path: Path, gradproof: Any) -> None:
    """Another seed in one folder would be two sets in one."""
    made = str(tmp_path / "set")
    assert gradproof("fixtures", "regenerate", "--only", "relu", "--cases", "2", "--out", made)[0] == 0
    assert gradproof("fixtures", "regenerate", "--only", "tanh", "--cases", "2", "--out", made)[0] == 0
    assert "has seed 0" in gradproof("fixtures", "regenerate", "--only", "tanh", "--seed", "3", "--out", made)[2]
    assert "matches no contract" in gradproof("fixtures", "regenerate", "--only", "tahn", "--out", made)[2]


def test_the_installed_set_is_not_written_to(monkeypatch: pytest.MonkeyPatch, gradproof: Any) -> None:
    """Without ``--out`` only a checkout of gradproof renews its own."""
    from gradproof.conformance.cli import fixtures

    monkeypatch.setattr(fixtures, "_is_checkout", lambda: False)
    code, _, err = gradproof("fixtures", "regenerate", "--only", "relu", "--cases", "2")
    assert code == 2
    assert "--out is missing: the set that was installed with gradproof is not written to; say where" in err
