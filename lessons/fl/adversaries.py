"""What bad clients send: lies about labels, about updates, and updates made to fit a rule (lesson 24).

Two places to lie. In the *data*, before an honest training: ``flip_labels``, ``stamp``, ``poison``.
Or in the *update*, after it: an attack maps all updates and the bad clients' numbers to what
arrives, and it may look at the honest rows (clients that collude, or guess well).

``updates``  (n_clients, n_parameters), honest ones; not changed
``bad``      the numbers of the bad clients, at least one
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from lessons.fl.aggregation import example_shares
from lessons.fl.client import Data
from lessons.validation import Vector, finite, finite_array, integer, positive, vector

Rule = Callable[..., Vector]
Attack = Callable[[Vector, Sequence[int]], Vector]
Labels = NDArray[np.int64]

SIDE = 8  # the digits are 8 by 8 pixels
TRIGGER = (0, 1, 2, 8, 9)  # the pixels that a trigger lights: the corner at the top left
TARGET = 0  # what the backdoor makes of every image with the trigger


def under_attack(rule: Rule, attack: Attack, *, bad: Sequence[int]) -> Rule:
    """The ``average=`` of a round in which the clients ``bad`` attack and the server uses ``rule``."""

    def average(updates: Vector, *, n_examples: NDArray[np.int64]) -> Vector:
        return rule(attack(updates, bad), n_examples=n_examples)

    return average


def replacement(
    target: Vector, others: Vector, *, n_examples: Sequence[int] | NDArray[np.int64]
) -> Vector:
    """What the last client must send so that the average by shares lands on ``target``.

        u_bad = (target − Σ_{k ≠ bad} p_k u_k) / p_bad,    p_k = n_k / n    (24.i)

    Model replacement (Bagdasaryan et al. 2020): with n equal clients, about n times
    the wish.

    ``target``      (n_parameters,), the average that the attacker wants
    ``others``      (n_clients − 1, n_parameters), what the others send, or a guess of it
    ``n_examples``  (n_clients,), as claimed; the attacker's own claim is the last
    """
    wish, rows, shares = (
        vector("target", target),
        finite_array("others", others),
        example_shares(n_examples),
    )
    if rows.shape != (len(shares) - 1, len(wish)):
        raise ValueError(
            f"others must have shape {(len(shares) - 1, len(wish))}, got shape {rows.shape}"
        )
    return np.asarray((wish - shares[:-1] @ rows) / shares[-1])


def flip_labels(labels: Labels) -> Labels:
    """Call each digit y by 9 − y."""
    return 9 - np.asarray(labels)


def stamp(images: Vector) -> Vector:
    """Copies of the ``images`` (n, 64) with the trigger's pixels at 1, the blackest."""
    pictures = finite_array("images", images)
    pictures[..., list(TRIGGER)] = 1.0
    return pictures


def poison(inputs: Vector, targets: Labels) -> Data:
    """A backdoor's training data: every second example stamped, and called ``TARGET``; the rest as it is."""
    pictures, labels = finite_array("inputs", inputs), np.array(targets)
    pictures[1::2] = stamp(pictures[1::2])
    labels[1::2] = TARGET
    return pictures, labels


def scaled(updates: Vector, bad: Sequence[int], *, factor: float) -> Vector:
    """The bad clients send ``factor`` times their own update; −1 is a sign flip, n replaces the model."""
    sent, rows = _split(updates, bad)
    sent[rows] *= finite("factor", factor)
    return sent


def inner_product(updates: Vector, bad: Sequence[int], *, factor: float) -> Vector:
    """The bad clients send −ε times the honest mean (Xie, Koyejo, Gupta 2019): short, and backwards.

    ``factor``  ε > 0; below 1 it is shorter than the honest mean and lies among honest updates
    """
    sent, rows = _split(updates, bad)
    sent[rows] = -positive("factor", factor) * np.delete(sent, rows, axis=0).mean(axis=0)
    return sent


def a_little(updates: Vector, bad: Sequence[int], *, z: float) -> Vector:
    """The bad clients send mean − z · standard deviation of the honest ones, entry by entry.

    "A little is enough" (Baruch, Baruch, Goldberg 2019): inside the crowd in every parameter.
    """
    sent, rows = _split(updates, bad)
    honest = np.delete(sent, rows, axis=0)
    sent[rows] = honest.mean(axis=0) - positive("z", z) * honest.std(axis=0)
    return sent


def _split(updates: Vector, bad: Sequence[int]) -> tuple[Vector, list[int]]:
    sent = finite_array("updates", updates)
    rows = [integer("bad", one, minimum=0) for one in bad]
    if not (0 < len(set(rows)) == len(rows) < len(sent) and max(rows) < len(sent)):
        raise ValueError(
            f"bad must name different clients of {len(sent)}, one honest left, got bad={rows}"
        )
    return sent, rows
