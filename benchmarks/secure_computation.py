"""Arithmetic on shares modulo 2^64, as multiples of what the same work costs in the clear.

    python -m benchmarks.secure_computation --crypten PYTHON --flower PYTHON

A matrix product of ring elements, by ``einsum`` and by float64 digits, and a whole Beaver product with
its dealer are compared with NumPy's float64 product of matrices of the same size; sharing and opening
with copying the same memory; a round of secure aggregation with adding up the vectors. One thread. The
products of CrypTen and MPyC, real processes on this machine, stand beside it: CrypTen's where
``--crypten`` names the Python of an environment that has it. So does Flower's SecAgg+ beside a round of
ours, where ``--flower`` names one.
"""

import json
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import (
    in_fresh_process,
    one_thread_environment,
    options,
    peak_megabytes,
    table,
    times_in_turns,
    where,
)
from lessons.mpc import additive, beaver, limbs, ring
from lessons.mpc.aggregation import quantisation
from lessons.mpc.aggregation.aggregation_round import aggregate
from lessons.mpc.ring import Elements
from lessons.randomness import secure_bytes

SIZES = {64: 400, 256: 80, 512: 20}  # side of the matrices -> repetitions
Q, N_PARTIES, LENGTH, REPETITIONS = 2**64, 2, 2**20, 20
LIBRARIES = {"crypten": "CrypTen, two processes", "mpyc": "MPyC, three processes"}
TIMES = {"crypten": {64: 20, 256: 10, 512: 5}, "mpyc": {64: 3, 256: 1}}  # MPyC's 512 takes minutes
PLAIN, COPY, SUM = "float64 product", "copy", "sum in the clear"
N_CLIENTS, THRESHOLD, DROPPED = 30, 20, (0, 3, 9)
LENGTHS = {10**5: 5, 10**6: 3}  # numbers in a vector -> repetitions
FEW, FEW_THRESHOLD, FLOATS, CLIP, BITS = 10, 9, 10**5, 8.0, 22  # of the round beside SecAgg+'s

Task = Callable[[], object]


def matrices(size: int) -> tuple[Elements, Elements]:
    """Two square matrices, their entries anywhere in the ring."""
    rng = np.random.default_rng(size)
    x, y = (rng.integers(0, Q, (size, size), dtype=np.uint64) for _ in range(2))
    return x, y


def beaver_product(x: Elements, y: Elements) -> Elements:
    """x @ y on shares from end to end: triple, sharing, product, opening."""
    recipe = {"n_parties": N_PARTIES, "modulus": Q}
    triple = beaver.deal_triple(x.shape, y.shape, product=ring.matmul, **recipe)
    x_shares, y_shares = (additive.share(one, **recipe) for one in (x, y))
    z_shares = beaver.matmul(x_shares, y_shares, triple=triple, modulus=Q)
    return additive.reconstruct(z_shares, modulus=Q)


def products(size: int) -> dict[str, Task]:
    """The product of two matrices in the clear and by each way modulo 2^64."""
    x, y = matrices(size)
    left, right = x.astype(np.float64), y.astype(np.float64)
    return {
        PLAIN: lambda: left @ right,
        "ring, einsum": lambda: limbs.plain_matmul(x, y),
        "ring, float64 digits": lambda: limbs.limb_matmul(x, y),
        "ring.matmul": lambda: ring.matmul(x, y, modulus=Q),
        "Beaver product, dealer included": lambda: beaver_product(x, y),
    }


