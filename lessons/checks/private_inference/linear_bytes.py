"""Check of Exercise 36.3: the bytes that a party sends for one linear layer."""

from collections.abc import Callable

import numpy as np

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.mpc.servers import private_network


def reference(*, n_images: int, n_in: int, n_out: int, n_parties: int) -> int:
    """Product and truncation together."""
    parts = private_network.costs(n_images, (n_in, n_out, 1), n_parties=n_parties, modulus=2**64)
    return sum(one.n_bytes for one in parts[:2])


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Compare with the formula."""
    return by_numbers(
        attempt,
        ask(rng),
        right=reference,
        mistakes=MISTAKES,
        rng=rng,
        fits=lambda case, got, right: got == right,
    )


def ask(rng: np.random.Generator) -> list[Case]:
    """No images and one, one neuron, the lesson's layer, drawn sizes, and more than 32 bits can hold."""
    fixed = [(1, 2, 3, 2), (0, 5, 4, 3), (1, 1, 1, 3), (2, 7, 5, 4), (360, 64, 32, 3)]
    drawn = [
        tuple(
            cases.one_of(rng, range(low, high))
            for low, high in ((2, 900), (2, 99), (2, 70), (2, 9))
        )
        for _ in range(6)
    ]
    large = tuple(  # an odd number of words, so that single precision cannot hold it either
        2 * cases.one_of(rng, range(low, high)) + odd
        for low, high, odd in ((35_000, 40_000, 1), (250, 300, 1), (150, 200, 0), (6, 9, 0))
    )
    names = ("n_images", "n_in", "n_out", "n_parties")
    asked: list[Case] = [dict(zip(names, case, strict=True)) for case in (*fixed, large, *drawn)]
    return asked + cases.one_at_a_time(asked[-1], n_images=901, n_in=100, n_out=71, n_parties=9)


def _made(rule: Callable[[int, int, int, int], float]) -> Callable[..., float]:
    def wrong(*, n_images: int, n_in: int, n_out: int, n_parties: int) -> float:
        return rule(n_images, n_in, n_out, n_parties)

    return wrong


def _all(b: int, i: int, o: int) -> int:
    return b * i + i * o + b * o


MISTAKES = {
    "one_receiver": Mistake(
        "A party sends each number to *every* other party, not to one only.",
        "Without the factor n − 1.",
        made_by=(_made(lambda b, i, o, n: 8 * _all(b, i, o)),),
    ),
    "to_itself": Mistake(
        "A party does not send anything to itself.",
        "A factor n instead of n − 1.",
        made_by=(_made(lambda b, i, o, n: 8 * n * _all(b, i, o)),),
    ),
    "all_parties": Mistake(
        "That is what all parties send together. The question is what one of them sends.",
        "n(n − 1) messages instead of the n − 1 of one sender.",
        made_by=(_made(lambda b, i, o, n: 8 * n * (n - 1) * _all(b, i, o)),),
    ),
    "received_too": Mistake(
        "You count what a party sends and what it receives. Only what it sends.",
        "Each message was counted at both of its ends: twice the number.",
        made_by=(_made(lambda b, i, o, n: 16 * (n - 1) * _all(b, i, o)),),
    ),
    "elements": Mistake(
        "You count numbers. Each one of Z_{2^64} takes 8 bytes.",
        "Numbers instead of bytes: the factor 8 is missing.",
        made_by=(_made(lambda b, i, o, n: (n - 1) * _all(b, i, o)),),
    ),
    "bits": Mistake(
        "You count bits: a number has 64 of them, and 8 bytes.",
        "A factor of 64 in place of 8.",
        made_by=(_made(lambda b, i, o, n: 64 * (n - 1) * _all(b, i, o)),),
    ),
    "four_bytes": Mistake(
        "Ring elements have 64 bits, so 8 bytes, not 4.",
        "Four bytes a number, as for float32.",
        made_by=(_made(lambda b, i, o, n: 4 * (n - 1) * _all(b, i, o)),),
    ),
    "no_truncation": Mistake(
        "The truncation opens something, too: one masked number for each entry of the result.",
        "Only d and e were counted.",
        made_by=(_made(lambda b, i, o, n: 8 * (n - 1) * (b * i + i * o)),),
    ),
    "weights_forgotten": Mistake(
        "The weights are secret, too: e = W − b is opened, as large as W.",
        "Only what is opened of the images was counted.",
        made_by=(
            _made(lambda b, i, o, n: 8 * (n - 1) * (b * i + b * o)),
            _made(lambda b, i, o, n: 8 * (n - 1) * b * i),
        ),
    ),
    "images_forgotten": Mistake(
        "d = x − a is opened, as large as all the images together.",
        "Only what is opened of the weights and of the result was counted, or one image only.",
        made_by=(
            _made(lambda b, i, o, n: 8 * (n - 1) * (i * o + b * o)),
            _made(lambda b, i, o, n: 8 * (n - 1) * (i + i * o + o)),
        ),
    ),
    "weights_per_image": Mistake(
        "The weights are masked and opened once for the whole batch, not once for each image.",
        "n_images · n_in · n_out instead of n_in · n_out.",
        made_by=(
            _made(lambda b, i, o, n: 8 * (n - 1) * b * (i + i * o + o)),
            _made(lambda b, i, o, n: 8 * (n - 1) * (2 * b * i * o + b * o)),
        ),
    ),
    "truncated_each": Mistake(
        "The truncation comes after the sum: one for each entry of the result, not for each product.",
        "One truncation for each product would be n_images · n_in · n_out of them.",
        made_by=(_made(lambda b, i, o, n: 8 * (n - 1) * (b * i + i * o + b * i * o)),),
    ),
    "triple_sent": Mistake(
        "You count what the dealer hands out, or the bias: neither is sent by a party.",
        "c of the triple, the three arrays of the pair, or b, which each party adds alone.",
        made_by=(
            _made(lambda b, i, o, n: 8 * (n - 1) * (_all(b, i, o) + b * o)),
            _made(lambda b, i, o, n: 8 * (n - 1) * (_all(b, i, o) + o)),
            _made(lambda b, i, o, n: 8 * (n - 1) * (_all(b, i, o) + 2 * b * o)),
        ),
    ),
}  # fmt: skip

linear_bytes = Exercise(
    number="36.3",
    name="linear_bytes",
    reference=reference,
    examine=examine,
    takeaway="Bytes grow with the entries of the matrices: of size s × s, s³ products cost 3 s² openings.",
    hints=(
        "List what is opened: two masked matrices for the product, one for the truncation. How large is "
        "each?",
        "d is as large as the images (n_images × n_in), e as the weights, c as the result.",
        "Each of these numbers has 8 bytes and goes to n_parties − 1 others.",
    ),
    mistakes=MISTAKES,
)
