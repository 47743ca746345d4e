"""The pytest plugin: ``pytest --submission PATH -n auto`` judges a submission, one test for each contract and check.

Without ``--submission`` the tests of ``conformance/test_conformance.py`` judge ``impl``.

pytest has an option ``--fixtures`` already, and other plugins may have a ``--dialect``. Hence all options begin with
``--submission``, and beside ``--submission`` the short names that ``gradproof check`` has are taken for them.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gradproof.conformance import plugin_options
from gradproof.conformance.checks.results import Result
from gradproof.conformance.errors import UsageError, words_of
from gradproof.conformance.reports.languages.speaking import by_environment, t, tell
from gradproof.conformance.spec.asked.adapters import adapter_file

if TYPE_CHECKING:
    from gradproof.conformance.checks.verdicts import Plan
    from gradproof.conformance.engine.assignment import Assignment
    from gradproof.conformance.oracle.oracle import Oracle
    from gradproof.conformance.sandbox.process import Sandbox

ROOT = Path(__file__).resolve().parent.parent
TESTS = Path(__file__).resolve().with_name("test_conformance.py")
TORCH_CASES = 300
NOT_THERE = "{option} {path} does not exist, expected a .py file or a folder"
MESSAGES = (NOT_THERE,)
SHORT = ("adapter", "assignment", "cases", "compat", "contracts", "dialect", "fixtures", "oracle", "python2", "seed")

_PLAN = pytest.StashKey["Plan"]()

Results = Callable[[str], Mapping[str, Result]]


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the group gradproof."""
    with by_environment():
        plugin_options.add_to(parser, TORCH_CASES)


def pytest_configure(config: pytest.Config) -> None:
    """What is told in this run is told in the language of the environment."""
    spoken = ExitStack()
    spoken.enter_context(by_environment())
    config.add_cleanup(spoken.close)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(args: list[str]) -> None:
    """Beside ``--submission``, take the short options of ``gradproof check`` for those of this plugin."""
    names = [argument.partition("=")[0] for argument in args]
    if "--submission" in names:
        short = {f"--{name}" for name in SHORT}
        args[:] = [
            argument.replace("--", "--submission-", 1) if name in short else argument
            for name, argument in zip(names, args, strict=True)
        ]


def pytest_cmdline_main(config: pytest.Config) -> None:
    """Refuse what cannot be judged before anything runs; collect the conformance tests if only a submission was named.

    The conformance tests may be named as a report prints them, wherever gradproof is installed.
    """
    if not config.getoption("submission"):
        return
    if not hasattr(config, "workerinput"):
        _oracle(config)
        _plan(config)
    if config.args_source != pytest.Config.ArgsSource.ARGS:
        config.args[:] = [str(TESTS)]
    config.args[:] = [_located(argument) for argument in config.args]


def _located(argument: str) -> str:
    """An argument of pytest, the file of the conformance tests put in for the path that a report prints of it."""
    path, *parts = argument.split("::")
    is_ours = not path or (Path(path).name == TESTS.name and not Path(path).exists())
    return "::".join([str(TESTS) if is_ours else path, *parts])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """In a run that judges, each contract's tests stay on one worker, unless ``--dist`` asks for something else."""
    asked = any(str(argument).startswith("--dist") for argument in config.invocation_params.args)
    if asked or config.getoption("dist") != "load" or not _may_judge(config):
        return None
    from gradproof.conformance.plugin_scheduling import ByContract

    return ByContract(config, log)


