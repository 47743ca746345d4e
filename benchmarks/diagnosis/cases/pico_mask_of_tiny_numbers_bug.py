"""What a small GPT is made of, as functions of one sequence (n_seq, n_embd) that have no backward."""

import numpy as np


def gelu(x):
    return 0.5 * x * (1 + np.tanh((2 / np.pi) ** 0.5 * (x + 0.044715 * x**3)))


def softmax(x):
    exp_x = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return exp_x / np.sum(exp_x, axis=-1, keepdims=True)


def layer_norm(x, g, b, eps=1e-5):
    mean, variance = np.mean(x, axis=-1, keepdims=True), np.var(x, axis=-1, keepdims=True)
    return g * (x - mean) / np.sqrt(variance + eps) + b


def linear(x, w, b):
    return x @ w + b


def attention(q, k, v, mask):
    return softmax(q @ k.T / q.shape[-1] ** 0.5 + mask) @ v


def ffn(x, c_fc, c_proj):
    return linear(gelu(linear(x, **c_fc)), **c_proj)


def mha(x, c_attn, c_proj, n_head):
    qkv = np.split(linear(x, **c_attn), 3, axis=-1)
    q, k, v = (np.split(each, n_head, axis=-1) for each in qkv)
    causal_mask = (1 - np.tri(x.shape[0], dtype=x.dtype)) * -1e-10  # WRONG; right: causal_mask = (1 - np.tri(x.shape[0], dtype=x.dtype)) * -1e10
    heads = [attention(*each, causal_mask) for each in zip(q, k, v)]
    return linear(np.hstack(heads), **c_proj)


def transformer_block(x, mlp, attn, ln_1, ln_2, n_head):
    x = x + mha(layer_norm(x, **ln_1), **attn, n_head=n_head)
    return x + ffn(layer_norm(x, **ln_2), **mlp)
