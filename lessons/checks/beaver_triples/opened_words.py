"""What the checks of products of shared words have in common: what is opened on the way (33.3 and 35.1)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lessons.checks.engine.attempt import Ended
from lessons.checks.engine.mistakes import Found
from lessons.mpc.ring import Elements

OpenShares = Callable[[Elements], Elements]
Triple = tuple[Elements, Elements, Elements]
SPECIAL = ("x is 0", "y is 0", "x is y", "all rows of x are 0", "x and y have the same rows")


def special_secrets(how: str, x: Elements, y: Elements) -> tuple[Elements, Elements]:
    """Give the secrets of a case that no party alone can recognise; others stay as they are."""
    if how in ("x is 0", "all rows of x are 0"):
        x = np.zeros_like(x)
    if how == "y is 0":
        y = np.zeros_like(y)
    return (x, x) if how in ("x is y", "x and y have the same rows") else (x, y)


def special_rows(how: str, x_shares: Elements, y_shares: Elements) -> tuple[Elements, Elements]:
    """Give the rows of such a case, from shares of its secrets."""
    if how == "all rows of x are 0":
        x_shares = np.zeros_like(x_shares)
    return x_shares, x_shares.copy() if how == "x and y have the same rows" else y_shares


@dataclass
class Listener:
    """Opens rows of words with ``together`` and keeps the rows that everybody then sees."""

    n_parties: int
    together: OpenShares
    opened: list[Elements] = field(default_factory=list)

    def opener(self) -> OpenShares:
        """Give the ``open_shares`` to hand out."""

        def open_shares(shares: Any) -> Elements:
            rows = np.asarray(shares)
            if rows.dtype.kind not in "iu" or rows.ndim == 0 or len(rows) != self.n_parties:
                what = "open_shares takes an array of integers, one row for each party"
                raise TypeError(f"{what}, got shape {rows.shape} and type {rows.dtype}")
            self.opened.append(rows.astype(np.uint64))
            return self.together(self.opened[-1])

        return open_shares


def n_words(opened: list[Elements]) -> int:
    """How many words were opened."""
    return sum(one[0].size for one in opened)


def require_no_more(opened: list[Elements], *, enough: int, what: str) -> None:
    """End the check if more than ``enough`` words were opened."""
    if (total := n_words(opened)) > enough:
        said = f"You open {total} {what} where {enough} are enough."
        raise Ended(Found("opened_too_much", said))


def opening_more(reference: Callable[..., Any], what: Callable[..., Any]) -> Callable[..., Any]:
    """Make a function that opens ``what(x_shares, y_shares, triple)`` first, and then does it right."""

    def wrong(x_shares: Any, y_shares: Any, triple: Any, *, open_shares: Any) -> Any:
        for one in what(x_shares, y_shares, triple):
            open_shares(one)
        return reference(x_shares, y_shares, triple, open_shares=open_shares)

    return wrong


def from_openings(
    rest: Callable[..., Any],
    first: Callable[..., Any],
    *,
    masked: Callable[..., Any],
    joined: Callable[..., Any],
) -> Callable[..., Any]:
    """Make a function that opens d and e, ``masked``; ``rest(a, b, c, d, e)`` for all parties.

    One party joins ``first(d, e)`` to its row.
    """

    def wrong(x_shares: Any, y_shares: Any, triple: Any, *, open_shares: Any) -> Any:
        a, b, c = triple
        d, e = open_shares(masked(x_shares, a)), open_shares(masked(y_shares, b))
        z = rest(a, b, c, d, e).copy()
        z[0] = joined(z[0], first(d, e))
        return z

    return wrong


def nothing(d: Any, e: Any) -> Any:
    """What one party joins if it joins nothing."""
    return np.uint64(0)
