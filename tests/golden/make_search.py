#!/usr/bin/env python3
"""Works out search.json beside this script: perturbation-based selection on a supernet small enough to write down.

Standard library alone, double precision, formulas of the paper; nothing is shared with the C++ code but names.
tests/models/search_golden_test.cpp reads the file. To make it again (it comes out the same):

    python3 tests/golden/make_search.py

A chain of three decisions; option o of decision d is the linear map maps[d][o]. No option may be so close to another that
float decides otherwise, and magnitude must choose differently: the script looks for such numbers.
"""

import json
import math
import random
from pathlib import Path

NODES, WIDTH, CLASSES, DECISIONS, OPTIONS = 7, 3, 3, 3, 3
ORDER = [1, 2, 0]


def times(a, b):
    return [[sum(x * y for x, y in zip(row, column)) for column in zip(*b)] for row in a]


def softmax(values):
    exps = [math.exp(v - max(values)) for v in values]
    return [e / sum(exps) for e in exps]


def scores(case, weights):
    """weights[d][o]: what option o of decision d counts."""
    h = case["features"]
    for maps, shares in zip(case["maps"], weights):
        mixed = [[0.0] * WIDTH for _ in h]
        for option, share in zip(maps, shares):
            for i, row in enumerate(times(h, option)):
                for j, value in enumerate(row):
                    mixed[i][j] += share * value
        h = mixed
    return times(h, case["head"])


def judged(case, weights):
    """Mean cross entropy and accuracy of the validation nodes."""
    rows = scores(case, weights)
    loss, right = 0.0, 0
    for node in case["validation"]:
        row, label = rows[node], case["labels"][node]
        highest = max(row)
        loss += highest + math.log(sum(math.exp(v - highest) for v in row)) - row[label]
        right += row.index(highest) == label
    return loss / len(case["validation"]), right / len(case["validation"])


def masked(case, weights, decision):
    results = []
    for option in range(OPTIONS):
        changed = [list(row) for row in weights]
        changed[decision][option] = 0.0  # the others keep what they have: nothing is scaled to sum 1 again
        results.append(judged(case, changed))
    return [loss for loss, _ in results], [score for _, score in results]


def select(case, least):
    weights = [softmax(alpha) for alpha in case["alphas"]]
    steps = []
    for decision in ORDER:
        losses, accuracies = masked(case, weights, decision)
        chosen = losses.index(min(losses) if least else max(losses))
        weights[decision] = [1.0 if option == chosen else 0.0 for option in range(OPTIONS)]
        steps.append({"decision": decision, "chosen": chosen, "loss": losses, "accuracy": accuracies})
    return steps


def gap(step):
    ranked = sorted(step["loss"])
    return min(b - a for a, b in zip(ranked, ranked[1:]))


def make(seed):
    rng = random.Random(seed)

    def matrix(rows, columns):
        return [[round(rng.gauss(0, 1), 3) for _ in range(columns)] for _ in range(rows)]

    return {
        "features": matrix(NODES, WIDTH),
        "maps": [[matrix(WIDTH, WIDTH) for _ in range(OPTIONS)] for _ in range(DECISIONS)],
        "alphas": matrix(DECISIONS, OPTIONS),
        "head": matrix(WIDTH, CLASSES),
        "labels": [i % CLASSES for i in range(NODES)],
        "train": [0, 1],
        "validation": [2, 3, 4, 5, 6],
        "order": ORDER,
    }


def main():
    for seed in range(1000):
        case = make(seed)
        most, least = select(case, False), select(case, True)
        magnitude = [alpha.index(max(alpha)) for alpha in case["alphas"]]
        by_perturbation = [0] * DECISIONS
        for step in most:
            by_perturbation[step["decision"]] = step["chosen"]
        # Masks of a supernet without decisions: another choice than that of the sequence shows that decisions count.
        weights = [softmax(alpha) for alpha in case["alphas"]]
        at_once = [masked(case, weights, d)[0] for d in range(DECISIONS)]
        alone = [losses.index(max(losses)) for losses in at_once]
        if min(gap(s) for s in most + least) < 0.02 or magnitude == by_perturbation or alone == by_perturbation:
            continue
        case["whole"] = judged(case, weights)
        case["masked"] = [dict(zip(("loss", "accuracy"), masked(case, weights, d))) for d in range(DECISIONS)]
        case["perturbation"] = most
        case["sign_flipped"] = least
        case["magnitude"] = magnitude
        case["discrete"] = judged(
            case, [[1.0 if o == c else 0.0 for o in range(OPTIONS)] for c in by_perturbation])
        (Path(__file__).parent / "search.json").write_text(json.dumps(case, indent=1) + "\n")
        print("seed", seed, "perturbation", by_perturbation, "alone", alone, "magnitude", magnitude)
        return


main()
