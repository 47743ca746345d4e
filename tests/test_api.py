"""The Python API: a submission judged from Python, and closeness without a tolerance."""

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from conftest import RELU, Functions

import gradproof as gp
from gradproof.conformance.errors import UsageError

WRONG = RELU.replace("cache > 0", "cache > 1.0")
GOLDEN = {"oracle": "golden", "only": "relu"}


def module_of(source: str) -> ModuleType:
    """A module that was never a file."""
    module = ModuleType("homework")
    exec(source, vars(module))
    return module


def test_importing_the_package_costs_nothing() -> None:
    """No torch, no NumPy, nothing of the suite."""
    heavy = "print([m for m in ('torch', 'numpy', 'rich', 'pydantic', 'click') if m in sys.modules])"
    code = f"import sys, gradproof; gradproof.contract; {heavy.replace(chr(39) + 'numpy' + chr(39) + ', ', '')}"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"


def test_a_name_that_the_api_lacks_is_told() -> None:
    """With those that there are."""
    with pytest.raises(AttributeError, match=r"gradproof has no 'chek'; it has .*check"):
        _ = gp.chek


@pytest.mark.parametrize("form", ["module", "dict", "path"])
def test_a_subject_comes_in_any_form(tmp_path: Path, form: str) -> None:
    """Right code passes, wrong code fails with the same result."""
    for source, verdict in ((RELU, True), (WRONG, False)):
        module = module_of(source)
        path = tmp_path / "layers.py"
        path.write_text(source)
        run = gp.check({"module": module, "dict": vars(module), "path": path}[form], **GOLDEN)
        assert run.passed is verdict
        assert [each.check for each in run.failures] == ([] if verdict else ["gradient"])


def test_a_run_reads_as_the_report_does() -> None:
    """And shows itself in a notebook."""
    run = gp.check(module_of(WRONG), **GOLDEN)
    assert "relu: gradient failed" in repr(run)
    assert "<pre" in run._repr_html_()
    assert "gradient" in run._repr_html_()


def test_points_are_those_of_the_assignment(tmp_path: Path) -> None:
    """Beside what there is to earn."""
    task = tmp_path / "week.toml"
    task.write_text('name = "week"\n[contracts]\nrelu = { forward = 2, gradient = 3 }\n')
    run = gp.check(module_of(RELU), assignment=task, oracle="golden")
    assert (run.score, run.max_score) == (5, 5)


def test_a_path_is_held_to_the_limits_of_the_assignment(tmp_path: Path) -> None:
    """As the class is."""
    task, path = tmp_path / "week.toml", tmp_path / "layers.py"
    task.write_text('name = "week"\n[contracts]\nrelu = { forward = 2 }\n[limits]\ncase_seconds = 0.5\n')
    path.write_text(RELU.replace("def relu_forward(x):", "def relu_forward(x):\n    while True: pass"))
    assert "relu_forward did not return within 0.5 s" in repr(gp.check(path, assignment=task, oracle="golden"))


def test_progress_is_told_contract_by_contract(impl_functions: Functions) -> None:
    """In the order in which they are done."""
    done: list[str] = []
    gp.check(impl_functions, only=["relu", "tanh"], oracle="golden", progress=done.append)
    assert done == ["relu", "tanh"]


@pytest.mark.parametrize(
    ("subject", "complaint"),
    [("nowhere.py", "does not exist"), (3, "a int cannot be judged"), ({"f": len}, "nothing to judge")],
)
def test_what_cannot_be_judged_is_refused(subject: object, complaint: str) -> None:
    """With what was expected."""
    with pytest.raises(UsageError, match=complaint):
        gp.check(subject, **GOLDEN)


def test_a_test_of_anybody_asserts_conformance() -> None:
    """The error has the whole report."""
    gp.assert_conforms(module_of(RELU), "relu", oracle="golden")
    with pytest.raises(AssertionError, match=r"relu: does not conform\n\nhomework: .*(\n.*)*dx differs"):
        gp.assert_conforms(module_of(WRONG), "relu", oracle="golden")
    with pytest.raises(UsageError, match="did you mean 'relu'"):
        gp.assert_conforms(module_of(RELU), "rleu")


