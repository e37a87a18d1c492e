"""Attention as people write it in NumPy: a textbook, a flash attention, and three planted bugs."""

from __future__ import annotations

import numpy as np


def textbook(Q, K, V):
    """Causal softmax(Q K^T / sqrt(d)) V."""
    n, d = Q.shape
    S = Q @ K.T / np.sqrt(d)
    S = np.where(np.tri(n, dtype=bool), S, -np.inf)
    P = np.exp(S - S.max(axis=1, keepdims=True))
    return P / P.sum(axis=1, keepdims=True) @ V


def plain(Q, K, V):
    """The same without a maximum, with einsum."""
    P = np.exp(np.einsum("id,jd->ij", Q, K) * Q.shape[1] ** -0.5) * np.tri(len(Q))
    return np.einsum("ij,jt->it", P, V) / P.sum(axis=-1)[:, None]


def flash(Q, K, V, tile=16, scale=True, late=0, rescaled=True):
    """Tiles of queries and keys, a running maximum, and a rescaled sum."""
    n, d = Q.shape
    O = np.zeros_like(V)
    for a in range(0, n, tile):
        q = Q[a : a + tile]
        m = np.full_like(q[:, :1], -np.inf)
        l = np.zeros_like(m)
        o = np.zeros_like(V[a : a + tile])
        for b in range(0, a + tile, tile):
            s = q @ K[b : b + tile].T
            if scale:
                s = s / np.sqrt(d)
            i, j = np.arange(a, a + len(q))[:, None], np.arange(b, b + s.shape[1])[None]
            s = np.where(j <= i + late, s, -np.inf)
            new = np.maximum(m, s.max(axis=1, keepdims=True))
            shrink, p = np.exp(m - new), np.exp(s - new)
            l = l * shrink + p.sum(axis=1, keepdims=True)
            o = (o * shrink if rescaled else o) + p @ V[b : b + tile]
            m = new
        O[a : a + tile] = o / l
    return O


def lost_rescale(Q, K, V, tile=16):
    return flash(Q, K, V, tile, rescaled=False)


def mask_off_by_one(Q, K, V, tile=16):
    return flash(Q, K, V, tile, late=1)


def missing_scale(Q, K, V, tile=16):
    return flash(Q, K, V, tile, scale=False)


BUGS = [lost_rescale, mask_off_by_one, missing_scale]
