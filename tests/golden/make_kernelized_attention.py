#!/usr/bin/env python3
"""Works out kernelized_attention.json beside this script, in float64.

Standard library alone, formulas as the paper writes them (Luo et al., NeurIPS 2021), nothing shared with the C++ code.
Products with Toeplitz matrices are made twice, by the sum and by a discrete Fourier transform written out, and must
agree. tests/kernels/kernelized_golden_test.cpp reads the file. To make it again (it comes out the same):

    python3 tests/golden/make_kernelized_attention.py
"""

import cmath
import json
import math
import random
from pathlib import Path

FOLDER = Path(__file__).parent
draw = random.Random(20211206)


def normal(rows, columns, deviation=1.0):
    return [[draw.gauss(0, deviation) for _ in range(columns)] for _ in range(rows)]


def dot(a, b):
    return math.fsum(x * y for x, y in zip(a, b))


# --- Toeplitz products: D = C A with C_ij = c_{j - i}, section 3.2 ----------------------------------------------------


def dft(values, sign):
    n = len(values)
    return [sum(x * cmath.exp(sign * 2j * math.pi * f * k / n) for k, x in enumerate(values)) for f in range(n)]


def toeplitz_by_sum(c, x):
    n = len(x)
    return [math.fsum(c(j - i) * x[j] for j in range(n)) for i in range(n)]


def toeplitz_by_dft(c, x):
    """First column of the circulant: c_0, c_-1, .., c_-(n-1), zeros, c_n-1, .., c_1."""
    n = len(x)
    length = 2 * n + 1
    column = [c(-k) for k in range(n)] + [0.0] * (length - 2 * n + 1) + [c(k) for k in range(n - 1, 0, -1)]
    spectrum = [a * b for a, b in zip(dft(column, -1), dft(x + [0.0] * (length - n), -1))]
    return [value.real / length for value in dft(spectrum, +1)[:n]]


def clipped(biases, causal=False, around=0):
    radius = len(biases) // 2

    def c(offset):
        if causal and offset > 0:
            return 0.0
        if around:
            offset %= around
            if 2 * offset > around:
                offset -= around
        return math.exp(biases[max(-radius, min(radius, offset)) + radius])

    return c


def product_case(n, radius, causal, ring):
    biases = normal(1, 2 * radius + 1)[0]
    x = normal(1, n)[0]
    c = clipped(biases, causal, n if ring else 0)
    y = toeplitz_by_sum(c, x)
    other = toeplitz_by_dft(c, x)
    assert all(abs(a - b) < 1e-11 for a, b in zip(y, other)), (n, radius, causal, ring)
    # The library divides by exp(max b).
    scale = math.exp(-max(biases))
    return {"biases": biases, "x": x, "y": [value * scale for value in y], "causal": causal, "ring": ring}


# --- the whole layer: normalized rows, positive features, eq. 7 ---------------------------------------------------------


def unit(row):
    length = math.sqrt(dot(row, row))
    return [value / length for value in row]


def features(kind, x, draws):
    m = len(draws)
    half = dot(x, x) / 2
    if kind == "trigonometric":
        factor = math.exp(half) / math.sqrt(m)
        return [factor * math.sin(dot(w, x)) for w in draws] + [factor * math.cos(dot(w, x)) for w in draws]
    return [math.exp(dot(w, x) - half) / math.sqrt(m) for w in draws]


def layer_case(kind, nodes, heads, width, count, radius):
    x = {name: normal(nodes, heads * width) for name in ("query", "key", "value")}
    draws = normal(heads * count, width)
    biases = normal(heads, 2 * radius + 1)
    z = [[0.0] * (heads * width) for _ in range(nodes)]
    for h in range(heads):
        own = slice(h * width, (h + 1) * width)
        of_head = draws[h * count : (h + 1) * count]
        q = [features(kind, unit(row[own]), of_head) for row in x["query"]]
        k = [features(kind, unit(row[own]), of_head) for row in x["key"]]
        c = clipped(biases[h])
        for i in range(nodes):
            weights = [c(j - i) * dot(q[i], k[j]) for j in range(nodes)]
            total = math.fsum(weights)
            for d in range(width):
                z[i][h * width + d] = math.fsum(w * x["value"][j][h * width + d] for j, w in enumerate(weights)) / total
    return {"map": kind, "heads": heads, "draws": draws, "biases": biases, "z": z, **x}


# Draws of trigonometric features are many, so that sums of both signs stay away from 0.
result = {
    "products": [
        product_case(n, radius, causal, ring)
        for n, radius in [(1, 1), (2, 1), (5, 2), (7, 20), (12, 3), (16, 15), (16, 4)]
        for causal, ring in [(False, False), (True, False), (False, True)]
    ],
    "layers": [layer_case("positive", 6, 2, 3, 4, 2), layer_case("trigonometric", 5, 2, 2, 12, 3)],
}
(FOLDER / "kernelized_attention.json").write_text(json.dumps(result, indent=1) + "\n")
