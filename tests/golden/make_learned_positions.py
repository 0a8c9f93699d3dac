#!/usr/bin/env python3
"""Works out learnable_fourier.json, cape.json and softmax_attention.json beside this script, in float64.

Standard library alone, formulas as the papers write them, nothing shared with the C++ code but the names of the
parameters. tests/nn/learnable_fourier_test.cpp, tests/nn/softmax_attention_test.cpp and tests/position/cape_test.cpp
read the files. To make them again (they come out the same):

    python3 tests/golden/make_learned_positions.py
"""

import json
import math
import random
from pathlib import Path

FOLDER = Path(__file__).parent
draw = random.Random(20210607)


def normal(rows, columns, deviation=1.0):
    return [[draw.gauss(0, deviation) for _ in range(columns)] for _ in range(rows)]


def vector(length):
    return [draw.gauss(0, 1) for _ in range(length)]


def times(a, b):
    return [[math.fsum(x * y for x, y in zip(row, column)) for column in zip(*b)] for row in a]


def plus(a, row):
    return [[x + y for x, y in zip(line, row)] for line in a]


def write(name, value):
    (FOLDER / name).write_text(json.dumps(value, indent=1) + "\n")


# --- learnable Fourier features: Li et al. 2021, algorithm 1 --------------------------------------------------------


def gelu(x):
    return 0.5 * x * (1 + math.erf(x / math.sqrt(2)))


def fourier_row(x, frequencies):
    """[cos(x W_r^T), sin(x W_r^T)] / sqrt|F|, frequencies[m][r] being W_r[r][m]."""
    phases = times([x], frequencies)[0]
    scale = 1 / math.sqrt(2 * len(phases))
    return [scale * math.cos(p) for p in phases] + [scale * math.sin(p) for p in phases]


