"""Other forms of a step: a power turned over, another rounding, a slope of something else, what is not lined up."""

import numpy as np
from conftest import Judge, hinted

from gradproof import impl


def test_a_word_that_comes_again_in_a_text_and_counts_once_is_named(judge_impl: Judge) -> None:
    """Text by text, so that what comes again in another text is added."""

    def forward(x, W, padding_idx):
        return W[x], (x, W, padding_idx)

    results = judge_impl(
        "padded_embedding",
        padded_embedding_forward=forward,
        padded_embedding_backward=lambda dout, cache: _text_by_text(dout, *cache),
    )
    assert "what an index names twice is added once" in hinted(results)


def _text_by_text(dout, x, W, padding_idx):
    dw = np.zeros_like(W)
    for words, each in zip(x, dout, strict=True):
        dw[words] += each
    dw[padding_idx] = 0
    return dw


def test_a_power_whose_base_is_its_exponent_is_named(judge_impl: Judge) -> None:
    """The number of the step to the power of gamma."""

    def exponential_schedule(learning_rate, step, gamma):
        return learning_rate * step**gamma

    hint = hinted(judge_impl("exponential_schedule", exponential_schedule=exponential_schedule))
    assert "`step ** gamma` in place of `gamma ** step`" in hint


def test_what_no_step_moves_is_no_count_that_comes_late(judge_impl: Judge) -> None:
    """A correction of 0 at the first step leaves no number; only from there on two mistakes are the same."""

    def adam(w, dw, config):
        _, after = impl.adam(w, dw, dict(config))
        corrected_m, corrected_v = (
            after[m] / (1 - after["t"] ** after[b]) for m, b in (("m", "beta1"), ("v", "beta2"))
        )
        return w - after["learning_rate"] * corrected_m / (np.sqrt(corrected_v) + after["epsilon"]), after

    assert hinted(judge_impl("adam", adam=adam)) == ""


def test_a_number_that_is_rounded_to_the_nearest_is_named(judge_impl: Judge) -> None:
    """The rate falls half a step before its time."""

    def step_schedule(learning_rate, step, step_size, gamma):
        return learning_rate * gamma ** round(step / step_size)

    assert "`round(step / step_size)`" in hinted(judge_impl("step_schedule", step_schedule=step_schedule))


def test_a_rectifier_that_goes_back_as_tanh_is_named(judge_impl: Judge) -> None:
    """The slope 1 - h ** 2 where h is not squashed."""

    class TwoLayerNet(impl.TwoLayerNet):
        def loss(self, X, y=None):
            if y is None:
                return super().loss(X)
            loss, grads = super().loss(X, y)
            w1, b1, w2 = (self.params[name] for name in ("W1", "b1", "W2"))
            x = X.reshape(len(X), -1).astype(w1.dtype)
            hidden = np.maximum(x @ w1 + b1, 0)
            dscores = impl.softmax_loss(super().loss(X), y)[1]
            dhidden = (dscores @ w2.T) * (1 - hidden**2)
            return loss, {**grads, "W1": x.T @ dhidden + self.reg * w1, "b1": dhidden.sum(axis=0)}

    assert "with another activation: `1 - " in hinted(judge_impl("two_layer_net", TwoLayerNet=TwoLayerNet))


def test_labels_in_the_place_of_their_one_hot_rows_are_named(judge_impl: Judge) -> None:
    """The number of the class is taken off in every column."""
    results = judge_impl(
        "softmax_cross_entropy_backward", softmax_cross_entropy_backward=lambda a, y: a - y[:, None].astype(a.dtype)
    )
    assert "`y[:, None]` in place of `one_hot`" in hinted(results)


def test_what_is_not_made_a_column_is_named(judge_impl: Judge) -> None:
    """The right scores stand against the classes: it raises but where there are as many of these as samples."""

    def svm_loss(x, y):
        rows = np.arange(len(x))
        margins = np.maximum(0, x - x[rows, y] + 1)
        margins[rows, y] = 0
        dx = (margins > 0).astype(x.dtype)
        dx[rows, y] = -dx.sum(axis=1)
        return margins.sum() / len(x), dx / len(x)

    assert "`right` in place of `right[:, np.newaxis]`" in hinted(judge_impl("svm_loss", svm_loss=svm_loss))


