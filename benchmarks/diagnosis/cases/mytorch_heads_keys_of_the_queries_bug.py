"""Recurrent cells and attention as classes that keep what their backward needs."""

import numpy as np


class Linear:
    def __init__(self, in_features, out_features):
        self.W = np.zeros((out_features, in_features))
        self.b = np.zeros(out_features)

    def init_weights(self, W, b):
        self.W, self.b = W, b

    def forward(self, A):
        self.A = A
        return A @ self.W.T + self.b

    def backward(self, dLdZ):
        samples = dLdZ.reshape(-1, dLdZ.shape[-1])
        self.dLdW = samples.T @ self.A.reshape(-1, self.A.shape[-1])
        self.dLdb = samples.sum(axis=0)
        return dLdZ @ self.W


class Softmax:
    def __init__(self, dim=-1):
        self.dim = dim

    def forward(self, Z):
        e = np.exp(Z - Z.max(axis=self.dim, keepdims=True))
        self.A = e / e.sum(axis=self.dim, keepdims=True)
        return self.A

    def backward(self, dLdA):
        return self.A * (dLdA - (dLdA * self.A).sum(axis=self.dim, keepdims=True))


class Sigmoid:
    def forward(self, Z):
        self.A = (1 + np.tanh(Z / 2)) / 2
        return self.A

    def backward(self, dLdA):
        return dLdA * self.A * (1 - self.A)


class Tanh:
    def forward(self, Z):
        self.A = np.tanh(Z)
        return self.A

    def backward(self, dLdA):
        return dLdA * (1 - self.A**2)


class RNNCell:
    def __init__(self, input_size, hidden_size):
        self.W_ih, self.W_hh = np.zeros((hidden_size, input_size)), np.zeros((hidden_size, hidden_size))
        self.b_ih, self.b_hh = np.zeros(hidden_size), np.zeros(hidden_size)
        self.zero_grad()

    def init_weights(self, W_ih, W_hh, b_ih, b_hh):
        self.W_ih, self.W_hh, self.b_ih, self.b_hh = W_ih, W_hh, b_ih, b_hh

    def zero_grad(self):
        self.dW_ih, self.dW_hh = np.zeros_like(self.W_ih), np.zeros_like(self.W_hh)
        self.db_ih, self.db_hh = np.zeros_like(self.b_ih), np.zeros_like(self.b_hh)

    def forward(self, x, h_prev_t):
        return np.tanh(x @ self.W_ih.T + self.b_ih + h_prev_t @ self.W_hh.T + self.b_hh)

    def backward(self, delta, h_t, h_prev_l, h_prev_t):
        samples = len(delta)
        dz = delta * (1 - h_t**2)
        self.dW_ih += dz.T @ h_prev_l / samples
        self.dW_hh += dz.T @ h_prev_t / samples
        self.db_ih += dz.sum(axis=0) / samples
        self.db_hh += dz.sum(axis=0) / samples
        return dz @ self.W_ih, dz @ self.W_hh


