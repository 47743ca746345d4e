"""What this installation can do."""

import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from platform import platform, python_version

from rich.cells import cell_len
from rich.text import Text

from gradproof.conformance.errors import UsageError, install, words_of
from gradproof.conformance.reports.console import console
from gradproof.conformance.reports.languages.speaking import t, tell
from gradproof.conformance.reports.wording import padded
from gradproof.conformance.spec.contracts import contract_named, stems

MINIMAL_SUBMISSION = "import numpy as np\ndef relu_forward(x):\n    return np.maximum(x, 0), x\n"

MARK = 7  # places of a terminal
MODULES = {"pytest-xdist": "xdist", "scikit-learn": "sklearn"}


@dataclass(frozen=True)
class Finding:
    """One line of the report."""

    topic: str
    works: bool
    words: str
    essential: bool = True


def render(found: Iterable[Finding]) -> bool:
    """Print the findings; whether all that is essential works."""
    findings = tuple(replace(each, topic=tell(each.topic)) for each in found)
    width = max(cell_len(finding.topic) for finding in findings)
    for finding in findings:
        look = "green" if finding.works else "bold red" if finding.essential else "yellow"
        mark = padded(t("ok") if finding.works else t("missing"), MARK)
        line = Text.assemble(f"{padded(finding.topic, width)}  ", (mark, look), f"  {tell(finding.words)}")
        console().print(line, soft_wrap=True)  # a line is never broken: what it says to type can be copied
    return all(finding.works for finding in findings if finding.essential)


def workers(executor: str) -> Iterator[Finding]:
    """Look at the workers of an executor: whether a class can be judged there."""
    from gradproof.conformance.grading.cluster.executors import PROCESSES, opened
    from gradproof.conformance.grading.cluster.standing_there import here, looked_at

    if executor == PROCESSES:
        yield Finding(*here())
        return
    with opened(executor, None) as running:
        for machine, works, words in looked_at(running):
            yield Finding(machine, works, words)


def examine() -> Iterator[Finding]:
    """Look at everything a command could need."""
    yield Finding(
        "python",
        sys.version_info >= (3, 11),
        t("{version} on {system}", version=python_version(), system=platform(terse=True)),
    )
    for package in ("numpy", "safetensors", "rich", "pydantic", "jinja2"):
        yield _package(package, essential=True, use=t("needed"))
    yield _package(
        "torch",
        essential=False,
        use=t("live answers (--oracle torch) and 'gradproof fixtures': {command}", command=install("reference")),
    )
    yield _package("pytest", essential=False, use=t("'pytest --submission PATH': {command}", command=install("pytest")))
    yield _package("pytest-xdist", essential=False, use=t("'pytest -n auto': {command}", command=install("pytest")))
    for package in ("scikit-learn", "mnist1d"):
        yield _package(package, essential=False, use=t("'gradproof train --data': {command}", command=install("data")))
    yield _package(
        "matplotlib", essential=False, use=t("the plot of 'gradproof train': {command}", command=install("plots"))
    )
    yield _fixtures()
    yield _child_process()
    yield from _walls()


def _package(name: str, essential: bool, use: str) -> Finding:
    try:
        found = version(name)
    except PackageNotFoundError:
        return Finding(name, works=False, words=use, essential=essential)
    works = find_spec(MODULES.get(name, name)) is not None
    return Finding(name, works, found, essential)


def _fixtures() -> Finding:
    from gradproof.conformance.oracle.fixture_set import COMMITTED, FixtureSet

    try:
        fixtures = FixtureSet.open(COMMITTED)
        cases = sum(1 for stem in stems() for _ in fixtures.records(stem))
    except UsageError as error:
        return Finding(t("fixtures"), works=False, words=words_of(error))
    made_with = fixtures.manifest["versions"]
    return Finding(
        t("fixtures"),
        works=True,
        words=t(
            "{cases} cases, all intact, seed {seed}, made with torch {version}",
            cases=cases,
            seed=fixtures.seed,
            version=made_with["torch"],
        ),
    )


def _walls() -> Iterator[Finding]:
    from gradproof.conformance.sandbox import walls

    for name in walls.NAMES:
        wall = walls.named(name)
        reason = wall.missing()
        words = t("a wall for 'gradproof grade': {what}", what=wall.gives()) if reason is None else reason
        yield Finding(t("wall {name}", name=name), reason is None, words, essential=False)


def _child_process() -> Finding:
    from gradproof.conformance.sandbox.process import Sandbox
    from gradproof.conformance.spec.cases import draw_case

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "minimal.py"
        path.write_text(MINIMAL_SUBMISSION, encoding="utf-8")
        try:
            relu = contract_named("relu")
            with Sandbox(path) as session:
                works = "out" in session.run(relu, draw_case(relu, 0, 0)).arrays
        except (UsageError, OSError) as error:
            return Finding(t("child process"), works=False, words=words_of(error))
    return Finding(t("child process"), works, t("a submission loads and answers in a process of its own"))