def fourier_case(axes, groups, features, hidden, width, gamma, known):
    nodes = 16
    per_group = axes // groups
    x = normal(nodes, axes, 2.0)
    valid = [[1 if not known or draw.random() < 0.6 else 0 for _ in range(axes)] for _ in range(nodes)]
    x = [[value * mark for value, mark in zip(row, marks)] for row, marks in zip(x, valid)]
    p = {"frequencies": normal(per_group, features // 2, 1 / gamma)}
    if hidden:
        p["hidden.weight"] = normal(features, hidden, 0.4)
        p["hidden.bias"] = vector(hidden)
        p["out.weight"] = normal(hidden, width // groups, 0.4)
        p["out.bias"] = vector(width // groups)
    y = []
    for row, marks in zip(x, valid):
        line = []
        for g in range(groups):
            part = range(g * per_group, (g + 1) * per_group)
            value = fourier_row([row[k] for k in part], p["frequencies"])
            if hidden:
                inner = plus(times([value], p["hidden.weight"]), p["hidden.bias"])
                value = plus(times([[gelu(v) for v in inner[0]]], p["out.weight"]), p["out.bias"])[0]
            line += value if any(marks[k] for k in part) else [0.0] * len(value)
        y.append(line)
    return {
        "axes": axes, "groups": groups, "features": features, "hidden": hidden, "width": width, "gamma": gamma,
        "x": x, "valid": sum(valid, []) if known else [], "parameters": p, "y": y,
    }


write("learnable_fourier.json", [
    fourier_case(2, 1, 8, 5, 6, 1.0, False),
    fourier_case(2, 1, 8, 5, 6, 0.25, False),
    fourier_case(6, 3, 6, 4, 9, 2.0, False),
    fourier_case(4, 4, 8, 0, 0, 0.5, False),
    fourier_case(6, 3, 6, 4, 9, 2.0, True),
])


# --- CAPE: Likhomanenko et al. 2021: center, then shift, then scale -------------------------------------------------


def cape_case(center):
    graph_of_node = [0, 0, 1, 1, 1, 2, 0]
    graphs, axes = 3, 2
    valid = [[0 if (u, k) in [(1, 0), (5, 1)] else 1 for k in range(axes)] for u in range(len(graph_of_node))]
    p = [[value * mark for value, mark in zip(row, marks)]
         for row, marks in zip(normal(len(graph_of_node), axes, 5.0), valid)]
    sign = [[draw.choice([-1.0, 1.0]) for _ in range(axes)] for _ in range(graphs)]
    shift = [[draw.uniform(-4, 4) for _ in range(axes)] for _ in range(graphs)]
    local = [[draw.uniform(-0.5, 0.5) for _ in range(axes)] for _ in graph_of_node]
    scale = [math.exp(draw.uniform(-math.log(1.4), math.log(1.4))) for _ in range(graphs)]
    mean = [[0.0] * axes for _ in range(graphs)]
    for g in range(graphs):
        for k in range(axes):
            known = [p[u][k] for u in range(len(p)) if graph_of_node[u] == g and valid[u][k]]
            mean[g][k] = math.fsum(known) / len(known) if center and known else 0.0
    moved = [[valid[u][k] * (sign[g][k] * (p[u][k] - mean[g][k]) + shift[g][k] + local[u][k]) * scale[g]
              for k in range(axes)] for u, g in enumerate(graph_of_node)]
    return {
        "center": center, "values": p, "valid": sum(valid, []), "graph_of_node": graph_of_node,
        "sign": sign, "shift": shift, "local": local, "scale": scale, "moved": moved,
    }


write("cape.json", [cape_case(False), cape_case(True)])


# --- softmax attention: Vaswani et al. 2017, eq. 1, maps of their own for positions and content ---------------------


def attention_case(content_logits, positions, heads):
    graph_of_node = [0, 1, 0, 1, 1, 0, 2]
    nodes, inside, key_width, width = len(graph_of_node), 3, 4, 4
    x = normal(nodes, inside)
    position = normal(nodes, positions) if positions else []
    p = {}
    query = [[0.0] * (heads * key_width) for _ in range(nodes)]
    key = [[0.0] * (heads * key_width) for _ in range(nodes)]
    bias_of = "position_query" if positions else "content_query"
    for name, used, source, columns in [("position", positions > 0, position, positions),
                                        ("content", content_logits, x, inside)]:
        if not used:
            continue
        p[name + "_query.weight"] = normal(columns, heads * key_width)
        p[name + "_key.weight"] = normal(columns, heads * key_width)
        query = [[a + b for a, b in zip(u, v)] for u, v in zip(query, times(source, p[name + "_query.weight"]))]
        key = [[a + b for a, b in zip(u, v)] for u, v in zip(key, times(source, p[name + "_key.weight"]))]
    p[bias_of + ".bias"] = vector(heads * key_width)
    query = plus(query, p[bias_of + ".bias"])
    p["value.weight"] = normal(inside, width)
    value = times(x, p["value.weight"])
    y = [[0.0] * width for _ in range(nodes)]
    for u in range(nodes):
        seen = [v for v in range(nodes) if graph_of_node[v] == graph_of_node[u]]
        for h in range(heads):
            part = range(h * key_width, (h + 1) * key_width)
            weights = [math.exp(math.fsum(query[u][d] * key[v][d] for d in part) / math.sqrt(key_width)) for v in seen]
            total = math.fsum(weights)
            for d in range(h * width // heads, (h + 1) * width // heads):
                y[u][d] = math.fsum(w / total * value[v][d] for w, v in zip(weights, seen))
    return {
        "in": inside, "position": positions, "width": width, "heads": heads, "key_width": key_width,
        "content_logits": content_logits, "graph_of_node": graph_of_node, "x": x, "positions": position,
        "parameters": p, "y": y,
    }


write("softmax_attention.json", [attention_case(False, 5, 1), attention_case(True, 5, 2), attention_case(True, 0, 2)])
