#!/usr/bin/env python3
"""Works out encodings.json, which tests/position/encodings_golden_test.cpp reads, from the formulas of the papers.

Python's standard library alone, double precision; nothing is shared with the C++ code but names. To make it again (it
comes out the same): python3 tests/golden/make_encodings.py

Places are multiples of 1/256, which float holds too, a quarter of a step off the shifts: no value stands on a jump.
"""

import json
import math
import random
from pathlib import Path

POINTS, SHIFTS = 16, 64
rng = random.Random(20240311)
X = [((7 * i) % SHIFTS + 0.25) / SHIFTS for i in range(POINTS)]
Y = [((11 * i + 5) % SHIFTS + 0.25) / SHIFTS for i in range(POINTS)]


# --- one axis -------------------------------------------------------------------------------------------------------


def cell(x):
    return math.floor(x * SHIFTS + 0.5) % SHIFTS


def shifted(psi, x):
    return [psi(x - j / SHIFTS) for j in range(SHIFTS)]


def wrapped(u):
    return u - round(u)


def sign_wave(u, period):
    return 1.0 if math.sin(2 * math.pi * u / period) > 0 else -1.0


def gaussian(u, s):
    return math.exp(-u * u / (2 * s * s))


NOISE = [rng.gauss(0, 1) for _ in range(SHIFTS)]
FREQUENCIES = [rng.gauss(0, 3) for _ in range(SHIFTS)]


def waves(x, frequencies):
    return [math.sin(2 * math.pi * b * x) for b in frequencies] + [math.cos(2 * math.pi * b * x) for b in frequencies]


def linear_frequencies(low, high, count):
    return [low + (high - low) * j / (count - 1) for j in range(count)]


def log_frequencies(low, high, count):
    return [math.exp(math.log(low) + (math.log(high) - math.log(low)) * j / (count - 1)) for j in range(count)]


# name: (width, count, circular, row of x)
AXIS = {
    "raw": (1.0, 0, False, lambda x: [x]),
    "impulse": (1.0, SHIFTS, False, lambda x: [1.0 if j == cell(x) else 0.0 for j in range(SHIFTS)]),
    "square": (0.5, SHIFTS, False, lambda x: shifted(lambda u: sign_wave(u, 0.5), x)),
    "sine": (0.25, SHIFTS, False, lambda x: shifted(lambda u: math.sin(2 * math.pi * u / 0.25), x)),
    "gaussian": (0.03, SHIFTS, False, lambda x: shifted(lambda u: gaussian(u, 0.03), x)),
    "gaussian circular": (0.03, SHIFTS, True, lambda x: shifted(lambda u: gaussian(wrapped(u), 0.03), x)),
    "triangle": (0.08, SHIFTS, False, lambda x: shifted(lambda u: max(0.0, 1 - abs(u) / 0.08), x)),
    "noise": (1.0, SHIFTS, False, lambda x: [NOISE[(cell(x) - j) % SHIFTS] for j in range(SHIFTS)]),
    "rff": (0.1, SHIFTS, False, lambda x: waves(x, FREQUENCIES)),
    "linear": (1 / 16, 9, False, lambda x: waves(x, linear_frequencies(1, 16, 9))),
    "log": (1 / 16, 9, False, lambda x: waves(x, log_frequencies(1, 16, 9))),
}


def norm(row):
    return math.sqrt(math.fsum(v * v for v in row))


def scaled(rows):
    """Divided by the largest norm of a row."""
    largest = max(norm(row) for row in rows)
    return [[v / largest for v in row] for row in rows]


# --- stable rank, by one-sided Jacobi rotations ----------------------------------------------------------------------


