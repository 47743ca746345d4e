"""The pytest plugin: ``pytest --submission PATH -n auto`` judges a submission, one test for each contract and check.

Without ``--submission`` the tests of ``conformance/test_conformance.py`` judge ``impl``.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gradproof.conformance.checks.results import Result
from gradproof.conformance.errors import UsageError

if TYPE_CHECKING:
    from gradproof.conformance.oracle.oracle import Oracle
    from gradproof.conformance.sandbox.process import Sandbox

ROOT = Path(__file__).resolve().parent.parent
TORCH_CASES = 300

Results = Callable[[str], Mapping[str, Result]]


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the group gradproof."""
    group = parser.getgroup("gradproof", "judge NumPy layers against PyTorch")
    group.addoption(
        "--submission", metavar="PATH", help="the submission to judge, a .py file or a folder (default: impl)"
    )
    group.addoption(
        "--submission-adapter", metavar="FILE", help="a file that defines the canonical functions in terms of it"
    )
    group.addoption(
        "--submission-compat",
        action="store_true",
        help="put names of Python 2 and of old NumPy back, for old submissions",
    )
    group.addoption(
        "--submission-oracle",
        choices=["auto", "torch", "golden"],
        default="auto",
        help="where the answers come from (default: auto)",
    )
    group.addoption(
        "--submission-seed", type=int, default=None, metavar="N", help="the seed that cases are drawn with (default: 0)"
    )
    group.addoption(
        "--submission-cases",
        type=_positive,
        default=None,
        metavar="N",
        help=f"cases for each contract (default: {TORCH_CASES} with torch, all recorded ones without)",
    )


def pytest_cmdline_main(config: pytest.Config) -> None:
    """Refuse what cannot be judged before anything runs; collect the conformance tests if only a submission was named.

    With xdist, each contract's tests stay on one worker.
    """
    if config.getoption("submission"):
        _offered(config)
        _oracle(config)
    if config.getoption("submission") and config.args_source != pytest.Config.ArgsSource.ARGS:
        config.args[:] = [str(Path(__file__).with_name("test_conformance.py"))]
    asked = any(str(argument).startswith("--dist") for argument in config.invocation_params.args)
    if config.getoption("dist", "no") == "load" and not asked:
        config.option.dist = "loadgroup"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each contract that the submission offers and each check that the contract has."""
    if not {"contract_name", "check_name"} <= set(metafunc.fixturenames):
        return
    from gradproof.conformance.checks.table import checks_of
    from gradproof.conformance.spec.contracts import all_contracts

    offered = _offered(metafunc.config)
    pairs = [(c.name, check.name) for c in all_contracts() if c.is_offered(offered) for check in checks_of(c)]
    metafunc.parametrize(
        ("contract_name", "check_name"),
        [pytest.param(*pair, marks=pytest.mark.xdist_group(pair[0]), id="-".join(pair)) for pair in pairs],
    )


@pytest.fixture(scope="session")
def contract_results(pytestconfig: pytest.Config) -> Iterator[Results]:
    """A function: contract name -> its results by check. Each contract is judged once."""
    from gradproof.conformance.engine.runner import Judged, Plan, settle
    from gradproof.conformance.spec.contracts import contract_named

    settled: dict[str, dict[str, Result]] = {}
    with _sandbox(pytestconfig) as session:
        oracle = _oracle(pytestconfig)
        cases = pytestconfig.getoption("submission_cases") or (TORCH_CASES if oracle.name == "torch" else None)
        judged = Judged(session, oracle, Plan((), cases=cases, replay=_replay(pytestconfig)))

        def results(name: str) -> Mapping[str, Result]:
            if name not in settled:
                settled[name] = {result.check: result for result in settle(contract_named(name), judged)[0]}
            return settled[name]

        yield results


def _sandbox(config: pytest.Config) -> "Sandbox":
    from gradproof.conformance.sandbox.process import Sandbox

    return Sandbox(_path(config), _adapter(config), compat=config.getoption("submission_compat"))


def _oracle(config: pytest.Config) -> "Oracle":
    from gradproof.conformance.oracle.oracle import pick

    try:
        return pick(config.getoption("submission_oracle"), config.getoption("submission_seed"), None)
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None


def _replay(config: pytest.Config) -> Callable[[str], str]:
    from gradproof.conformance.sandbox.shell import command_line

    adapter, oracle = _adapter(config), config.getoption("submission_oracle")
    extra = [*(["--adapter", str(adapter)] if adapter else []), *(["--oracle", oracle] if oracle != "auto" else [])]
    extra += ["--compat"] if config.getoption("submission_compat") else []
    return lambda case: command_line(["gradproof", "replay", case, str(_path(config)), *extra])


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of cases, expected 1 or more")
    return number


def _offered(config: pytest.Config) -> set[str]:
    try:
        with _sandbox(config) as session:
            inventory = session.inventory
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None
    if not inventory.functions:
        raise pytest.UsageError(
            f"{_path(config)}: nothing to judge: {'; '.join(inventory.problems) or 'no function of the canonical API'}"
        )
    return set(inventory.functions) | set(inventory.broken)


def _path(config: pytest.Config) -> Path:
    given = config.getoption("submission")
    return _existing(Path(given) if given else ROOT / "impl", "--submission")


def _adapter(config: pytest.Config) -> Path | None:
    given = config.getoption("submission_adapter")
    return _existing(Path(given), "--submission-adapter") if given else None


def _existing(path: Path, option: str) -> Path:
    if not path.exists():
        raise pytest.UsageError(f"{option} {path} does not exist, expected a .py file or a folder")
    return path
