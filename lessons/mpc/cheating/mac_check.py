"""One check of all that was opened: a number is shown, and it is 0 unless somebody cheated (lesson 37).

Damgård, Keller, Larraia, Pastro, Scholl and Smart (2013). The key stays secret, so the parties can go on
after a check that passes. After one that fails they stop: it tells the cheater the key. It tells that
somebody cheated, not who.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lessons.mpc import additive, field, ring
from lessons.mpc.cheating import authenticated
from lessons.mpc.cheating.authenticated import Authenticated, Opened, Triple
from lessons.mpc.cheating.commitments import CheatingDetected, Sent, open_committed
from lessons.mpc.ring import Elements
from lessons.mpc.wire import Wire
from lessons.randomness import RandomBytes, secure_bytes, uniform_integers

CHECK_ROUNDS = 4


def gap_shares(
    values: ArrayLike,
    tag_shares: ArrayLike,
    *,
    coefficients: ArrayLike,
    key_shares: ArrayLike,
    modulus: int,
) -> Elements:
    """Shares of the gap between the tags that belong to ``values`` and the tags that were dealt.

        [g]_i = Σ_j r_j [m_j]_i − [α]_i · Σ_j r_j x_j,      Σ_i [g]_i = −α · Σ_j r_j e_j   (37.iii)

    where e_j is what was added to value j before it was opened. Party i uses its own rows only.

    ``values``        (m, …), what was opened
    ``tag_shares``    (n_parties, m, …)
    ``coefficients``  (m, …), public and drawn *after* the values were opened
    ``key_shares``    (n_parties, …)
    Returns (n_parties, …). (The lesson has no further axes; they serve many checks at once.)
    """
    modulus = field.require_prime(modulus)
    x, r = (
        ring.elements(name, one, modulus=modulus)
        for name, one in (("values", values), ("coefficients", coefficients))
    )
    tags = additive.party_rows("tag_shares", tag_shares, modulus=modulus)
    key = additive.party_rows("key_shares", key_shares, modulus=modulus)
    if x.ndim == 0 or r.shape != x.shape or tags.shape != (len(key), *x.shape):
        raise ValueError(
            f"coefficients and each row of tag_shares must have the shape of values, {x.shape}, "
            f"got {r.shape}, and tag_shares {tags.shape} for {len(key)} parties"
        )
    value = _combined(r, x, modulus=modulus)
    gaps = [
        ring.subtract_elements(
            _combined(r, row, modulus=modulus),
            ring.multiply_elements(np.asarray(own), value, modulus=modulus),
            modulus=modulus,
        )
        for own, row in zip(key, tags, strict=True)
    ]
    return np.array(gaps, dtype=np.uint64)


def check(
    opened: Sequence[Opened],
    *,
    key_shares: ArrayLike,
    modulus: int,
    random_bytes: RandomBytes = secure_bytes,
    wire: Wire | None = None,
    step: int = 1,
    sent: Sent | None = None,
) -> None:
    """Check all ``opened`` values at once; four rounds, whatever their number.

    1. Each party draws a number for each value, commits to them, and shows them: the coefficients
       r_j are the sums of what all drew, so nobody could choose them.
    2. Each party computes its share of the gap (37.iii), commits to it, and shows it.
    3. If the shares do not add up to 0, all stop.

    Against parties that cheat as they like, all but one of them together, a wrong value passes with
    probability 1/p + (1 − 1/p)/p < 2/p  (37.iv), as long as SHA-256 holds.  ``CheatingDetected`` if the
    check fails (without a name), or if a party shows something else than what it committed to (with its
    number).

    A result must still be closed when the values that led to it are checked: a lie in a masked factor can
    put a secret into the result, and whoever hears it knows the secret, however the check ends. So end a
    computation with ``open_result``.
    """
    key = additive.party_rows("key_shares", key_shares, modulus=modulus)
    values = [one.value.reshape(-1) for one in opened]
    tags = [one.tag_shares.reshape(len(key), -1) for one in opened]
    x = np.concatenate([np.zeros(0, dtype=np.uint64), *values])
    if not x.size:
        return
    drawn = uniform_integers((len(key), x.size), modulus=modulus, random_bytes=random_bytes)
    coefficients = open_committed(  # 1
        drawn,
        modulus=modulus,
        random_bytes=random_bytes,
        wire=wire,
        step=step,
        label="coefficients",
        sent=sent,
    )
    gaps = gap_shares(
        x,
        np.concatenate(tags, axis=1),
        coefficients=coefficients,
        key_shares=key,
        modulus=modulus,
    )
    gap = open_committed(  # 2
        gaps,
        modulus=modulus,
        random_bytes=random_bytes,
        wire=wire,
        step=step + 2,
        label="gap",
        sent=sent,
    )
    if gap:  # 3
        raise CheatingDetected(
            f"the tags do not fit the {x.size} opened values: somebody cheated, and nothing tells who"
        )


def open_result(
    x: Authenticated,
    *,
    opened: list[Opened],
    key_shares: ArrayLike,
    modulus: int,
    random_bytes: RandomBytes = secure_bytes,
    wire: Wire | None = None,
    step: int = 1,
    label: str = "result",
    sent: Sent | None = None,
) -> Elements:
    """The end of a computation: x is opened only if everything that led to it fits its tags.

    1. Check what was ``opened`` so far: four rounds, none if that is nothing.
    2. Open x: one round.
    3. Check x: four rounds.

    The list ``opened`` is empty afterwards: all that it held is checked. ``CheatingDetected`` as in
    ``check``.
    """
    common: dict[str, Any] = {"modulus": modulus, "wire": wire, "sent": sent}
    recipe = common | {"key_shares": key_shares, "random_bytes": random_bytes}
    if any(one.value.size for one in opened):
        check(opened, step=step, **recipe)  # 1
        step += CHECK_ROUNDS
    opened.clear()
    value = authenticated.open_value(x, opened=opened, step=step, label=label, **common)  # 2
    check(opened, step=step + 1, **recipe)  # 3
    opened.clear()
    return value


def sacrifice(
    triple: Triple,
    other: Triple,
    *,
    factor: ArrayLike,
    key_shares: ArrayLike,
    opened: list[Opened],
    modulus: int,
    wire: Wire | None = None,
    step: int = 1,
    sent: Sent | None = None,
) -> None:
    """Check c = a·b in ``triple`` at the price of ``other``: for triples that no trusted dealer made.

    1. Open ρ = t·a − a' and σ = b − b'.
    2. Open t·c − c' − σ·a' − ρ·b' − ρ·σ. It is t·(c − a·b) − (c' − a'·b'): 0 if both are right.

    3. ``check`` what was ``opened``, before ``triple`` is used: that is left to the caller. Whoever made the
       triples knows their errors, and can make every opening of step 2 look like 0.

    ``factor``  t, public and uniform, drawn after both triples were dealt; then the true number of step 2
    is 0 for a wrong ``triple`` with probability 1/p. ``CheatingDetected`` if what is heard is not 0. Never
    use ``other`` again.
    ``sent``    what is really sent in place of the rows of "ρ", "σ", "rest"; see ``commitments.Sent``
    """

    def times(x: authenticated.Authenticated, by: ArrayLike) -> authenticated.Authenticated:
        return authenticated.multiply_public(x, by, modulus=modulus)

    def minus(
        x: authenticated.Authenticated, y: authenticated.Authenticated
    ) -> authenticated.Authenticated:
        return authenticated.subtract(x, y, modulus=modulus)

    def show(x: authenticated.Authenticated, label: str, step: int) -> Elements:
        return authenticated.open_value(
            x, opened=opened, modulus=modulus, wire=wire, step=step, label=label, sent=sent
        )

    rho = show(minus(times(triple.a, factor), other.a), "ρ", step)  # 1
    sigma = show(minus(triple.b, other.b), "σ", step)
    rest = minus(times(triple.c, factor), other.c)  # 2
    for public, shared in ((sigma, other.a), (rho, other.b)):
        rest = minus(rest, times(shared, public))
    product = ring.multiply(rho, sigma, modulus=modulus)
    minus_product = ring.subtract(np.zeros_like(product), product, modulus=modulus)
    rest = authenticated.add_public(rest, minus_product, key_shares=key_shares, modulus=modulus)
    if show(rest, "rest", step + 1).any():
        raise CheatingDetected("a triple is wrong: c is not a·b, in one of the two or in both")


def _combined(coefficients: Elements, rows: Elements, *, modulus: int) -> Elements:
    terms = ring.multiply_elements(coefficients, rows, modulus=modulus)
    return ring.total_elements(terms, modulus=modulus)
