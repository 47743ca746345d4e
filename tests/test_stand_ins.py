"""Modules that are not there for judging: an import succeeds, a use for a result is charged to who makes it."""

import importlib.util
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from conftest import RELU, bad_checks

from gradproof.conformance.checks.results import Result, Run
from gradproof.conformance.cli.replay_script import script
from gradproof.conformance.engine.runner import Plan, gather, run
from gradproof.conformance.harness.session import Session, in_this_process
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.sandbox.walls.bubblewrap import Bubblewrap
from gradproof.conformance.spec.contracts import contract_named

HANDOUT = """
import numpy as np
import torch
import torch.nn as nn
import matplotlib.pyplot as plt
from im2col_cython import col2im_cython
from past.builtins import xrange
assert torch.__version__ >= "1.0" and int(torch.__version__.split(".")[0]) > 0
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
class Flatten(nn.Module):
    def forward(self, x):
        return x.view(len(x), -1)
def optional(x: torch.Tensor | None = None, y: "torch.Tensor" = None) -> None | torch.Tensor:
    print(f"{torch.cuda.memory():.2f}")
print(f"{torch.cuda.memory():.2f}")
@torch.no_grad()
def timed(x):
    return x
"""
USING = HANDOUT + RELU.replace(
    "    return np.maximum", "    x = torch.relu(torch.tensor(x)).numpy()\n    return np.maximum"
)
MISSING = "from mylab import one\n" + RELU.replace("return dout", "return one() * dout")
ASKING = "torch = 0\ntry:\n    import torch\nexcept ImportError:\n    pass\n" + RELU.replace(
    "    return np.maximum", "    if torch: raise ValueError('it is there')\n    return np.maximum"
)


def judged(session: Session, oracle: Oracle) -> Run:
    """The run of relu on six cases."""
    return run("layers.py", session, oracle, Plan((contract_named("relu"),), cases=6))


@pytest.fixture(params=["check", "grade", "debug"])
def session(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Session]:
    """What judges a file as ``check`` does, as ``grade`` does, and in this very process, where torch may be."""
    made: Session
    if request.param == "debug":
        made = in_this_process(tmp_path / "layers.py")
    else:
        wall = Bubblewrap() if request.param == "grade" else None
        if wall and (reason := wall.missing()):
            pytest.skip(reason)
        made = Sandbox(tmp_path / "layers.py", wall=wall)
    yield made
    made.close()


