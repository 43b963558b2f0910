"""What the checks of lesson 38 share: seeds, a ``stretch`` for them, vectors, and lists of integers."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import shake_128
from typing import Any

import numpy as np

from lessons.checks.additive_sharing.rings import ROWS, element
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.mistakes import Found
from lessons.checks.engine.told import Case

Vector = list[int]
Stretch = Callable[[bytes, int], Vector]


@dataclass(frozen=True)
class Stretcher:
    """``stretch(seed, length)``: numbers of a clock with ``modulus`` hours, the same for the same seed.

    With another ``cipher`` they are others.
    """

    modulus: int
    cipher: bytes = b""

    def __call__(self, seed: bytes, length: int) -> Vector:
        """Hash the seed, 16 bytes for each number."""
        if not isinstance(seed, bytes | bytearray):
            raise TypeError(f"stretch takes a seed (bytes) and a length, got {type(seed).__name__}")
        digest = shake_128(self.cipher + bytes(seed)).digest(16 * length)
        return [
            int.from_bytes(digest[16 * k : 16 * k + 16], "little") % self.modulus
            for k in range(length)
        ]


def seed(rng: np.random.Generator) -> bytes:
    """A short seed, so that a case can be shown."""
    return rng.bytes(4)


def vector(rng: np.random.Generator, length: int, modulus: int) -> Vector:
    """Elements of the ring, a 0 and the largest among them if there is room."""
    values = [element(rng, modulus) for _ in range(length)]
    if length > 3:
        values[rng.integers(length - 1)] = modulus - 1
        values[-1] = 0
    return values


def numbers(rng: np.random.Generator, count: int) -> list[int]:
    """Client numbers in no order: 3, 17, 8; far larger ones if they are many."""
    found: list[int] = rng.choice(
        np.arange(1, 60 if count < 20 else 5000), count, replace=False
    ).tolist()
    return found


def ask_vector(length: Callable[[Case], int]) -> Callable[[Attempt, Case], Vector]:
    """Ask for a list of integers, as many as the case's vectors have, on the clock."""

    def ask(attempt: Attempt, case: Case) -> Vector:
        try:
            got: Vector = attempt.value(ROWS, **case)
        except Ended as end:
            if "integer, got float" in end.found.details:
                raise Ended(Found("floats")) from None
            raise
        if len(got) != length(case):
            words = f"Wanted {length(case)} numbers, got {len(got)}."
            raise Ended(Found("wrong_shape", words))
        return got

    return ask


def outside(case: Case, got: Vector, right: Any) -> str:
    """What is wrong with a vector, without giving the right one."""
    modulus = case["modulus"]
    if any(not 0 <= one < modulus for one in got):
        return ", and that is not on the clock."
    wrong = sum(a != b for a, b in zip(got, right, strict=True))
    if len(got) == 1:
        return ", which is not right."
    return f". Wrong are {wrong} of these {len(got)} numbers."