@pytest.mark.needs_torch
def test_a_contract_written_on_the_spot_is_asserted() -> None:
    """And may be written again."""

    def double():
        @gp.contract(x="N D")
        def twice(x):
            return 2 * x

        return twice

    right = {"twice_forward": lambda x: (2 * x, None), "twice_backward": lambda dout, _: 2 * dout}
    for _ in range(2):
        gp.assert_conforms(right, double(), cases=4)
    with pytest.raises(AssertionError, match="dx differs"):
        gp.assert_conforms({**right, "twice_backward": lambda dout, _: dout}, double(), cases=4)


def softmax(x):
    """In any library that has these methods."""
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def torch_softmax(x):
    """The reference."""
    import torch

    return torch.softmax(x, dim=-1)


@pytest.mark.needs_torch
@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
def test_right_code_is_close_in_every_dtype(dtype: str) -> None:
    """Whatever it loses by rounding; a thousandth more is too much in each."""
    x = np.random.Generator(np.random.Philox(1)).standard_normal((5, 7)).astype(dtype)
    gp.assert_close(softmax, torch_softmax, [x])
    with pytest.raises(AssertionError, match=r"out: not close.*(\n.*)*a good implementation stays within"):
        gp.assert_close(lambda a: softmax(a) * (1.5 if dtype == "float16" else 1.001), torch_softmax, [x])


def tenths(x):
    """How many tenths; 0.7 / 0.1 is 6.999..., 0.7 * 10 is 7."""
    return np.floor(x * x.dtype.type(10))


def torch_tenths(x):
    """The reference."""
    import torch

    return torch.floor(x * 10)


GRID = np.array([0.3, 0.7, -0.6, 1.2, 2.34])


@pytest.mark.needs_torch
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_where_a_function_jumps_either_side_is_right(dtype: str) -> None:
    """Right code rounds differently before the jump; torch's own float32 kernel is such."""
    x = GRID.astype(dtype)
    gp.assert_close(tenths, torch_tenths, [x])
    gp.assert_close(lambda a: np.floor(a / a.dtype.type(0.1)), torch_tenths, [x])


@pytest.mark.needs_torch
@pytest.mark.parametrize("wrong", [[3, 8, -6, 12, 23], [3, 7, -6, 12, 24], [3, np.nan, -6, 12, 23]])
def test_beside_a_jump_nothing_else_is_right(wrong: list[float]) -> None:
    """Two further than the one side, one further where nothing jumps, no number."""
    with pytest.raises(AssertionError, match="out: not close"):
        gp.assert_close(lambda _: np.array(wrong), torch_tenths, [GRID])


def torch_exp(x):
    """The reference."""
    import torch

    return torch.exp(x)


FAR = np.array([1.0, 88.0, 300.0, -300.0])


@pytest.mark.needs_torch
def test_float64_is_judged_where_float32_has_no_numbers() -> None:
    """As closely as elsewhere; in float32 itself it is said that there are none."""
    gp.assert_close(np.exp, torch_exp, [FAR])
    with pytest.raises(AssertionError, match="out: not close"):
        gp.assert_close(lambda x: np.exp(x) * (1 + 1e-10), torch_exp, [FAR])
    with pytest.raises(UsageError, match="the float32 reference is not finite"):
        gp.assert_close(np.exp, torch_exp, [FAR.astype(np.float32)])


@pytest.mark.needs_torch
def test_a_random_reference_is_refused() -> None:
    """There is no right answer to be near to."""
    import torch

    with pytest.raises(UsageError, match="the reference is random: two calls on the same inputs gave different values"):
        gp.assert_close(np.exp, lambda x: x + torch.rand_like(x), [FAR])


