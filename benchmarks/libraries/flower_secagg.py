"""One round of Flower's SecAgg+, run by ``benchmarks.secure_computation`` in Flower's environment.

    python flower_secagg.py CLIENTS LENGTH THRESHOLD REPETITIONS

All clients and the server in one process: its mod and its workflow, messages by a loop (lesson 53). Every
client has 1000 examples, its largest weight. Prints one line of JSON: the least processor seconds of a
round, and the largest error of the average of standard normal numbers, all of which keep to its clipping
range.
"""

import importlib.util
import json
import sys
import time
from pathlib import Path

import numpy as np

CLIENTS, LENGTH, THRESHOLD, REPETITIONS = map(int, sys.argv[1:5])


def main():
    """Run the rounds."""
    path = Path(__file__).parents[2] / "bridges" / "flower.py"
    found = importlib.util.spec_from_file_location("bridge_flower", path)
    bridge = importlib.util.module_from_spec(found)
    found.loader.exec_module(bridge)
    vectors = np.random.default_rng(3).normal(size=(CLIENTS, LENGTH))
    seconds = []
    for _ in range(REPETITIONS):
        start = time.process_time()
        seen = bridge.secagg_round(np.zeros(LENGTH), vectors, [1000] * CLIENTS, threshold=THRESHOLD)
        seconds.append(time.process_time() - start)
    error = float(np.abs(seen["average"] - vectors.mean(axis=0)).max())
    if not error < 1e-4:
        raise RuntimeError(f"SecAgg+ must give the average, got one that is off by {error}")
    print(json.dumps({"seconds": min(seconds), "error": error}))


if __name__ == "__main__":
    main()
