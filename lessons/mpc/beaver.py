"""Multiplication of shared values with a triple made beforehand (lesson 33).

Beaver (1991). A triple is shares of random a, b and of c = a · b, made before anybody knows what will be
multiplied. Each product uses one triple up: used twice, it gives away the difference of two secrets.
"""

from collections.abc import Callable
from dataclasses import dataclass

from numpy.typing import ArrayLike

from lessons.mpc import additive, ring
from lessons.mpc.parties import Link
from lessons.mpc.ring import Elements
from lessons.randomness import RandomBytes, secure_bytes, uniform_integers
from lessons.validation import integer

Product = Callable[..., Elements]  # ring.multiply or ring.matmul: of (x, y, modulus=)


@dataclass(frozen=True)
class Triple:
    """Shares of random a and b and of their product c: party i holds row i of each.

    ``a_shares``  (n_parties, *shape of x)
    ``b_shares``  (n_parties, *shape of y)
    ``c_shares``  (n_parties, *shape of the product)
    ``modulus``   of the ring that all of them are in
    """

    a_shares: Elements
    b_shares: Elements
    c_shares: Elements
    modulus: int


def deal_triple(
    x_shape: tuple[int, ...] = (),
    y_shape: tuple[int, ...] | None = None,
    *,
    n_parties: int,
    modulus: int,
    product: Product = ring.multiply,
    random_bytes: RandomBytes = secure_bytes,
) -> Triple:
    """A trusted dealer makes a triple for one product of arrays of these shapes, and forgets it.

    ``y_shape``  the same as ``x_shape`` if not given
    ``product``  ``ring.multiply`` (entry by entry) or ``ring.matmul``
    The dealer sees a, b and c, and nothing of what will be multiplied. ``ValueError`` for shapes that
    the product cannot take, n_parties < 2 or a modulus outside 2 … 2^64.
    """
    n_parties = integer("n_parties", n_parties, minimum=2)
    modulus = ring.require_modulus(modulus)
    a = uniform_integers(x_shape, modulus=modulus, random_bytes=random_bytes)
    b = uniform_integers(
        x_shape if y_shape is None else y_shape, modulus=modulus, random_bytes=random_bytes
    )
    a_shares, b_shares, c_shares = (
        additive.share(value, n_parties=n_parties, modulus=modulus, random_bytes=random_bytes)
        for value in (a, b, product(a, b, modulus=modulus))
    )
    return Triple(a_shares, b_shares, c_shares, modulus)


def multiply(
    x_shares: ArrayLike,
    y_shares: ArrayLike,
    *,
    triple: Triple,
    modulus: int,
    product: Product = ring.multiply,
    wire: Link = None,
    step: int = 1,
) -> Elements:
    """Shares of x · y; each coalition of fewer than n parties sees d and e, uniform whatever x and y are.

    1. Each party takes its shares of a and b from its shares of x and y.
    2. The parties open d = x − a and e = y − b: one round.
    3. Party i computes  [z]_i = [c]_i + d · [b]_i + [a]_i · e,  and party 0 alone adds d · e.

        x · y = (d + a)(e + b) = d·e + d·b + a·e + c                                    (33.i)

    ``x_shares``, ``y_shares``  (n_parties, …): of one shape for ``ring.multiply``, of
                                (…, r, k) and (…, k, m) for ``ring.matmul``
    ``triple``                  of exactly these shapes, and never used before
    Returns shares of shape (n_parties, *shape of the product). ``ValueError`` names what does not fit.
    """
    x, y = (
        additive.party_rows("x_shares", x_shares, modulus=modulus, wire=wire),
        additive.party_rows("y_shares", y_shares, modulus=modulus, wire=wire),
    )
    _require_fit(x, y, triple, modulus=modulus)
    d_shares = ring.subtract_elements(x, triple.a_shares, modulus=modulus)  # 1
    e_shares = ring.subtract_elements(y, triple.b_shares, modulus=modulus)
    d, e = additive.open_together(  # 2
        [d_shares, e_shares], modulus=modulus, wire=wire, step=step, labels=["d", "e"]
    )
    b = additive.add_public(triple.b_shares, e, modulus=modulus, wire=wire)  # so d·[b]_0 holds d·e
    z = triple.c_shares.copy()
    for i in range(len(z)):  # 3
        for left, right in ((d, b[i]), (triple.a_shares[i], e)):
            z[i] = ring.add_elements(z[i], product(left, right, modulus=modulus), modulus=modulus)
    return z


def matmul(
    x_shares: ArrayLike,
    y_shares: ArrayLike,
    *,
    triple: Triple,
    modulus: int,
    wire: Link = None,
    step: int = 1,
) -> Elements:
    """Shares of the matrix product x @ y, with one matrix triple: it opens r·k + k·m elements  (33.ii).

    x is (r, k) and y (k, m) behind the axis of parties. The r·k·m products inside, one by one with
    scalar triples, would open 2·r·k·m. The triple was dealt with ``product=ring.matmul``.
    """
    return multiply(
        x_shares,
        y_shares,
        triple=triple,
        modulus=modulus,
        product=ring.matmul,
        wire=wire,
        step=step,
    )


def _require_fit(x: Elements, y: Elements, triple: Triple, *, modulus: int) -> None:
    if triple.modulus != modulus:
        raise ValueError(
            f"triple must be of the ring modulo {modulus}, got modulo {triple.modulus}"
        )
    if len(x) != len(y):
        raise ValueError(
            f"y_shares must have a row for each of {len(x)} parties, got {len(y)} rows"
        )
    for name, shares, mask in (
        ("x_shares", x, triple.a_shares),
        ("y_shares", y, triple.b_shares),
    ):
        if shares.shape != mask.shape:
            raise ValueError(
                f"{name} must have the shape that the triple was made for, {mask.shape}, "
                f"got shape {shares.shape}"
            )
