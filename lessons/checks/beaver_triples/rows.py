"""What the checks of lesson 33 share: values cut into rows, and an ``open_shares`` that listens."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lessons.checks.additive_sharing.rings import element

Rows = list[int]  # one share for each party
Opened = list[Rows]  # the rows of each value that was opened, in order


def cut(rng: np.random.Generator, value: int, *, n_parties: int, modulus: int) -> Rows:
    """Draw shares of ``value``."""
    masks = [element(rng, modulus) for _ in range(n_parties - 1)]
    return [*masks, (value - sum(masks)) % modulus]


@dataclass
class Listener:
    """Opens shares modulo ``modulus`` and keeps the rows that everybody then sees."""

    n_parties: int
    modulus: int
    opened: Opened = field(default_factory=list)

    def opener(self) -> Callable[[Iterable[Any]], int]:
        """Give the ``open_shares`` to hand out."""

        def open_shares(shares: Iterable[Any]) -> int:
            try:
                rows = [int(one) for one in shares]
                whole = all(int(one) == one for one in rows)
            except (TypeError, ValueError, OverflowError):
                whole = False
            if not whole or len(rows) != self.n_parties:
                raise TypeError("open_shares takes a list of one integer for each party")
            self.opened.append([one % self.modulus for one in rows])
            return sum(rows) % self.modulus

        return open_shares