def _may_judge(config: pytest.Config) -> bool:
    """Whether the conformance tests are among what is collected: a submission is named, or they, or a folder above."""
    named = [argument.partition("::")[0] for argument in config.args]
    packages = {__package__, f"{__package__}.{TESTS.stem}"}
    if config.getoption("submission") or (config.getoption("pyargs") and packages.intersection(named)):
        return True
    folders = (Path(config.invocation_params.dir, each).resolve() for each in named)
    below = (TESTS.relative_to(folder) for folder in folders if TESTS.is_relative_to(folder))
    return any("site-packages" not in path.parts for path in below)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each contract that is judged and each check that the contract has."""
    if not {"contract_name", "check_name"} <= set(metafunc.fixturenames):
        return
    from gradproof.conformance.checks.table import checks_of

    pairs = [(c.name, check.name) for c in _plan(metafunc.config).contracts for check in checks_of(c)]
    metafunc.parametrize(("contract_name", "check_name"), [pytest.param(*pair, id="-".join(pair)) for pair in pairs])


@pytest.fixture(scope="session")
def contract_results(pytestconfig: pytest.Config) -> Iterator[Results]:
    """A function: contract name -> its results by check. Each contract is judged once."""
    from gradproof.conformance.engine.attribution import Attribution

    settled: dict[str, dict[str, Result]] = {}
    with _sandbox(pytestconfig) as session:
        attribution = Attribution(session, _oracle(pytestconfig), _plan(pytestconfig))

        def results(name: str) -> Mapping[str, Result]:
            if name not in settled:
                settled[name] = {result.check: result for result in attribution.attributed(name)[0]}
            return settled[name]

        yield results


def _sandbox(config: pytest.Config) -> "Sandbox":
    from gradproof.conformance.sandbox.process import Sandbox
    from gradproof.conformance.spec.limits import DEFAULT

    task = _task(config)
    return Sandbox(_path(config), _adapter(config), task.to_limits() if task else DEFAULT, compat=_compat(config))


def _task(config: pytest.Config) -> "Assignment | None":
    given = config.getoption("submission_assignment")
    if given is None:
        return None
    from gradproof.conformance.engine.assignment import located, read

    with _usage_errors():
        return read(located(given))


def _compat(config: pytest.Config) -> str:
    task = _task(config)
    asked = (name for name in ("python2", "compat") if config.getoption(f"submission_{name}"))
    return next(asked, task.to_compat() if task else "")


def _oracle(config: pytest.Config) -> "Oracle":
    from gradproof.conformance.oracle.oracle import pick

    seed, task = config.getoption("submission_seed"), _task(config)
    if seed is None and task:
        seed = task.seed
    with _usage_errors():
        return pick(config.getoption("submission_oracle"), seed, config.getoption("submission_fixtures"))


def _plan(config: pytest.Config) -> "Plan":
    """What is judged and how: what the assignment lists, or all that the submission offers. Made once."""
    from gradproof.conformance.engine.selection import dialect_of, plan_of
    from gradproof.conformance.spec.contracts import visiting
    from gradproof.conformance.spec.open_row.files import found

    if _PLAN not in config.stash:
        known = ExitStack()
        known.enter_context(visiting())
        config.add_cleanup(known.close)
        with _usage_errors():
            found(map(Path, config.getoption("submission_contracts")))
        task = _task(config)
        cases = config.getoption("submission_cases") or (task.cases if task else None)
        if cases is None and _oracle(config).name == "torch":
            cases = TORCH_CASES
        with _usage_errors(), _sandbox(config) as session:
            dialect = dialect_of(task, config.getoption("submission_dialect"), session.inventory)
            config.stash[_PLAN] = plan_of(
                session.inventory, str(_path(config)), task, _replay(config), dialect=dialect, cases=cases
            )
    return config.stash[_PLAN]


def _replay(config: pytest.Config) -> Callable[[str], str]:
    from gradproof.conformance.sandbox.shell import replay_command, shown
    from gradproof.conformance.spec.open_row.files import options

    adapter, oracle, fixtures = _adapter(config), *map(config.getoption, ("submission_oracle", "submission_fixtures"))
    extra = ["--adapter", shown(adapter)] if adapter else []
    extra += ["--fixtures", fixtures] if fixtures else ["--oracle", oracle] if oracle != "auto" else []
    extra += [*([f"--{_compat(config)}"] if _compat(config) else []), *options()]
    return replay_command(str(_path(config)), *extra)


@contextmanager
def _usage_errors() -> Iterator[None]:
    """What gradproof refuses, pytest refuses."""
    try:
        yield
    except UsageError as error:
        raise pytest.UsageError(tell(words_of(error))) from None


def _path(config: pytest.Config) -> Path:
    given = config.getoption("submission")
    return _existing(Path(given) if given else ROOT / "impl", "--submission")


def _adapter(config: pytest.Config) -> Path | None:
    given = config.getoption("submission_adapter")
    if given is None:
        task = _task(config)
        return task.adapter if task else None
    with _usage_errors():
        return adapter_file(given, "--submission-adapter")


def _existing(path: Path, option: str) -> Path:
    if not path.exists():
        raise pytest.UsageError(t(NOT_THERE, option=option, path=path))
    return path
