"""Processor time, in seconds of a usual machine: a promise does not break because a machine is slow."""

import time

import numpy as np

YARDSTICK = 0.05  # seconds that ``yardstick`` takes on the laptop that the promises are meant for


def processor_time(work):
    """Seconds of this process's processors that ``work()`` takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def yardstick():
    """The same work everywhere, of the kind that slow answers do: 200 000 coins, one by one."""
    rng, bits = np.random.default_rng(1), np.zeros(200_000, dtype=int)
    return [int(bit) if rng.random() < 0.75 else 1 - int(bit) for bit in bits]


def slowness():
    """How many times slower than that laptop the machine is now, at least 1."""
    return max(1.0, processor_time(yardstick) / YARDSTICK)


def within(took, seconds):
    """Whether what took so long here would have kept ``seconds`` on the laptop.

    Nothing runs again: the machine is measured, and only if the time looks too long at first.
    """
    return took < seconds or took < seconds * slowness()