def singular_values(rows):
    a = [list(row) for row in rows]  # rows are rotated against each other until all are orthogonal
    for _ in range(60):
        worst = 0.0
        for p in range(len(a)):
            for q in range(p + 1, len(a)):
                alpha = math.fsum(v * v for v in a[p])
                beta = math.fsum(v * v for v in a[q])
                gamma = math.fsum(u * v for u, v in zip(a[p], a[q]))
                if alpha * beta == 0 or abs(gamma) <= 1e-15 * math.sqrt(alpha * beta):
                    continue
                worst = max(worst, abs(gamma) / math.sqrt(alpha * beta))
                zeta = (beta - alpha) / (2 * gamma)
                t = math.copysign(1.0, zeta) / (abs(zeta) + math.sqrt(1 + zeta * zeta))
                c = 1 / math.sqrt(1 + t * t)
                s = c * t
                a[p], a[q] = ([c * u - s * v for u, v in zip(a[p], a[q])], [s * u + c * v for u, v in zip(a[p], a[q])])
        if worst <= 1e-14:
            break
    return sorted((norm(row) for row in a), reverse=True)


def stable_rank(rows):
    s = singular_values(rows)
    return math.fsum(v * v for v in s) / (s[0] * s[0])


# --- kernels, numerically -------------------------------------------------------------------------------------------


def autocorrelation(psi, u, reach):
    """Of psi by the trapezium rule, which is exact for periods and all but exact for smooth bumps; 1 at u = 0."""
    steps = 20000
    nodes = [-reach + 2 * reach * i / steps for i in range(steps)]
    return math.fsum(psi(v) * psi(v - u) for v in nodes) / math.fsum(psi(v) ** 2 for v in nodes)


DIFFERENCES = [0.0, 0.01, 0.035, 0.06, 0.1, 0.13, 0.2]
KERNELS = {
    "gaussian": (0.05, lambda v: gaussian(v, 0.05), 1.0),
    "triangle": (0.08, lambda v: max(0.0, 1 - abs(v) / 0.08), 0.4),
    "sine": (0.25, lambda v: math.sin(2 * math.pi * v / 0.25), 0.5),
    "square": (0.25, lambda v: 1.0 if (v / 0.25) % 1 < 0.5 else -1.0, 0.5),
}


# --- virtual grid ---------------------------------------------------------------------------------------------------


def virtual_weights(x, places, k):
    low = max(i for i in range(len(places) - 1) if places[i] <= x)
    g0, g1 = places[low], places[low + 1]
    det = k(g0, g0) * k(g1, g1) - k(g0, g1) ** 2
    a = (k(x, g0) * k(g1, g1) - k(x, g1) * k(g0, g1)) / det
    b = (k(x, g1) * k(g0, g0) - k(x, g0) * k(g0, g1)) / det
    row = [0.0] * len(places)
    row[low], row[low + 1] = a / (a + b), b / (a + b)
    return row


def virtual_grid(width_x, count_x, width_y, count_y):
    """Grids of so many places on [0, 1): place j is j / count."""
    rows = []
    for x, y in zip(X, Y):
        wx = virtual_weights(x * 0.7, [j / count_x for j in range(count_x)], lambda p, q: math.exp(-((p - q) ** 2) / (4 * width_x**2)))
        wy = virtual_weights(y * 0.7, [j / count_y for j in range(count_y)], lambda p, q: math.exp(-((p - q) ** 2) / (4 * width_y**2)))
        rows.append([u * v for u in wx for v in wy])
    return rows


def main():
    result = {"x": X, "y": Y, "noise": NOISE, "frequencies": FREQUENCIES, "axis": {}, "kernels": {}}
    for name, (width, count, circular, row) in AXIS.items():
        rows = scaled([row(x) for x in X])
        result["axis"][name] = {
            "name": name.split()[0], "width": width, "count": count, "circular": circular,
            "rows": rows, "stable_rank": stable_rank(rows),
        }
    # two axes, side by side; node 3 does not know the second
    row = AXIS["gaussian"][3]
    result["two_axes"] = scaled([row(x) + (row(y) if i != 3 else [0.0] * SHIFTS) for i, (x, y) in enumerate(zip(X, Y))])
    for name, (width, psi, reach) in KERNELS.items():
        result["kernels"][name] = {"width": width, "values": [[u, autocorrelation(psi, u, reach)] for u in DIFFERENCES]}
    result["virtual_grid"] = {"width": [0.2, 0.3], "count": [5, 4], "share": 0.7, "weights": virtual_grid(0.2, 5, 0.3, 4)}
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in result.items())
    (Path(__file__).parent / "encodings.json").write_text("{" + lines + "}\n")


main()
