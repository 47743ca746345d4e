"""``gradproof fixtures``: regenerate, verify, diff."""

import sys
from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradproof.conformance.cli.output import Whole, lang_option, progress, say
from gradproof.conformance.cli.outside import contracts_option
from gradproof.conformance.errors import UsageError, install
from gradproof.conformance.reports.languages.speaking import t, tell

if TYPE_CHECKING:
    from gradproof.conformance.oracle.golden import Drift
    from gradproof.conformance.spec.cases import Case
    from gradproof.conformance.spec.contract import Answer

SEED = Whole(min=0)


@click.group()
@lang_option
def fixtures() -> None:
    """Golden fixtures: regenerate, verify, or show what moved. Needs torch."""


@fixtures.command()
@click.option("--seed", type=SEED, default=0, show_default=True, help="The seed that cases are drawn with.")
@click.option("--cases", type=Whole(min=1), help="Cases for each contract.  [default: 24]")
@click.option(
    "--only",
    metavar="GLOB",
    multiple=True,
    help="Only contracts whose name matches; the others stay as they are in DIR. May be given again.",
)
@contracts_option
@click.option(
    "--out", metavar="DIR", help="Where to write the set. Default: the folder fixtures of a checkout of gradproof."
)
@lang_option
def regenerate(seed: int, cases: int | None, only: tuple[str, ...], out: str | None) -> None:
    """Compute the set with torch and write it."""
    from gradproof.conformance.oracle import golden
    from gradproof.conformance.oracle.fixture_set import COMMITTED
    from gradproof.conformance.oracle.oracle import DEFAULT_CASES
    from gradproof.conformance.spec.contracts import all_contracts

    _require_torch()
    if out is None and not _is_checkout():
        raise UsageError(t("--out is missing: the set that was installed with gradproof is not written to; say where"))
    folder = Path(out) if out else COMMITTED
    if folder.exists() and not folder.is_dir():
        raise UsageError(t("--out {folder} is a file, expected a folder", folder=folder))
    chosen = [row for row in all_contracts() if not only or any(fnmatchcase(row.name, glob) for glob in only)]
    if not chosen:
        raise UsageError(t("--only {names} matches no contract; see 'gradproof list contracts'", names=" ".join(only)))
    with progress([contract.name for contract in chosen], t("computing")) as tick:
        try:
            made = golden.regenerate(folder, seed, cases or DEFAULT_CASES, tick, chosen if only else None)
        except OSError as error:
            raise UsageError(
                t("--out {folder} cannot be written: {reason}", folder=folder, reason=error.strerror)
            ) from None
    size = sum(file.stat().st_size for file in folder.iterdir() if file.suffix in (".gz", ".json"))
    count = sum(sum(counts.values()) for counts in made.manifest["cases"].values())
    say(
        t("{folder}: {count} cases, {size:.2f} MB, seed {seed}", folder=folder, count=count, size=size / 1e6, seed=seed)
    )


@fixtures.command()
@click.option("--out", metavar="DIR", help="The set to verify. Default: the committed one.")
@contracts_option
@lang_option
def verify(out: str | None) -> None:
    """Compute a set anew with torch; report each array that drifted. Exit code 1 if one did by more than rounding."""
    from gradproof.conformance.oracle import golden
    from gradproof.conformance.oracle.fixture_set import COMMITTED, FixtureSet

    _require_torch()
    recorded = FixtureSet.open(Path(out) if out else COMMITTED)
    drifts = list(golden.drift(recorded, _recomputed(recorded.seed, int(recorded.manifest["cases_per_contract"]))))
    _report_drift(
        drifts,
        str(recorded.folder),
        t(
            "torch {now}, as recorded with torch {then}",
            now=golden.versions()["torch"],
            then=recorded.manifest["versions"]["torch"],
        ),
    )


@fixtures.command()
@click.option("--seed", type=SEED, help="Compare with a set computed from this seed.  [default: the recorded one]")
@click.option("--out", metavar="DIR", help="Compare with the set in DIR instead of computing one.")
@contracts_option
@lang_option
def diff(seed: int | None, out: str | None) -> None:
    """Say what moved between the committed set and another, and how far, in yardsticks."""
    from gradproof.conformance.oracle import golden
    from gradproof.conformance.oracle.fixture_set import COMMITTED, FixtureSet

    recorded = FixtureSet.open(COMMITTED)
    if out:
        other = FixtureSet.open(Path(out))
        drifts, name = list(golden.drift(recorded, other.records)), out
    else:
        _require_torch()
        cases = int(recorded.manifest["cases_per_contract"])
        drifts = list(golden.drift(recorded, _recomputed(recorded.seed if seed is None else seed, cases)))
        name = t("a set computed now")
    _report_drift(drifts, str(recorded.folder), name)


def _is_checkout() -> bool:
    """Whether this gradproof is run from its repository, whose fixtures are its own to renew."""
    from gradproof.conformance.oracle.fixture_set import COMMITTED

    return (COMMITTED.parent / "pyproject.toml").is_file()


def _require_torch() -> None:
    if find_spec("torch") is None:
        raise UsageError(
            t("torch is not installed; fixtures are computed with it: {command}", command=install("reference"))
        )


def _recomputed(seed: int, cases: int) -> "Callable[[str], Iterator[tuple[Case, Answer]]]":
    from gradproof.conformance.oracle import golden

    return lambda stem: golden.computed(stem, seed, cases)


def _report_drift(drifts: "Iterable[Drift]", recorded: str, other: str) -> None:
    drifts = list(drifts)
    for drift in drifts:
        say(tell(drift.says))
    beyond = sum(drift.is_beyond_yardstick for drift in drifts)
    numbers = {"recorded": recorded, "other": other, "count": len(drifts), "beyond": beyond}
    say(t("{recorded} against {other}: {count} arrays or cases differ, {beyond} by more than rounding", **numbers))
    sys.exit(1 if beyond else 0)
