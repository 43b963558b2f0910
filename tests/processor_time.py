"""Processor time, in seconds of a usual machine: a promise does not break because a machine is slow."""

import time

YARDSTICK = 0.05  # seconds that ``yardstick`` takes on the laptop that the promises are meant for


def processor_time(work):
    """Seconds of this process's processors that ``work()`` takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def yardstick():
    """The same work everywhere: a million additions, which take 0.05 s on a laptop of 2023."""
    total = 0
    for one in range(1_000_000):
        total += one
    return total


def slowness():
    """How many times slower than that laptop the machine is now, at least 1."""
    return max(1.0, processor_time(yardstick) / YARDSTICK)


def within(took, seconds):
    """Whether what took so long here would have kept ``seconds`` on the laptop.

    Nothing runs again: the machine is measured, and only if the time looks too long at first.
    """
    return took < seconds or took < seconds * slowness()