@pytest.fixture
def source(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """The file that is judged."""
    (tmp_path / "layers.py").write_text(request.param)


@pytest.mark.parametrize("source", [HANDOUT + RELU], indirect=True)
@pytest.mark.usefixtures("source")
def test_a_handout_that_imports_torch_keeps_its_layers(session: Session, oracle: Oracle) -> None:
    """Behind a wall and without one: what does not use it is judged as if it were there."""
    assert judged(session, oracle).summary.is_clean
    assert [each for each in session.inventory.problems if "no contract covers" not in each] == []
    assert session.inventory.absent == ("im2col_cython", "matplotlib", "torch")


@pytest.mark.parametrize("source", [USING], indirect=True)
@pytest.mark.usefixtures("source")
def test_what_is_used_for_a_result_is_charged_to_the_function(session: Session, oracle: Oracle) -> None:
    """In the same words wherever it is judged, whether or not torch is installed here."""
    results = {result.check: result for result in judged(session, oracle).results}
    assert bad_checks(results) == {"forward"}
    told = "relu_forward raised ImportError: torch.tensor is used, and torch is not there where submissions are judged"
    assert results["forward"].message.startswith(told)


@pytest.mark.parametrize("source", [MISSING], indirect=True)
@pytest.mark.usefixtures("source")
def test_so_is_a_file_that_nobody_handed_in(session: Session, oracle: Oracle) -> None:
    """Who does not use it keeps what it is due; the report says which file is missing."""
    run_ = judged(session, oracle)
    results = {result.check: result for result in run_.results}
    assert bad_checks(results) == {"gradient"}
    told = "relu_backward raised ImportError: mylab.one is used, and mylab.py was not handed in, nor is such a package"
    assert results["gradient"].message.startswith(told)
    assert run_.discreet_notes[0].startswith("layers.py imports mylab.py, which was not handed in")
    assert session.inventory.absent == ("mylab",)


@pytest.mark.parametrize("source", [ASKING], indirect=True)
@pytest.mark.usefixtures("source")
def test_who_asks_whether_it_is_there_hears_that_it_is_not(session: Session, oracle: Oracle) -> None:
    """An import in a try that expects it to fail does fail, and the code goes its own way."""
    assert judged(session, oracle).summary.is_clean
    assert session.inventory.absent == ()


@pytest.mark.parametrize(
    "asking",
    [
        "import importlib.util\nhas = importlib.util.find_spec('torchaudio') is not None\n",
        "from importlib.util import find_spec\nhas = find_spec('torch') is not None\n",
        "import contextlib as c\nhas = 0\nwith c.suppress(ImportError):\n    import torchaudio\n    has = 1\n",
        "has = True\ntry:\n    import helper\nexcept Exception:\n    has = False\n",
    ],
)
@pytest.mark.parametrize("opened", [Sandbox, in_this_process])
def test_there_are_more_ways_to_ask(
    tmp_path: Path, oracle: Oracle, asking: str, opened: Callable[[Path], Session]
) -> None:
    """By looking for it, by suppressing the error, and around a file of one's own that imports it."""
    look = importlib.util.find_spec
    (tmp_path / "helper.py").write_text("import torchaudio\n")
    body = "    if has: raise ValueError('it is there')\n    return np.maximum"
    (tmp_path / "layers.py").write_text(asking + RELU.replace("    return np.maximum", body))
    with closing(opened(tmp_path / "layers.py")) as session:
        assert judged(session, oracle).summary.is_clean
    assert importlib.util.find_spec is look


def test_replay_stands_in_for_them_too(tmp_path: Path, oracle: Oracle) -> None:
    """A script of a submission that imports absent modules would not get to its first line."""
    path = tmp_path / "layers.py"
    path.write_text(HANDOUT + RELU)
    contract = contract_named("relu")
    with Sandbox(path) as session:
        record = gather(contract, session, oracle, Plan((contract,), cases=1)).records[0]
        text = script(record, path, session.inventory)
    assert f"stand_ins.install(Path({str(path)!r}))" in text


HEAD = "import numpy as np\nimport torch\nimport torch.nn as nn\n"
COMPUTES = "    return np.maximum(x, 0), x"
UNHARMED = {
    "compared with a type": (HEAD, "    if type(x) == torch.Tensor or torch.is_tensor(x):\n        x = x.numpy()\n"),
    "a base of no class": (
        HEAD + "print(issubclass(int, torch.Tensor))\n",
        "    assert not torch.cuda.is_available()\n",
    ),
    "copied": (HEAD + "import copy\nKINDS = copy.deepcopy({'kind': torch.float32})\n", ""),
    "a key": (HEAD + "KINDS = {torch.float32: np.float32}\n", "    assert KINDS[torch.float32] is np.float32\n"),
    "unpacked": (HEAD + "first, *rest = torch.load('x')\nfirst, *rest, last = torch.load('x')\n", ""),
    "options of a class": (HEAD + "class Net(nn.Module, frozen=True): ...\n", ""),
    "written to": (
        HEAD + "t = torch.zeros(3)\nt[0] = 1\ndel t[0]\nt += 2\nt.requires_grad = True\n",
        "    torch.manual_seed(0)\n",
    ),
    "expected": (
        HEAD,
        "    try:\n        int('a')\n    except (torch.cuda.OutOfMemoryError, ValueError):\n        pass\n",
    ),
    "pictures": (
        "import numpy as np\nimport matplotlib.pyplot as plt\nimport wandb\n",
        "    fig, ax = plt.subplots()\n    ax[0].plot(x.ravel())\n    with plt.style.context('dark'):\n"
        "        plt.show()\n    for a in fig.axes:\n        a.grid()\n    wandb.log({'x': x.sum()})\n",
    ),
    "whose arrays": ("import numpy as np\nimport cupy as cp\n", "    assert cp.get_array_module(x) is np\n"),
}
USED = {
    "a picture's value": (
        "import numpy as np\nimport matplotlib.pyplot as plt\n",
        "    x = x * plt.hist(x)[0]\n",
        "matplotlib",
    ),
    "a switch": (
        "import numpy as np\nimport wandb\n",
        "    x = 2 * x if wandb.config.wide else x\n",
        "wandb.config.wide",
    ),
    "a loss called as an error": (HEAD, "    x = x + nn.MeanError()(x)\n", "torch.nn.MeanError"),
    "made elementwise": (
        "import numpy as np\nimport numba as nb\n@nb.vectorize(['f8(f8)'])\ndef clip(v):\n    return v if v else 0\n",
        "    x = clip(x)\n",
        "numba.vectorize",
    ),
    "made a gradient": (
        "import numpy as np\nimport jax\ndef f(v):\n    return v.sum()\nd = jax.vmap(jax.grad(f))\n",
        "    x = x * d(x)\n",
        "jax.(vmap|grad)",
    ),
    "made a kernel": (
        "import numpy as np\nfrom numba import cuda\n@cuda.jit\ndef k(x):\n    x[:] = 0\n",
        "    k[1, 32](x)\n",
        "numba.cuda.jit",
    ),
}


def judged_with(folder: Path, oracle: Oracle, head: str, line: str) -> dict[str, Result]:
    """The results of relu, whose forward has a line more."""
    (folder / "layers.py").write_text(head + RELU.replace(COMPUTES, line + COMPUTES))
    return {result.check: result for result in judged(in_this_process(folder / "layers.py"), oracle).results}


@pytest.mark.parametrize("way", UNHARMED)
def test_what_makes_no_result_harms_none(way: str, tmp_path: Path, oracle: Oracle) -> None:
    """However it is met on the way, in a call or at import."""
    assert bad_checks(judged_with(tmp_path, oracle, *UNHARMED[way])) == set()


@pytest.mark.parametrize("way", USED)
def test_what_makes_a_result_is_told_as_missing_and_not_as_a_mistake(way: str, tmp_path: Path, oracle: Oracle) -> None:
    """A decorator that computes something else does not leave the function as it is."""
    head, line, name = USED[way]
    results = judged_with(tmp_path, oracle, head, line)
    assert bad_checks(results) == {"forward"}
    assert re.match(rf"relu_forward raised ImportError: {name}\b.* is used, and", results["forward"].message)