@pytest.mark.needs_torch
def test_what_is_computed_in_less_is_told() -> None:
    """float32 behind a float64 result, bfloat16 behind a float32 one."""
    import torch

    x = torch.linspace(-3, 3, 24, dtype=torch.float64).reshape(4, 6)
    for narrow in (torch.float32, torch.float16):
        with pytest.raises(AssertionError, match="times what float64 allows"):
            gp.assert_close(lambda x, narrow=narrow: torch_softmax(x.to(narrow)).double(), torch_softmax, {"x": x})
    half = x.to(torch.bfloat16)
    gp.assert_close(torch_softmax, torch_softmax, {"x": half})
    with pytest.raises(AssertionError, match="times what float32 allows"):
        gp.assert_close(lambda x: torch_softmax(x.bfloat16()).float(), torch_softmax, {"x": x.float()})


@pytest.mark.needs_torch
def test_gradients_are_judged_by_autograd_or_by_a_backward() -> None:
    """Torch's own, or a function of the upstream gradient; a wrong one is named."""
    import torch

    x = torch.linspace(-3, 3, 24, dtype=torch.float64).reshape(4, 6)
    gp.assert_close(torch_softmax, torch_softmax, [x], wrt=[0])

    def backward(dout, a):
        s = softmax(a)
        return s * (dout - (dout * s).sum(axis=-1, keepdims=True))

    gp.assert_close(softmax, torch_softmax, {"x": x.numpy()}, wrt=["x"], backward=backward)
    with pytest.raises(AssertionError, match=r"^dx: not close"):
        gp.assert_close(softmax, torch_softmax, {"x": x.numpy()}, wrt=["x"], backward=lambda d, a: d * softmax(a))
    with pytest.raises(UsageError, match="there is no autograd for ndarray"):
        gp.assert_close(softmax, torch_softmax, {"x": x.numpy()}, wrt=["x"])


@pytest.mark.needs_torch
def test_what_is_allowed_is_what_is_asserted() -> None:
    """Beyond it the assertion fails, within it does not."""
    x = np.linspace(-3, 3, 24).reshape(4, 6)
    allowed = gp.allowed_error(torch_softmax, [x])
    assert allowed.elementwise.shape == x.shape
    off = np.zeros_like(x)
    off[1, 2] = 1.01 * allowed.elementwise[1, 2]
    with pytest.raises(AssertionError, match=r"at         out\[1, 2\]"):
        gp.assert_close(lambda _: allowed.expected + off, torch_softmax, [x])
    gp.assert_close(lambda _: allowed.expected + off / 1000, torch_softmax, [x])
    assert set(gp.allowed_error(torch_softmax, {"x": x}, wrt=["x"])) == {"out", "dx"}


@pytest.mark.needs_torch
def test_arrays_of_a_library_come_over_by_dlpack() -> None:
    """Without its being known here."""

    class Foreign:
        """An array that speaks DLPack and nothing else."""

        def __init__(self, array: np.ndarray) -> None:
            self.array = array
            self.dtype = array.dtype

        def __dlpack__(self, **options):
            return self.array.__dlpack__(**options)

        def __dlpack_device__(self):
            return self.array.__dlpack_device__()

    x = Foreign(np.linspace(-3, 3, 24).reshape(4, 6))
    gp.assert_close(lambda a: Foreign(softmax(a.array)), torch_softmax, [x])


@pytest.mark.needs_torch
@pytest.mark.parametrize(
    ("inputs", "options", "complaint"),
    [
        ([np.arange(3)], {}, "none of the inputs is of a float dtype"),
        ([object()], {}, "input_0 is a object that is no array|expected numbers"),
        ({"x": np.ones(3)}, {"wrt": ["y"]}, "there is no input 'y'"),
        ({"x": np.ones(3)}, {"dtype": "float8"}, "float8 is no float dtype"),
        ({"z": np.ones(3)}, {}, "the reference cannot be run: TypeError"),
    ],
)
def test_what_cannot_be_compared_is_refused(inputs: object, options: dict, complaint: str) -> None:
    """With what was expected."""
    with pytest.raises(UsageError, match=complaint):
        gp.assert_close(softmax, torch_softmax, inputs, **options)
