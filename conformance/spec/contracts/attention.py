"""attention, and in several heads."""

from collections.abc import Mapping

import numpy as np

from gradproof.conformance.spec.cases import Array
from gradproof.conformance.spec.conventions import Dialect
from gradproof.conformance.spec.open_row.declared import Inputs
from gradproof.conformance.spec.open_row.ranges import mask, normal
from gradproof.conformance.spec.open_row.reference import Later
from gradproof.conformance.spec.open_row.row import contract, scenario

FAR_BELOW = -1e9  # what an additive mask has where a query may not look
FAR_OUT = 1e4
APART = 2.0**20  # scores that lie so far apart are in their order once 1e11 is taken from them, in float32 too
NO_MASK_HINT = "these cases have no mask: mask is None, as by default"
CAUSAL_HINT = "the mask has two axes, (T, S), the same for all samples: a query may look at no key that comes later"
FAR_HINT = "scores of 10,000, up and down: the largest of each row must be taken out before exp"
ONE_HINT = "one sample and one query: neither axis may get lost"
BLIND_HINT = "some queries may look at no key at all"
THREE_HINT = "three heads, each two wide: which columns belong to the second?"
PROJECTIONS = "qkvo"
QKV: Inputs = {"q": "N T D", "k": "N S>=2 D", "v": "N S>=2 M"}


def in_dialect(seen: Array, dialect: Dialect) -> Array:
    """A mask that is true where a query may look, as a dialect has it."""
    if dialect.attention_mask == "additive":
        return np.asarray(np.where(seen, 0.0, -np.inf if dialect.masked_rows == "nan" else FAR_BELOW))
    return np.asarray(seen if dialect.attention_mask == "keep" else ~seen)


def with_a_key_for_each(arrays: Mapping[str, Array], dialect: Dialect) -> dict[str, Array]:
    """Every query may look at one key, the first at two: else there is nothing to differentiate."""
    seen = arrays["mask"].copy()
    queries = np.arange(seen.shape[-2])
    seen[..., queries, queries % seen.shape[-1]] = True
    seen[..., 0, :2] = True
    return {"mask": in_dialect(seen, dialect)}


def causal(arrays: Mapping[str, Array], dialect: Dialect) -> dict[str, Array]:
    """Query t may look at the keys up to t."""
    return {"mask": in_dialect(np.tril(np.ones(arrays["mask"].shape, dtype=bool)), dialect)}


def far_out(arrays: Mapping[str, Array], distance: float) -> dict[str, Array]:
    """The scores of each sample's last query are far up in the first sample and far down in the second."""
    q, k = arrays["q"].copy(), arrays["k"].copy()
    k[..., 0] = 1 + k[..., 0].argsort(axis=1)  # no two near each other: the best key has all the weight
    q[:, -1] = 0
    q[:, -1, 0] = distance * (-1.0) ** np.arange(len(q))
    return {"q": q, "k": k}


def blind(arrays: Mapping[str, Array], dialect: Dialect) -> dict[str, Array]:
    """The last query of the last sample may look at no key, where the dialect says what it gives then."""
    ordinary = with_a_key_for_each(arrays, dialect)
    if dialect.masked_rows == "either":
        return ordinary
    seen, dout = ordinary["mask"], arrays["dout"].copy()
    seen[-1, -1] = in_dialect(np.zeros(seen.shape[-1], dtype=bool), dialect)
    dout[-1, -1] = 0
    apart = far_out(arrays, APART) if dialect.masked_rows == "unmasked" else {}
    return {"mask": seen, "dout": dout, **apart}


CONTRACTS = (
    contract(
        name="attention",
        inputs={**QKV, "mask": mask("N T S>=2")},
        returns={"out": "N T M"},
        alternatives=[
            Later("attention", "attention_by_products"),
            Later("attention", "attention_by_log_sum_exp"),
            Later("attention", "attention_kept_by_log_sum_exp"),
        ],
        dialects=["attention_mask", "attention_scale", "masked_rows"],
        arrange=with_a_key_for_each,
        longest=5,
        scenarios=[
            scenario(
                "unmasked",
                mask=None,
                sizes={"T": 4, "S": 4},  # as in self-attention: where they differ, what is turned round cannot be used
                arrange=lambda _arrays, _dialect: {},
                hint=NO_MASK_HINT,
            ),
            scenario(
                "causal",
                mask=mask("T>=2 S>=2"),
                arrange=causal,
                hint=CAUSAL_HINT,
            ),
            scenario(
                "far_out",
                mask=None,
                q="N T>=2 D",
                sizes={"N": 2},
                arrange=lambda arrays, _dialect: far_out(arrays, FAR_OUT),
                check="stability",
                smooth=False,
                hint=FAR_HINT,
            ),
            scenario("one", sizes={"N": 1, "T": 1}, hint=ONE_HINT),
            scenario("blind", sizes={"N": 2, "T": 2}, arrange=blind, smooth=False, hint=BLIND_HINT),
        ],
    )(Later("attention", "attention_forward")),
    contract(
        name="multi_head_attention",
        inputs={
            **{"q": "N T 2K", "k": "N S>=2 2K", "v": "N S>=2 2K"},
            **{f"W{name}": normal("2K 2K", scale=0.5) for name in PROJECTIONS},
            **{f"b{name}": "2K" for name in PROJECTIONS},
            "mask": mask("N T S>=2"),
        },
        options={"heads": (1, 2)},
        takes=f"q k v {' '.join(f'W{n}' for n in PROJECTIONS)} {' '.join(f'b{n}' for n in PROJECTIONS)} heads mask",
        wrt=["q", "k", "v", *(f"W{name}" for name in PROJECTIONS), *(f"b{name}" for name in PROJECTIONS)],
        returns={"out": "N T 2K"},
        vanishes=["dbk"],
        dialects=["attention_mask", "heads_scale", "projection_weights"],
        arrange=with_a_key_for_each,
        longest=3,
        scenarios=[
            scenario("unmasked", mask=None, arrange=lambda _arrays, _dialect: {}, hint=NO_MASK_HINT),
            scenario("causal", mask=mask("T>=2 S>=2"), arrange=causal, hint=CAUSAL_HINT),
            scenario("three_heads", sizes={"K": 3, "T": 2}, options={"heads": (3,)}, hint=THREE_HINT),
        ],
        builds_on=["attention"],
    )(Later("attention", "multi_head_attention_forward")),
)
