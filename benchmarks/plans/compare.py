#!/usr/bin/env python3
"""Compares the memory that `cairn train --plan` foretells with what a run then holds.

    benchmarks/plans/compare.py CAIRN DATA [--large] [--models A,B] [--datasets A,B]

Prints a table (Markdown): planned and measured peak of the process in MB, and their difference. DATA: the folder of cora,
citeseer and email_eu_core. Generated graphs: a grid of 160,000 nodes, a block model of 100,000 nodes with features and,
with --large, an R-MAT graph of 131,072. Memory does not grow after the second epoch, so each run has four. Ends with 1
where a plan is off by more than a tenth.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

MODELS = ["mlp", "gcn", "gat", "sage", "gin", "cheb", "gir", "gcn+gir", "pgnn", "kernel-attention",
          "gcn+kernel-attention"]
GENERATED = {"grid": "grid:400x400", "sbm": "sbm:nodes=100000", "rmat": "rmat:17"}


def report_of(cairn, words, path):
    run = subprocess.run([cairn, "train", *words, "--quiet", "--json", str(path)], capture_output=True, text=True)
    if run.returncode != 0:
        raise RuntimeError(f"{' '.join(words)}: {run.stderr.strip()}")
    return json.loads(path.read_text())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cairn")
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--models", default=",".join(MODELS))
    parser.add_argument("--datasets", default="cora,citeseer,email_eu_core,grid,sbm")
    options = parser.parse_args()
    names = options.datasets.split(",") + (["rmat"] if options.large else [])
    worst = 0.0
    print("| dataset | model | planned MB | measured MB | difference |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "report.json"
        for name in names:
            generated = name in GENERATED
            dataset = GENERATED[name] if generated else str(options.data / name)
            for model in options.models.split(","):
                words = [dataset, "--model", model, "--epochs", "4"]
                if generated and name != "sbm":  # no labels
                    words += ["--task", "link", "--features", "degree"]
                if generated and ("gir" in model or "pgnn" in model):
                    words += ["--anchors", "16"]
                try:
                    planned = report_of(options.cairn, words + ["--plan"], path)["plan"]["peak_memory_bytes"] / 1e6
                    measured = report_of(options.cairn, words, path)["peak_memory_bytes"] / 1e6
                except RuntimeError as error:
                    print(f"| {name} | {model} | {error} | | |", flush=True)
                    worst = 1
                    continue
                off = planned / measured - 1
                worst = max(worst, abs(off))
                print(f"| {name} | {model} | {planned:.1f} | {measured:.1f} | {100 * off:+.1f} % |", flush=True)
    return 1 if worst > 0.1 else 0


if __name__ == "__main__":
    sys.exit(main())
