"""Runs of the program cairn, and the arrays of its model files."""
import csv
import json
import pathlib
import struct
import subprocess
import tempfile

import numpy as np

TYPES = {"F32": np.float32, "F64": np.float64, "I32": np.int32, "I64": np.int64, "U8": np.uint8}


def words_of(options):
    """{"hidden": 16} as --hidden 16; True stands for a flag."""
    return [word for name, value in options.items()
            for word in ([f"--{name}"] if value is True else [f"--{name}", str(value)])]


def call(program, verb, *words):
    subprocess.run([str(program), verb, *(str(word) for word in words), "--quiet"], check=True,
                   stdout=subprocess.DEVNULL)


def name(program):
    """The program with its version."""
    done = subprocess.run([str(program), "--version"], check=True, stdout=subprocess.PIPE, text=True)
    return "cairn " + done.stdout.split()[-1]


def train(program, dataset, options):
    """The report of a training run, with the loss of every epoch as `losses`."""
    with tempfile.TemporaryDirectory() as scratch:
        out, log = pathlib.Path(scratch) / "run.json", pathlib.Path(scratch) / "log.csv"
        call(program, "train", dataset, *words_of(options), "--json", out, "--log", log)
        run = json.loads(out.read_text())
        with open(log, newline="") as file:
            run["losses"] = [float(row["train_loss"]) for row in csv.DictReader(file)]
    return run


def scores(program, dataset, model, threads):
    """What a saved model says of every node, [N, C]."""
    with tempfile.TemporaryDirectory() as scratch:
        out = pathlib.Path(scratch) / "scores.npy"
        call(program, "embed", dataset, "--from", model, "--out", out, "--threads", threads)
        return np.load(out)


def arrays(path):
    """All arrays of a safetensors file by name."""
    data = pathlib.Path(path).read_bytes()
    (size,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8:8 + size])
    found = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = (8 + size + place for place in entry["data_offsets"])
        found[name] = np.frombuffer(data[begin:end], TYPES[entry["dtype"]]).reshape(entry["shape"])
    return found


def anchors(found):
    """The anchor groups that a model file names, as lists of nodes whose ids are 0 .. N - 1."""
    text, ends = found["anchors.ids.text"].tobytes().decode(), found["anchors.ids.ends"].tolist()
    ids = [int(text[begin:end]) for begin, end in zip([0, *ends], ends)]
    groups = found["anchors.ends"].tolist()
    return [ids[begin:end] for begin, end in zip([0, *groups], groups)]
