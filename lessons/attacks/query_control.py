"""A gatekeeper who answers counting questions, and an attack that only asks what is allowed (lesson 01).

The gatekeeper refuses small groups and groups that are too similar to earlier ones. The literature
calls this *query set size* and *overlap control* (Dobkin, Jones and Lipton 1979).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lessons.validation import integer, vector

Ask = Callable[[NDArray[np.bool_]], int]


def gatekeeper(secret: ArrayLike, *, least: int) -> Ask:
    """Return ``ask(group)``: the number of ones of ``secret`` in a group, unless that is refused.

    ``secret``  shape (n,), 0 or 1; the count over all n people counts as published already
    ``least``   the fewest people in a group, and the fewest in which two answered groups differ
    ``group``   boolean, shape (n,): True for the people in the group

    ``ask`` raises ``ValueError`` for a group that it refuses, with the reason; a refusal is not
    counted as an answer. ``ValueError`` for a secret that is not 0 or 1.
    """
    bits = _bits("secret", secret)
    fewest = integer("least", least, minimum=1)
    answered = [np.ones(len(bits), dtype=bool)]

    def ask(group: ArrayLike) -> int:
        asked = _group(group, n_people=len(bits))
        size = int(asked.sum())
        if size < fewest:
            raise ValueError(f"group must hold at least {fewest} people, got {size}")
        nearest = min(int((asked != earlier).sum()) for earlier in answered)
        if nearest < fewest:
            raise ValueError(
                f"group must differ from every answered group in at least {fewest} people, "
                f"got a group that differs in {nearest}"
            )
        answered.append(asked)
        return int(bits[asked].sum())

    return ask


def ask_around(ask: Ask, *, person: int, n_people: int) -> int:
    """Find one person's bit with three large groups, no two of them similar.

        2·x_t = a({t} ∪ U) + a({t} ∪ V) − a(U ∪ V)                          (01.ii)

    U and V are disjoint and each a third of the others, so that all three groups are large, differ
    from each other by a third of the people or more, and leave a third of the people out.
    Returns 0 or 1. ``ValueError`` for a person who is not among ``n_people`` (at least 4).
    """
    total = integer("n_people", n_people, minimum=4)
    if not 0 <= integer("person", person) < total:
        raise ValueError(f"person must be from 0 to {total - 1}, got person={person!r}")
    first, second, _ = np.array_split(np.delete(np.arange(total), person), 3)
    u, v, t = (np.isin(np.arange(total), one) for one in (first, second, [person]))
    return (ask(t | u) + ask(t | v) - ask(u | v)) // 2


def _bits(name: str, values: ArrayLike) -> NDArray[np.int64]:
    numbers = vector(name, values)
    if not np.isin(numbers, (0, 1)).all():
        raise ValueError(f"{name} must hold zeros and ones only, got {sorted(set(numbers))[:4]}")
    return numbers.astype(np.int64)


def _group(group: ArrayLike, *, n_people: int) -> NDArray[np.bool_]:
    """A copy: an array that is changed after the question must not change what was answered."""
    asked = np.array(group)
    if asked.shape != (n_people,) or asked.dtype != bool:
        raise ValueError(
            f"group must be a boolean array of shape ({n_people},), got {asked.dtype} of shape "
            f"{asked.shape}"
        )
    return asked
