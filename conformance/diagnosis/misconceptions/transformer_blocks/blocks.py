"""Both blocks of right layers, so that a mistake in how they are put together is a line changed."""

from typing import Any

from gradproof.conformance.harness.donor import donor
from gradproof.conformance.spec.cases import Array

right = donor()
PARAMETERS = 12


def pre_norm_block_forward(x: Array, *given: Any) -> Any:
    """What each part is given is normalized first."""
    p, heads, *mask = given[:PARAMETERS], *given[PARAMETERS:]
    first, second = p[8:10], p[10:12]
    normal, norm_cache = right["layernorm_forward"](x, *first, {})
    attended, attention_cache = right["self_attention_forward"](normal, *p[:4], heads, *mask)
    y = x + attended
    normal_y, norm_y_cache = right["layernorm_forward"](y, *second, {})
    fed, fed_cache = right["feed_forward_forward"](normal_y, *p[4:8])
    out = y + fed
    return out, (norm_cache, attention_cache, norm_y_cache, fed_cache)


def pre_norm_block_backward(dout: Array, cache: Any) -> Any:
    """The gradients of x and of all parameters."""
    norm_cache, attention_cache, norm_y_cache, fed_cache = cache
    dnormal_y, *of_feed_forward = right["feed_forward_backward"](dout, fed_cache)
    dy_inside, *of_second = right["layernorm_backward"](dnormal_y, norm_y_cache)
    dy = dout + dy_inside
    dnormal, *of_attention = right["self_attention_backward"](dy, attention_cache)
    dx_inside, *of_first = right["layernorm_backward"](dnormal, norm_cache)
    dx = dy + dx_inside
    return (dx, *of_attention, *of_feed_forward, *of_first, *of_second)


def post_norm_block_forward(x: Array, *given: Any) -> Any:
    """The sum of a part and of what it was given is normalized."""
    p, heads, *mask = given[:PARAMETERS], *given[PARAMETERS:]
    first, second = p[8:10], p[10:12]
    attended, attention_cache = right["self_attention_forward"](x, *p[:4], heads, *mask)
    y, norm_cache = right["layernorm_forward"](x + attended, *first, {})
    fed, fed_cache = right["feed_forward_forward"](y, *p[4:8])
    out, norm_y_cache = right["layernorm_forward"](y + fed, *second, {})
    return out, (attention_cache, norm_cache, fed_cache, norm_y_cache)


def post_norm_block_backward(dout: Array, cache: Any) -> Any:
    """The gradients of x and of all parameters."""
    attention_cache, norm_cache, fed_cache, norm_y_cache = cache
    dsum_y, *of_second = right["layernorm_backward"](dout, norm_y_cache)
    dy_inside, *of_feed_forward = right["feed_forward_backward"](dsum_y, fed_cache)
    dy = dsum_y + dy_inside
    dsum, *of_first = right["layernorm_backward"](dy, norm_cache)
    dx_inside, *of_attention = right["self_attention_backward"](dsum, attention_cache)
    dx = dsum + dx_inside
    return (dx, *of_attention, *of_feed_forward, *of_first, *of_second)
