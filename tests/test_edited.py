"""Mistakes as rows: a right way of the search with other lines."""

from pathlib import Path

import numpy as np
import pytest
from conftest import one_in

from gradproof.conformance.diagnosis import misconceptions
from gradproof.conformance.diagnosis.edited import edited
from gradproof.conformance.diagnosis.misconceptions import Misconception, all_misconceptions

ROWS = [each for each in all_misconceptions() if not hasattr(each.build, "__name__")]
DOUT, CACHE = np.arange(6.0).reshape(3, 2), (np.ones((3, 4)), np.ones((4, 2)), np.ones(2))


def test_a_line_stands_in_place_of_another() -> None:
    """And all others stay what they were."""
    wrong = edited("affine", {"db = dout.sum(axis = 0)": "db = dout.mean(axis=0)"}, ["affine_backward"])
    dx, dw, db = wrong["affine_backward"](DOUT, CACHE)
    right = edited("affine", {}, ["affine_backward"])["affine_backward"](DOUT, CACHE)
    np.testing.assert_array_equal(db, [2, 3])
    assert not np.array_equal(right[2], db)
    np.testing.assert_array_equal(dx, right[0])
    np.testing.assert_array_equal(dw, right[1])


def test_a_branch_keeps_its_body_and_a_second_line_is_told_from_the_first() -> None:
    """``function 2: `` is the second, ``all: `` are all."""
    both = edited("affine", {"all: N = x.shape[0]": "N = len(x)"}, ["affine_forward"])
    assert both["affine_forward"](*CACHE)[0].shape == (3, 2)
    second = {"batchnorm_forward 2: out = gamma * x_hat + beta": "out = x_hat"}
    forward = edited("normalization", second, ["batchnorm_forward"])["batchnorm_forward"]
    given = {"running_mean": np.zeros(2), "running_var": np.ones(2) - 1e-5}
    out, _ = forward(DOUT, 2 * np.ones(2), np.ones(2), {"mode": "test", **given})
    np.testing.assert_allclose(out, DOUT)
    branch = {"if bn_param['mode'] == 'train':": "if bn_param['mode'] == 'test':"}
    trained = edited("normalization", branch, ["batchnorm_forward"])["batchnorm_forward"]
    out, _ = trained(DOUT, np.ones(2), np.zeros(2), {"mode": "train", **given})
    np.testing.assert_allclose(out, DOUT)
    assert not edited("affine", {}, ["relu_backward"])


@pytest.mark.parametrize("line", ["db = dout.sum(axis=1)", "N = x.shape[0]", "affine_forward 2: N = x.shape[0]"])
def test_a_line_that_is_not_there_once_is_refused(line: str) -> None:
    """A row whose way has changed is found, and not made a right function."""
    with pytest.raises(ValueError, match="places"):
        edited("affine", {line: "pass"}, ["affine_forward"])


def test_a_change_of_what_an_alias_hides_is_refused() -> None:
    """It would leave a right function."""
    lines, alias = (
        {"batchnorm_backward_alt: N, D = dout.shape": "N, D = 1, 1"},
        {"batchnorm_backward_alt": "batchnorm_backward"},
    )
    with pytest.raises(ValueError, match="another name"):
        edited("normalization", lines, ["batchnorm_backward"], alias)


@pytest.mark.parametrize("row", one_in(9, ROWS), ids=lambda row: row.id)
def test_the_lines_of_a_row_are_there(row: Misconception) -> None:
    """And it offers what it is asked for."""
    assert row.build()


SHARING = """
[shared]
way = "./taken_apart"
[hints]
axis = "Which axis?"
[[affine]]
others = "relu"
hint = "axis"
lines."return 0, None" = "return 1, None"
[affine.one]
says = "You do; you should not."
[affine.other]
says = "You do too; you should not."
hint = "Is it?"
[[affine]]
hint = "axis"
[affine.last]
says = "You do, at last; you should not."
lines."return 0, None" = "return 2, None"
"""


def test_rows_share_what_stands_before_them_and_a_question_by_its_name(tmp_path: Path) -> None:
    """What is a row's own goes first; the next header begins anew."""
    table = tmp_path / "some.toml"
    (tmp_path / "taken_apart.py").write_text("def affine_forward(x, w, b):\n    return 0, None\n", encoding="utf-8")
    table.write_text(SHARING, encoding="utf-8")
    one, other, last = misconceptions.rows(table)
    assert (one.contracts, one.hint) == (("affine", "relu"), "Which axis?")
    assert (other.contracts, other.hint) == (("affine", "relu"), "Is it?")
    assert (last.contracts, last.hint) == (("affine",), "Which axis?")
    assert one.build()["affine_forward"](*CACHE)[0] == 1
    assert last.build()["affine_forward"](*CACHE)[0] == 2
