"""The tables of an assignment file that stand by themselves."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from gradproof.conformance.spec.limits import DEFAULT as DEFAULT_LIMITS

STRICT = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class LimitsTable(BaseModel):
    """The table ``[limits]``, see :class:`gradproof.conformance.spec.limits.Limits`."""

    model_config = STRICT

    case_seconds: float = Field(default=DEFAULT_LIMITS.case_seconds, gt=0)
    submission_seconds: float = Field(default=DEFAULT_LIMITS.submission_seconds, gt=0)
    memory_mb: int = Field(default=DEFAULT_LIMITS.memory_mb, gt=0)
    disk_mb: int = Field(default=DEFAULT_LIMITS.disk_mb, gt=0)
    processes: int = Field(default=DEFAULT_LIMITS.processes, gt=0)
    open_files: int = Field(default=DEFAULT_LIMITS.open_files, gt=0)


class SeedsTable(BaseModel):
    """The table ``[seeds]``: whether the class shares its cases, or each submission has secret ones of its own too."""

    model_config = STRICT

    policy: Literal["shared", "per-submission"] = "shared"


class ScopeTable(BaseModel):
    """What a contract's table says beside points, see :class:`gradproof.conformance.spec.asked.scope.Scope`."""

    model_config = STRICT

    shapes: tuple[Literal["0d", "1d", "2d", "3d", "4d", "5d"], ...] = Field(default=(), strict=False)
    square: bool = False
