"""The two files that a comparison leaves: everything as .json, tables for people as .md."""
import json
import math
import pathlib

from common import machine


def table(headings, rows):
    """Lines of a table in Markdown."""
    lines = ["| " + " | ".join(headings) + " |", "|" + "---|" * len(headings)]
    return lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]


def spread_cell(seconds):
    """Milliseconds: median and extremes of a `spread`, with three digits and more."""
    digits = max(0, 2 - math.floor(math.log10(max(1e3 * seconds["median"], 1e-3))))
    return "{:.{d}f} ({:.{d}f} to {:.{d}f})".format(*(1e3 * seconds[key] for key in ("median", "min", "max")), d=digits)


def ratio(theirs, ours):
    """A ratio of medians as text: how many times less ours is."""
    return f"{theirs / ours:.1f}" if theirs / ours < 100 else f"{theirs / ours:.0f}"


def megabytes(count):
    return f"{count / 1e6:.0f}"


def machine_line(threads):
    return f"{machine.processor()}, {threads} threads, {machine.total_memory() / 2**30:.0f} GiB."


def write(stem, title, threads, lines, document):
    """Writes STEM.json and STEM.md (title, machine, then `lines`) and prints the latter."""
    stem = pathlib.Path(stem)
    stem.parent.mkdir(parents=True, exist_ok=True)
    about = {"title": title, "processor": machine.processor(), "threads": threads,
             "memory_bytes": machine.total_memory()}
    pathlib.Path(f"{stem}.json").write_text(json.dumps({**about, **document}, indent=2) + "\n")
    text = "\n".join([f"# {title}", "", machine_line(threads), *lines, ""])
    pathlib.Path(f"{stem}.md").write_text(text)
    print(text)