def test_a_mask_that_is_transposed_is_named(judge_impl: Judge) -> None:
    """Whom a place may look at is read as who may look at it, by what is hidden far below."""

    def forward(q, k, v, mask=None):
        scores = q @ k.swapaxes(-1, -2) / q.shape[-1] ** 0.5
        if mask is not None:
            scores = np.where(mask.swapaxes(-1, -2), scores, -1e9)
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights = (weights / weights.sum(axis=-1, keepdims=True)).astype(q.dtype)
        return weights @ v, (q, k, v, weights)

    assert "np.swapaxes(mask, -1, -2)" in hinted(judge_impl("attention", attention_forward=forward))


def test_half_of_a_number_is_named(judge_impl: Judge) -> None:
    """The bound is that of a variance of 1 / fan_in."""

    def he_uniform(fan_in, fan_out):
        return np.random.uniform(-1, 1, (fan_in, fan_out)) * np.sqrt(3 / fan_in)

    assert "with 3 in place of `6`" in hinted(judge_impl("he_uniform", he_uniform=he_uniform))


def test_heads_of_which_the_last_is_heard_are_named(judge_impl: Judge) -> None:
    """Each head passes its own rows of Wo, and what comes of it is not added up."""

    def forward(*inputs):
        q, last_weights, bo, heads = inputs[0], inputs[6], inputs[10], inputs[11]
        merged = impl.multi_head_attention_forward(
            *inputs[:6], np.eye(q.shape[2], dtype=q.dtype), *inputs[7:10], 0 * bo, *inputs[11:]
        )[0]
        last = (heads - 1) * (q.shape[2] // heads)
        return merged[:, :, last:] @ last_weights[last:] + bo, None

    assert "each pass overwrites the last" in hinted(
        judge_impl("multi_head_attention", multi_head_attention_forward=forward)
    )


def test_keys_that_are_not_projected_are_named(judge_impl: Judge) -> None:
    """The places are compared with x itself."""

    def forward(x, W, b, Wo, bo, heads, mask=None):
        width = x.shape[2]
        own = W.copy()
        own[:, width : 2 * width] = np.eye(width)
        shift = b.copy()
        shift[width : 2 * width] = 0
        return impl.self_attention_forward(x, own, shift, Wo, bo, heads, mask)

    assert "`x` in place of `keys`" in hinted(judge_impl("self_attention", self_attention_forward=forward))


def test_groups_that_are_cut_otherwise_on_the_way_back_are_named(judge_impl: Judge) -> None:
    """G for the number of channels in a group, of which the forward knows better."""

    def backward(dout, cache):
        x_hat, std, gamma, groups = cache
        n, c, h, w = dout.shape
        d = (dout * gamma).reshape(n, c // groups, groups, h, w)
        hat, stds = (each.reshape(d.shape) for each in (x_hat, std))
        mean, along = (each.mean(axis=(2, 3, 4), keepdims=True) for each in (d, d * hat))
        dgamma, dbeta = ((each).sum(axis=(0, 2, 3), keepdims=True) for each in (dout * x_hat, dout))
        return ((d - mean - hat * along) / stds).reshape(dout.shape), dgamma, dbeta

    def forward(x, gamma, beta, G, gn_param):
        out, _ = impl.spatial_groupnorm_forward(x, gamma, beta, G, gn_param)
        rows = x.reshape(len(x), G, -1)
        std = np.sqrt(rows.var(axis=2, keepdims=True) + gn_param.get("eps", 1e-5)) + 0 * rows
        hat = (rows - rows.mean(axis=2, keepdims=True)) / std
        return out, (hat.reshape(x.shape), std.reshape(x.shape), gamma, G)

    results = judge_impl("spatial_groupnorm", spatial_groupnorm_forward=forward, spatial_groupnorm_backward=backward)
    assert "`G` and `C // G` exchanged" in hinted(results)


def test_the_largest_of_all_tiles_at_a_place_is_named(judge_impl: Judge) -> None:
    """The axes of the numbers of the tiles are reduced, for those of the places in one."""

    def forward(x, pool_param):
        out, cache = impl.max_pool_forward_fast(x, pool_param)
        height, width, stride = (pool_param[name] for name in ("pool_height", "pool_width", "stride"))
        if height == width == stride and x.shape[2] % height == 0 == x.shape[3] % width:
            tiles = x.reshape(*x.shape[:2], x.shape[2] // height, height, x.shape[3] // width, width)
            out = tiles.max(axis=(2, 4))
        return out, cache

    assert "along axis (2, 4) in place of axis (3, 5)" in hinted(
        judge_impl("max_pool_fast", max_pool_forward_fast=forward)
    )
