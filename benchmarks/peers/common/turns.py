"""Programs that are timed in turns: each is one process that prepares itself, then does a run whenever it is told to.

A worker reads lines and answers each by one line, an object of JSON:
    run CASE            does the work of that case once           {"seconds": ...}
    result CASE FILE    writes what the last run of it gave       {}
    end                                                           {"peak_memory_bytes": ...}, and ends
Before the first line it prepares itself and says {"name": ...}, with the version of what it times. worker.h is the same
for C++; `serve` is a worker's side in Python.
"""
import json
import os
import statistics
import subprocess
import sys
import time

from common import machine


def serve(name, run, result):
    """Answers until told to end. run(case) gives the seconds it took; result(case, path) writes a file."""
    def answer(value):
        print(json.dumps(value), flush=True)

    answer({"name": name})
    for line in sys.stdin:
        word, *rest = line.split()
        if word == "end":
            break
        if word == "run":
            answer({"seconds": run(*rest)})
        else:
            result(*rest)
            answer({})
    answer({"peak_memory_bytes": machine.peak_memory()})


def timed(work):
    """Seconds that work() took, and what it returned."""
    start = time.perf_counter()
    value = work()
    return time.perf_counter() - start, value


def threads_of(count):
    """Environment in which libraries use so many threads."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    return {**os.environ, **{name: str(count) for name in names}}


class Worker:
    """The side that gives the turns."""

    def __init__(self, words, threads):
        self.process = subprocess.Popen([str(word) for word in words], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, env=threads_of(threads))
        self.about = self.answer()
        self.name = self.about["name"]

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.process.args[0]}: ended with {self.process.wait()} before its answer")
        return json.loads(line)

    def tell(self, *words):
        self.process.stdin.write(" ".join(str(word) for word in words) + "\n")
        self.process.stdin.flush()
        return self.answer()

    def run(self, case):
        return self.tell("run", case)["seconds"]

    def end(self):
        """Most bytes that it held."""
        peak = self.tell("end")["peak_memory_bytes"]
        self.process.wait()
        return peak


# Threads of a library wait in a loop for some milliseconds after their work, in case more follows.
PAUSE_SECONDS = 0.05


def in_turns(workers, case, rounds):
    """Seconds of `rounds` runs of each worker, one after the other in each round, behind one to warm up."""
    for worker in workers:
        worker.run(case)
    seconds = [[] for _ in workers]
    for _ in range(rounds):
        for worker, own in zip(workers, seconds):
            time.sleep(PAUSE_SECONDS)
            own.append(worker.run(case))
    return seconds


def spread(values):
    """Median and extremes."""
    return {"median": statistics.median(values), "min": min(values), "max": max(values), "values": list(values)}
