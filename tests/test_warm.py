"""The workers that the tests fork are as the started ones are, or they would test something else."""

import json
from pathlib import Path

import pytest
import warm
from conftest import waited_for

from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.spec.cases import draw_case
from gradproof.conformance.spec.contracts import contract_named

RELU = contract_named("relu")
CASE = draw_case(RELU, 0, 0)
STATE = """
import json, os, signal, sys
def relu_forward(x):
    told = {
        "environment": dict(os.environ), "folder": os.getcwd(), "arguments": sys.argv, "path": sys.path,
        "flags": list(sys.flags), "descriptors": sorted(map(int, os.listdir("/proc/self/fd"))),
        "leads": os.getpid() == os.getsid(0) == os.getpgid(0), "modules": sorted(sys.modules),
        "signals": [str(signal.getsignal(number)) for number in (signal.SIGCHLD, signal.SIGINT, signal.SIGPIPE)],
    }
    with open("told.json", "w") as file:
        json.dump(told, file)
    return x, x
"""
ENDS = {"os._exit(7)": ("exit", 7), "os.kill(os.getpid(), 9)": ("killed", "SIGKILL")}

pytestmark = pytest.mark.skipif(not warm.IS_POSSIBLE, reason="there are no forked workers here")


def state_of(folder: Path) -> dict[str, object]:
    """What a worker tells of itself."""
    folder.mkdir(exist_ok=True)
    (folder / "layers.py").write_text(STATE)
    with Sandbox(folder / "layers.py") as session:
        session.run(RELU, CASE)
        is_warm = isinstance(session._connection._process, warm.WarmChild)
    return {**json.loads((folder / "told.json").read_text()), "is_warm": is_warm}


def test_a_forked_worker_is_like_a_started_one(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its environment, the test's own changes included, its folder, streams, process group and what is imported."""
    monkeypatch.setenv("OF_THIS_TEST", "1")
    forked = state_of(tmp_path / "mine")
    request.getfixturevalue("cold")
    started = state_of(tmp_path / "mine")
    more = set(forked.pop("modules")) - set(started.pop("modules"))
    assert (forked.pop("is_warm"), started.pop("is_warm")) == (True, False)
    assert forked == started
    assert forked["environment"]["OF_THIS_TEST"] == "1"
    assert not {name for name in more if name.startswith(("gradproof", "warm"))}


@pytest.mark.parametrize("end", ENDS)
def test_how_it_ended_is_told(end: str, tmp_path: Path) -> None:
    """By its exit code or its signal."""
    (tmp_path / "layers.py").write_text(f"import os\ndef relu_forward(x):\n    {end}\n")
    with Sandbox(tmp_path / "layers.py") as session:
        error = session.run(RELU, CASE).error
    how, what = ENDS[end]
    assert (error.get("how"), error.get("code") if how == "exit" else error.get("signal")) == (how, what)


def test_what_it_started_ends_with_it(tmp_path: Path) -> None:
    """As the process group of a started one does."""
    forking = "other = os.fork()\n    while not other: pass\n    open('other', 'w').write(str(other))"
    (tmp_path / "layers.py").write_text(f"import os\ndef relu_forward(x):\n    {forking}\n    return x, x\n")
    with Sandbox(tmp_path / "layers.py") as session:
        session.run(RELU, CASE)
        stat = Path("/proc") / (tmp_path / "other").read_text() / "stat"
        assert stat.exists()
    assert waited_for(lambda: not stat.exists())
    assert session._connection is None