def library_seconds(library: str, python: str, size: int) -> float:
    """Processor seconds of one product by a library, all of its processes together."""
    script, repetitions = (
        Path(__file__).with_name("libraries") / "library_product.py",
        TIMES[library][size],
    )
    with socket.socket() as free:  # MPyC's parties listen from this port on
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    run = subprocess.run(
        [python, script, library, str(size), str(repetitions), f"--base-port={port}"],
        env={**os.environ, **one_thread_environment()},
        capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    if run.returncode:
        raise RuntimeError(f"{LIBRARIES[library]} failed:\n{run.stderr[-3000:]}")
    return float(run.stdout.split()[-1])


def sharing(length: int) -> dict[str, Task]:
    """Share and open a vector, beside copying as many bytes as the two rows hold."""
    rng = np.random.default_rng(2)
    x = rng.integers(0, Q, length, dtype=np.uint64)
    recipe = {"n_parties": N_PARTIES, "modulus": Q}
    rows: NDArray[np.uint64] = additive.share(x, **recipe)
    return {
        COPY: lambda: rows.copy(),
        "share": lambda: additive.share(x, **recipe),
        "share, repeatable bytes": lambda: additive.share(x, **recipe, random_bytes=rng.bytes),
        "the random bytes alone": lambda: secure_bytes(8 * length),
        "the random bytes alone, all from the system": lambda: secrets.token_bytes(8 * length),
        "reconstruct": lambda: additive.reconstruct(rows, modulus=Q),
    }


def compare(pythons: dict[str, str]) -> str:
    """Each way of multiplying as a multiple of the float64 product, and that in milliseconds."""
    cells: dict[str, list[str]] = {}
    for size, repetitions in SIZES.items():
        seconds = times_in_turns(products(size), repetitions=repetitions, typical=min)
        for library, python in pythons.items():
            known = size in TIMES[library]
            seconds[LIBRARIES[library]] = (
                library_seconds(library, python, size) if known else np.nan
            )
        cells.setdefault(f"{PLAIN}, ms", []).append(f"{1000 * seconds[PLAIN]:.3f}")
        for name in list(seconds)[1:]:
            ratio = seconds[name] / seconds[PLAIN]
            cells.setdefault(name, []).append("" if np.isnan(ratio) else f"{ratio:.1f}")
    header = ("multiples of the float64 product", *(f"{size} × {size}" for size in SIZES))
    return table(header, [(name, *each) for name, each in cells.items()])


def compare_sharing() -> str:
    """Sharing and opening as multiples of a copy, and that in milliseconds."""
    seconds = times_in_turns(sharing(LENGTH), repetitions=REPETITIONS, typical=min)
    rows = [(f"{COPY}, ms", f"{1000 * seconds[COPY]:.2f}")]
    rows += [(name, f"{seconds[name] / seconds[COPY]:.1f}") for name in list(seconds)[1:]]
    return table((f"multiples of the copy of {N_PARTIES} rows", f"{LENGTH} elements"), rows)


def aggregation(length: int, n_dropped: int) -> dict[str, Task]:
    """A round of secure aggregation of 30 clients, all in this process, and the bare sum of the vectors."""
    rng = np.random.default_rng(3)
    modulus = quantisation.modulus_for(bits=16, n_clients=N_CLIENTS)
    vectors = {
        client: rng.integers(0, 2**16, length, dtype=np.uint64)
        for client in range(1, N_CLIENTS + 1)
    }
    recipe = {
        "threshold": THRESHOLD,
        "modulus": modulus,
        "drops": dict.fromkeys(range(1, n_dropped + 1), 3),
    }
    return {
        SUM: lambda: sum(vectors[client] for client in range(n_dropped + 1, N_CLIENTS + 1)),
        "secure aggregation": lambda: aggregate(vectors, **recipe).total,
    }


def compare_aggregation() -> str:
    """Seconds of a round, for two lengths and three rates of drop-outs."""
    rows = []
    for length, repetitions in LENGTHS.items():
        for n_dropped in DROPPED:
            tasks = aggregation(length, n_dropped)
            seconds = times_in_turns(tasks, repetitions=repetitions, typical=min)
            each = (f"{seconds[name]:.3f}" for name in tasks)
            rows.append((f"{length} numbers, {n_dropped} of {N_CLIENTS} drop out", *each))
    return table((f"seconds, {N_CLIENTS} clients and the server", SUM, "secure aggregation"), rows)


def average_of_floats(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """The average of the rows by one round of secure aggregation: rounded, masked, added up, read again."""
    n_clients = len(vectors)
    modulus = quantisation.modulus_for(bits=BITS, n_clients=n_clients)
    clock = {"clip": CLIP, "bits": BITS, "modulus": modulus}
    rounded = {
        client: quantisation.quantise(row, n_clients=n_clients, **clock)
        for client, row in enumerate(vectors, start=1)
    }
    total = aggregate(rounded, threshold=FEW_THRESHOLD, modulus=modulus).total
    return quantisation.dequantise(total, **clock) / n_clients


def compare_with_flower(python: str) -> str:
    """Processor seconds and largest error of an average of floats, by a round of ours and by SecAgg+."""
    vectors = np.random.default_rng(3).normal(size=(FEW, FLOATS))
    average = average_of_floats(vectors)
    error = float(np.abs(average - vectors.mean(axis=0)).max())
    ours = times_in_turns({"": lambda: average_of_floats(vectors)}, repetitions=5, typical=min)[""]
    script = Path(__file__).with_name("libraries") / "flower_secagg.py"
    asked = map(str, (FEW, FLOATS, FEW_THRESHOLD, 5))
    run = subprocess.run(
        [python, script, *asked], env={**os.environ, **one_thread_environment()},
        capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    if run.returncode:
        raise RuntimeError(f"Flower failed:\n{run.stderr[-3000:]}")
    theirs = json.loads(run.stdout.strip().splitlines()[-1])
    rows = [
        ("this course", f"{ours:.2f}", f"{error:.1e}"),
        ("Flower's SecAgg+", f"{theirs['seconds']:.2f}", f"{theirs['error']:.1e}"),
    ]
    header = (f"average of {FLOATS} floats, {FEW} clients", "seconds", "largest error")
    return table(header, rows)


def memory_of(size: int) -> float:
    """Peak memory of one Beaver product beyond its two matrices, in MB; called in a fresh process."""
    beaver_product(*matrices(128))
    x, y = matrices(size)
    return peak_megabytes(lambda: beaver_product(x, y))


def memory() -> str:
    """Peak memory of a Beaver product, as a Markdown table."""
    name = "benchmarks.secure_computation"
    cells = [in_fresh_process(name, "--memory", str(size)) for size in SIZES]
    header = ("peak memory, MB", *(f"{size} × {size}" for size in SIZES))
    return table(header, [("Beaver product", *cells)])


def main() -> None:
    """Print the tables."""
    parser = options("benchmarks.secure_computation", __doc__)
    parser.add_argument("--memory", type=int, metavar="SIDE", help="print one peak memory only")
    parser.add_argument("--crypten", metavar="PYTHON", help="the Python that has CrypTen")
    parser.add_argument("--flower", metavar="PYTHON", help="the Python that has Flower")
    given = parser.parse_args()
    if given.memory is not None:
        if given.memory < 1:
            parser.error(f"--memory must be at least 1, got {given.memory}")
        print(f"{memory_of(given.memory):.1f}")
        return
    pythons = {"mpyc": sys.executable} | ({"crypten": given.crypten} if given.crypten else {})
    parts = [lambda: compare(pythons), compare_sharing, compare_aggregation]
    if given.flower:
        parts.append(lambda: compare_with_flower(given.flower))
    for part in [*parts, memory]:
        print(part(), end="\n\n", flush=True)
    print(where("numpy", "mpyc"))


if __name__ == "__main__":
    main()
