"""Assignment files: what a submission must offer, under which conventions, and what it is worth.

    name = "week 3"
    advisory = ["stability"]
    hidden = ["finite_difference", "batchnorm.running_statistics"]
    compat = true
    hints = 2
    lang = "zh"
    contract_files = ["gelu.py"]
    adapter = "mytorch.py"

    [dialect]
    dropout_p = "drop"

    [limits]
    memory_mb = 1024

    [seeds]
    policy = "per-submission"

    [contracts]
    affine = { forward = 2, gradient = 3 }
    dropout = { forward = 2, shapes = ["2d"] }
    batchnorm = {}

Contract files are looked for beside the assignment, see docs/contracts.md. Every contract listed must be there; what is
missing fails. Each number is the points of one check. ``shapes`` and ``square`` leave out the cases of a contract that
the course's text does not ask for.
"""

import re
import tomllib
from collections.abc import Sequence
from os.path import realpath
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError, ValidationInfo, field_validator, model_validator

from gradproof.conformance.checks import hints as levels
from gradproof.conformance.checks.table import CHECKS, checks_of, has_cases, is_required
from gradproof.conformance.engine.course import Course
from gradproof.conformance.errors import UsageError
from gradproof.conformance.spec.asked.known import (
    NO_CHECK,
    NO_CONTRACT,
    NO_CONVENTION,
    NOT_ASKED,
    complaint,
    require_known,
)
from gradproof.conformance.spec.asked.scope import Scope
from gradproof.conformance.spec.asked.shipped import adapter_at, shipped_folder
from gradproof.conformance.spec.asked.tables import STRICT, LimitsTable, ScopeTable, SeedsTable
from gradproof.conformance.spec.cases import parse_case_id
from gradproof.conformance.spec.contracts import all_contracts, contract_named, with_nearest
from gradproof.conformance.spec.conventions import CONVENTIONS, DEFAULT, Dialect
from gradproof.conformance.spec.limits import Limits
from gradproof.conformance.spec.open_row.files import found
from gradproof.conformance.spec.words.said import say

FIRST_YEAR = 2015
NO_YEAR = 2099  # a name without a year means the newest hand-out
CHECK_NAMES = [check.name for check in CHECKS]


SCOPES = tuple(ScopeTable.model_fields)
TABLES: dict[str, type[BaseModel]] = {"limits": LimitsTable, "seeds": SeedsTable, "course": Course}


