"""The scenarios of networks: minimal ones, and those of real use, with every pair of their options."""

from typing import Any

from gradproof.conformance.spec.contract import Draw, Scenario
from gradproof.conformance.spec.contracts.networks.draws import draw_net
from gradproof.conformance.spec.contracts.networks.in_use import deep, in_use, many_samples, of_pixels, wide
from gradproof.conformance.spec.contracts.networks.initial import starting
from gradproof.conformance.spec.in_use.draws import pairwise
from gradproof.conformance.spec.in_use.not_a_number import lost

REGS = (0.11, 0.5, 3.14)
KEEP = (0.5, 0.75)
HUGE = 2000.0
IN_USE = (10, 13, 16, 19)  # where their cases are
LOST = 22  # where scores are NaN
PENALISED = (
    "the penalty is 0.5 * reg * sum of W^2 over every weight matrix, once each (without the 0.5 under l2=full); "
    "biases, gamma and beta are not penalised"
)
FLATTENED = "each sample is flattened to a row of features first"


def with_reg(depths: tuple[int, ...], is_flat: bool = False) -> tuple[Scenario, ...]:
    """Cases without and with a penalty, and with scores that overflow an exponential."""
    images = () if is_flat else (Scenario("images", draw_net(depths, is_image=True), hint=FLATTENED),)
    return (
        Scenario("ordinary", draw_net(depths, is_flat=is_flat), share=2),
        Scenario("penalised", draw_net(depths, regs=REGS, is_flat=is_flat), share=2, hint=PENALISED),
        huge_scores(depths, is_flat=is_flat),
        starting(depths),
        *images,
        used((1,) if is_flat else (2, 4), is_flat),
        *(() if is_flat else (deep(),)),
        of_pixels(depths, is_flat=is_flat),
        many_samples(),
        wide(),
        *((lost(draw_net(depths, is_flat=True), "b", LOST),) if is_flat else ()),  # else there is no case left for it
    )


def huge_scores(depths: tuple[int, ...], **options: Any) -> Scenario:
    """Cases whose scores are some thousand apart."""
    return overflowing(draw_net(depths, last_scale=HUGE, **options))


def overflowing(draw: Draw) -> Scenario:
    """Cases whose scores are some thousand apart, however drawn."""
    return Scenario(
        "huge_scores",
        draw,
        check="stability",
        hint="scores lie thousands apart: subtract each row's maximum before exp, and take no log of a probability",
        hints_at_overflow=True,
    )


def used(depths: tuple[int, ...], is_flat: bool = False, row_biases: bool = False, **options: Any) -> Scenario:
    """Cases of a second training step, with every pair of depth, penalty and shape of the data."""
    factors: dict[str, tuple[Any, ...]] = {"hidden": tuple((depth,) for depth in depths)}
    factors |= {} if row_biases else {"regs": ((0.0,), (0.5,))}
    factors |= {} if is_flat else {"is_image": (False, True)}
    draws = (draw_net(**row, is_flat=is_flat, row_biases=row_biases, **options) for row in pairwise(**factors))
    return in_use(*draws, places=IN_USE, is_of_one_size="keeps" in options)


def normalized_scenarios(normalization: str) -> tuple[Scenario, ...]:
    """Cases of a network with a normalization after every hidden affine layer."""
    least = least_samples(normalization)
    return (
        Scenario("ordinary", draw_net((2,), least, normalization), share=2),
        Scenario("penalised", draw_net((2,), least, normalization, REGS), hint=PENALISED),
        used((1, 3), least_samples=least, normalization=normalization),
        deep(normalization),
        of_pixels((2,), least_samples=least, normalization=normalization),
        many_samples(normalization),
        wide(normalization),
    )


def dropped(normalization: str | None = None) -> tuple[Scenario, ...]:
    """Cases of a network with dropout, whose masks are given."""
    least = least_samples(normalization) if normalization else 1
    options: dict[str, Any] = {"least_samples": least, "normalization": normalization, "keeps": KEEP}
    return (
        Scenario("given_masks", draw_net((1, 2), **options), share=4),
        used((1, 3), **options),
        deep(normalization, KEEP),
        many_samples(normalization, KEEP),
        wide(normalization, KEEP),
    )


def least_samples(normalization: str) -> int:
    """The statistics of fewer samples hardly depend on them."""
    return 4 if normalization == "batchnorm" else 1