class GRUCell:
    def __init__(self, input_size, hidden_size):
        self.d, self.h = input_size, hidden_size
        self.r_act, self.z_act, self.h_act = Sigmoid(), Sigmoid(), Tanh()

    def init_weights(self, Wrx, Wzx, Wnx, Wrh, Wzh, Wnh, brx, bzx, bnx, brh, bzh, bnh):
        self.Wrx, self.Wzx, self.Wnx, self.Wrh, self.Wzh, self.Wnh = Wrx, Wzx, Wnx, Wrh, Wzh, Wnh
        self.brx, self.bzx, self.bnx, self.brh, self.bzh, self.bnh = brx, bzx, bnx, brh, bzh, bnh

    def forward(self, x, h_prev_t):
        self.x, self.hidden = x, h_prev_t
        self.r = self.r_act.forward(self.Wrx @ x + self.brx + self.Wrh @ h_prev_t + self.brh)
        self.z = self.z_act.forward(self.Wzx @ x + self.bzx + self.Wzh @ h_prev_t + self.bzh)
        self.inner = self.Wnh @ h_prev_t + self.bnh
        self.n = self.h_act.forward(self.Wnx @ x + self.bnx + self.r * self.inner)
        return (1 - self.z) * self.n + self.z * h_prev_t

    def backward(self, delta):
        dz = self.z_act.backward(delta * (self.hidden - self.n))
        dn = self.h_act.backward(delta * (1 - self.z))
        dr = self.r_act.backward(dn * self.inner)
        self.dWrx, self.dWzx, self.dWnx = np.outer(dr, self.x), np.outer(dz, self.x), np.outer(dn, self.x)
        self.dWrh, self.dWzh = np.outer(dr, self.hidden), np.outer(dz, self.hidden)
        self.dWnh = np.outer(dn * self.r, self.hidden)
        self.dbrx, self.dbzx, self.dbnx, self.dbrh, self.dbzh, self.dbnh = dr, dz, dn, dr, dz, dn * self.r
        dx = dr @ self.Wrx + dz @ self.Wzx + dn @ self.Wnx
        dh = dr @ self.Wrh + dz @ self.Wzh + (dn * self.r) @ self.Wnh + delta * self.z
        return dx, dh


class ScaledDotProductAttention:
    def __init__(self):
        self.softmax = Softmax(dim=-1)

    def forward(self, Q, K, V, mask=None):
        self.Q, self.K, self.V = Q, K, V
        scores = Q @ np.swapaxes(K, -1, -2) / Q.shape[-1] ** 0.5
        if mask is not None:
            scores = np.where(mask, -1e10, scores)
        self.weights = self.softmax.forward(scores)
        return self.weights @ V

    def backward(self, d_output):
        d_V = np.swapaxes(self.weights, -1, -2) @ d_output
        d_scores = self.softmax.backward(d_output @ np.swapaxes(self.V, -1, -2)) / self.Q.shape[-1] ** 0.5
        return d_scores @ self.K, np.swapaxes(d_scores, -1, -2) @ self.Q, d_V


class MultiHeadAttention:
    def __init__(self, embed_dim, num_heads):
        self.embed_dim, self.num_heads = embed_dim, num_heads
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = (Linear(embed_dim, embed_dim) for _ in range(4))
        self.attention = ScaledDotProductAttention()

    def init_weights(self, Wq, bq, Wk, bk, Wv, bv, Wo, bo):
        self.q_proj.init_weights(Wq, bq)
        self.k_proj.init_weights(Wk, bk)
        self.v_proj.init_weights(Wv, bv)
        self.out_proj.init_weights(Wo, bo)

    def forward(self, query, key, value, key_padding_mask=None, attn_mask=None):
        q, k, v = (
            self._split(projection.forward(each))
            for projection, each in ((self.q_proj, query), (self.k_proj, query), (self.v_proj, value))  # WRONG; right: for projection, each in ((self.q_proj, query), (self.k_proj, key), (self.v_proj, value))
        )
        out = self.attention.forward(q, k, v, self._merged(key_padding_mask, attn_mask))
        return self.out_proj.forward(self._joined(out))

    def backward(self, d_output):
        d_heads = self.attention.backward(self._split(self.out_proj.backward(d_output)))
        projections = (self.q_proj, self.k_proj, self.v_proj)
        return tuple(each.backward(self._joined(d)) for each, d in zip(projections, d_heads, strict=True))

    def _merged(self, key_padding_mask, attn_mask):
        if key_padding_mask is None:
            return attn_mask
        padding = key_padding_mask[:, None, None, :]
        return padding if attn_mask is None else padding | attn_mask

    def _split(self, x):
        return x.reshape(*x.shape[:2], self.num_heads, -1).transpose(0, 2, 1, 3)

    def _joined(self, x):
        x = x.transpose(0, 2, 1, 3)
        return x.reshape(*x.shape[:2], -1)