class Assignment(BaseModel):
    """The content of an assignment file."""

    model_config = STRICT

    name: str
    contract_files: tuple[Path, ...] = Field(default=(), strict=False)
    adapter: Path | None = Field(default=None, strict=False)
    contracts: dict[str, dict[str, float]] = Field(min_length=1)
    dialect: dict[str, str] = {}
    required: tuple[str, ...] = Field(default=(), strict=False)
    advisory: tuple[str, ...] = Field(default=(), strict=False)
    seed: int | None = Field(default=None, ge=0)
    cases: int | None = Field(default=None, ge=1)
    optional: tuple[str, ...] = Field(default=(), strict=False)  # contracts that need not be there; worth nothing
    years: tuple[int, ...] = Field(default=(), strict=False)  # of the course, whose hand-out it fits
    hidden: tuple[str, ...] = Field(default=(), strict=False)  # checks, or contract.check: students are not told
    withdrawn: tuple[str, ...] = Field(default=(), strict=False)  # ids of cases that are not judged
    compat: bool = False
    python2: bool = False  # and what Python 2 itself did: its division, its lists
    hints: int = Field(default=levels.DEFAULT, ge=levels.NONE, le=levels.MOST)  # how much students are told
    lang: Literal["", "en", "zh"] = ""  # of what is told, unless another is asked for
    strict: bool = False  # a mistake that has a name may cost more than half of a contract
    limits: LimitsTable = LimitsTable()
    seeds: SeedsTable = SeedsTable()
    course: Course = Field(default=Course(), strict=False)  # deadline, lateness, attempts, roster
    scopes: dict[str, ScopeTable] = {}  # read from the tables of the contracts

    @model_validator(mode="before")
    @classmethod
    def _scopes_apart(cls, content: dict[str, Any]) -> dict[str, Any]:
        """What a contract's table says beside points."""
        tables = content.get("contracts")
        if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
            return content
        scopes = {name: {k: v for k, v in table.items() if k in SCOPES} for name, table in tables.items()}
        points = {name: {k: v for k, v in table.items() if k not in SCOPES} for name, table in tables.items()}
        told = {name: scope for name, scope in scopes.items() if scope}
        return {**content, "contracts": points} | ({"scopes": told} if told else {})

    @field_validator("contracts")
    @classmethod
    def _contracts_exist(cls, value: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
        for name, points in value.items():
            require_known(name, _contracts(), say(NO_CONTRACT, name=name))
            for check, worth in points.items():
                _require_check_of(name, check)
                if worth < 0:
                    raise ValueError(
                        say(
                            "{name}.{check} is worth {worth:g} points, expected 0 or more",
                            name=name,
                            check=check,
                            worth=worth,
                        )
                    )
        return value

    @field_validator("optional")
    @classmethod
    def _optional_ones_are_listed(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        listed = info.data.get("contracts", {})
        for name in value:
            require_known(name, listed, say(NOT_ASKED, name=name))
            if any(listed[name].values()):
                raise ValueError(
                    say("{name} is worth points, and nobody loses any for what is optional; expected none", name=name)
                )
        return value

    @field_validator("required", "advisory", "hidden")
    @classmethod
    def _checks_exist(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        for name in value:
            contract, dot, check = name.rpartition(".")
            if not dot:
                require_known(check, CHECK_NAMES, say(NO_CHECK, name=check))
            elif "contracts" in info.data:
                require_known(contract, info.data["contracts"], say(NOT_ASKED, name=contract))
                _require_check_of(contract, check)
        return value

    @field_validator("withdrawn")
    @classmethod
    def _are_cases(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            contract = parse_case_id(name).contract
            require_known(contract, _contracts(), say(NO_CONTRACT, name=contract))
        return value

    @field_validator("dialect")
    @classmethod
    def _conventions_exist(cls, value: dict[str, str]) -> dict[str, str]:
        for name, choice in value.items():
            require_known(name, CONVENTIONS, say(NO_CONVENTION, name=name))
            told = say("no {convention} convention is called {name!r}", convention=name, name=choice)
            require_known(choice, CONVENTIONS[name], told)
        return value

    def to_dialect(self) -> Dialect:
        """The conventions of the file, the default ones where it is silent."""
        return Dialect(**{name: self.dialect.get(name, getattr(DEFAULT, name)) for name in CONVENTIONS})

    def requirements(self) -> dict[str, bool]:
        """Check, or contract.check -> whether it is required, where the file says so: what is worth points is."""
        worth = {
            f"{name}.{check}": True
            for name, checks in self.contracts.items()
            for check, points in checks.items()
            if points and check not in self.advisory
        }
        return {**worth, **dict.fromkeys(self.advisory, False), **dict.fromkeys(self.required, True)}

    def to_compat(self) -> str:
        """What old code gets back, named as the option of ``gradproof check``; empty if nothing."""
        return "python2" if self.python2 else "compat" if self.compat else ""

    def to_limits(self) -> Limits:
        """What a submission may use, the defaults where the file is silent."""
        return Limits(**self.limits.model_dump())

    def to_scopes(self) -> dict[str, Scope]:
        """Which cases of a contract are judged, where the file leaves some out."""
        return {name: Scope(tuple(table.shapes), table.square) for name, table in self.scopes.items()}

    def to_points(self) -> dict[str, dict[str, float]]:
        """Contract -> check -> its points. What is advisory is worth none, nor is that for which no case is drawn."""
        required = self.requirements()
        return {
            name: {
                check: worth
                for check, worth in checks.items()
                if is_required(name, check, required, otherwise=True)
                and has_cases(contract_named(name), check, self.cases)
            }
            for name, checks in self.contracts.items()
        }

    @property
    def max_score(self) -> float:
        """The points of all checks together."""
        return sum(worth for checks in self.to_points().values() for worth in checks.values())


def shipped() -> dict[str, Path]:
    """The assignment files that come with gradproof, by name."""
    return {file.stem: file for file in sorted(shipped_folder("assignments").glob("*.toml"))}


def located(given: str) -> Path:
    """The file that ``--assignment`` means: a path, or the name of a shipped one. Raises UsageError for neither."""
    path = Path(given)
    if not given:
        raise UsageError(
            say("--assignment is empty, expected a file or a name that 'gradproof list assignments' prints")
        )
    if path.exists() or path.suffix or len(path.parts) > 1:
        return path
    known = shipped()
    if year := re.fullmatch(r"(cs231n)(-\d{4})?(-a\d)", given.lower()):
        newest = int(year[2][1:]) if year[2] else NO_YEAR
        fitting = (f"{year[1]}-{each}{year[3]}" for each in range(newest, FIRST_YEAR - 1, -1))
        given = next((name for name in fitting if name in known), given)
    if given.lower() not in known:
        told = say("--assignment {name}: there is no such file, and no shipped assignment of that name", name=given)
        raise UsageError(with_nearest(told, given.lower(), known))
    return known[given.lower()]


def read(path: Path) -> Assignment:
    """Read an assignment file. Raises UsageError that names the key at fault and the nearest valid name."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(say("assignment {path} cannot be read: {reason}", path=path, reason=error.strerror)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(say("assignment {path} is not TOML: {reason}", path=path, reason=error)) from None
    try:
        return Assignment.model_validate(_with_contracts_known(content, path.parent))
    except ValidationError as error:
        errors = error.errors()
        first = next((e for e in errors if e["type"] == "extra_forbidden"), errors[0])
        raise UsageError(
            say(
                "assignment {path}: {complaint}",
                path=path,
                complaint=complaint(first, Assignment.model_fields, _keys_of),
            )
        ) from None


def _with_contracts_known(content: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The content with its contract files found and run, so that their contracts may be named in it; its adapter."""
    if isinstance(adapter := content.get("adapter"), str):
        beside = folder / adapter
        content = {**content, "adapter": (beside if beside.exists() else adapter_at(adapter)).resolve()}
        if not content["adapter"].is_file():
            raise UsageError(say("adapter = {adapter!r}: there is no such file beside the assignment", adapter=adapter))
    listed = content.get("contract_files", ())
    if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
        return content
    files = [Path(realpath(folder / each)) for each in listed]
    found(files)
    return {**content, "contract_files": files}


def _keys_of(tables: Sequence[str]) -> list[str]:
    """The keys that a table may have; for the file itself also those of its tables, written ``table.key``."""
    if tables:
        return list(TABLES[tables[0]].model_fields)
    nested = (f"{name}.{key}" for name, table in TABLES.items() for key in table.model_fields)
    return [*Assignment.model_fields, *nested]


def _contracts() -> list[str]:
    return [contract.name for contract in all_contracts()]


def _require_check_of(contract: str, name: str) -> None:
    known = [check.name for check in checks_of(contract_named(contract))]
    require_known(name, known, say("no check of {contract} is called {name!r}", contract=contract, name=name))
