"""Compute on shares with a tag: values that nobody can change unnoticed (lesson 37).

Damgård, Pastro, Smart and Zakarias (2012), SPDZ. A random key α is shared, and nobody knows it. With each
value x the parties hold shares of its tag α·x. Whoever moves x by e must move the tag by α·e, and for
e ≠ 0 on a prime clock that is uniform: a guess is right with probability 1/p.

What is opened on the way is used at once and noted in the list ``opened``. Until that is checked, nothing
that was opened may be trusted, and no result may be opened: ``mac_check.open_result`` checks the list, opens
the result and checks that, too.
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike

from lessons.mpc import additive, field, ring
from lessons.mpc.cheating.commitments import Sent, as_sent
from lessons.mpc.ring import Elements
from lessons.mpc.wire import Wire, send


@dataclass(frozen=True)
class Authenticated:
    """Shares of a value and of its tag: party i holds row i of both, each of shape (n_parties, …)."""

    value_shares: Elements
    tag_shares: Elements


@dataclass(frozen=True)
class Mask:
    """A random value that one party, ``owner``, knows, and that all hold authenticated shares of."""

    owner: int
    value: Elements
    shares: Authenticated


@dataclass(frozen=True)
class Triple:
    """Authenticated shares of random a and b and of c = a·b."""

    a: Authenticated
    b: Authenticated
    c: Authenticated


@dataclass(frozen=True)
class Opened:
    """A value that was opened and not yet checked, with the shares of the tag that it should have."""

    value: Elements
    tag_shares: Elements


def input_value(
    x: ArrayLike,
    *,
    mask: Mask,
    key_shares: ArrayLike,
    modulus: int,
    wire: Wire | None = None,
    step: int = 1,
) -> Authenticated:
    """Authenticated shares of the owner's input x, from one public number, x − r; each mask serves once.

    1. The owner sends x − r to all others: uniform, since r is.
    2. All take the shares of r and add the public x − r to them.
    """
    plain = ring.elements("x", x, modulus=modulus)
    if plain.shape != mask.value.shape:
        raise ValueError(
            f"x must have the shape of its mask, {mask.value.shape}, got {plain.shape}"
        )
    masked = ring.subtract_elements(plain, mask.value, modulus=modulus)
    for receiver in range(len(mask.shares.value_shares)):
        if receiver != mask.owner:
            send(masked, step=step, sender=mask.owner, receiver=receiver, label="x − r", wire=wire)
    return add_public(mask.shares, masked, key_shares=key_shares, modulus=modulus)


def add(x: Authenticated, y: Authenticated, *, modulus: int) -> Authenticated:
    """Shares of x + y and its tag, without a message: α·x + α·y = α·(x + y)."""
    return Authenticated(
        additive.add(x.value_shares, y.value_shares, modulus=modulus),
        additive.add(x.tag_shares, y.tag_shares, modulus=modulus),
    )


def add_up(x: Authenticated, *, modulus: int) -> Authenticated:
    """Shares of the sum of all entries of x and its tag, without a message."""
    return Authenticated(
        *(
            ring.total(np.asarray(one).reshape(len(one), -1).T, modulus=modulus)
            for one in (x.value_shares, x.tag_shares)
        )
    )


def multiply_public(x: Authenticated, factor: ArrayLike, *, modulus: int) -> Authenticated:
    """Shares of f·x and its tag for a public f: every party multiplies both of its rows."""
    return Authenticated(
        *(
            additive.multiply_public(one, factor, modulus=modulus)
            for one in (x.value_shares, x.tag_shares)
        )
    )


def subtract(x: Authenticated, y: Authenticated, *, modulus: int) -> Authenticated:
    """Shares of x − y and its tag."""
    return add(x, multiply_public(y, modulus - 1, modulus=modulus), modulus=modulus)


def add_public(
    x: Authenticated, constant: ArrayLike, *, key_shares: ArrayLike, modulus: int
) -> Authenticated:
    """Shares of x + c and its tag α·x + α·c for a public c, without a message.

        [x + c]_i = [x]_i + c·1{i = 1},      [m']_i = [m]_i + [α]_i · c                 (37.ii)

    Party 0 alone adds c to its value; *every* party adds its own share of the key, times c, to its tag.
    """
    key = require_key(key_shares, modulus=modulus)
    tags = additive.party_rows("tag_shares", x.tag_shares, modulus=modulus)
    if len(key) != len(tags):
        raise ValueError(f"key_shares must have {len(tags)} rows, got {len(key)}")
    c = np.broadcast_to(ring.elements("constant", constant, modulus=modulus), tags.shape[1:])
    return Authenticated(
        additive.add_public(x.value_shares, c, modulus=modulus),
        ring.add_elements(tags, times_key(key, c, modulus=modulus), modulus=modulus),
    )


def open_value(
    x: Authenticated,
    *,
    opened: list[Opened],
    modulus: int,
    wire: Wire | None = None,
    step: int = 1,
    label: str = "x",
    sent: Sent | None = None,
) -> Elements:
    """Open x without its tag (one round) and note it in ``opened``, to be checked later.

    For masked values on the way; a result is opened by ``mac_check.open_result``, after their check.

    ``sent``  what is really sent in place of the rows of ``label``; see ``commitments.Sent``
    """
    rows = additive.party_rows("value_shares", x.value_shares, modulus=modulus)
    rows = as_sent(sent, label, rows, modulus=modulus)
    value = additive.open_shares(rows, modulus=modulus, wire=wire, step=step, label=label)
    opened.append(Opened(value, x.tag_shares))
    return value


def multiply(
    x: Authenticated,
    y: Authenticated,
    *,
    triple: Triple,
    key_shares: ArrayLike,
    opened: list[Opened],
    modulus: int,
    wire: Wire | None = None,
    step: int = 1,
    sent: Sent | None = None,
) -> Authenticated:
    """Shares of x·y and its tag: Beaver's (33.i), each step on authenticated shares; a triple serves once.

    1. The parties open d = x − a and e = y − b, unchecked: one round.
    2. They compute c + d·b + e·a, and add the public d·e by (37.ii).
    """
    _require_fit(x, y, triple)
    d, e = (
        open_value(
            subtract(one, mask, modulus=modulus),
            opened=opened,
            modulus=modulus,
            wire=wire,
            step=step,
            label=label,
            sent=sent,
        )
        for one, mask, label in ((x, triple.a, "d"), (y, triple.b, "e"))
    )
    z = triple.c  # 2
    for public, shared in ((d, triple.b), (e, triple.a)):
        z = add(z, multiply_public(shared, public, modulus=modulus), modulus=modulus)
    product = ring.multiply_elements(d, e, modulus=modulus)
    return add_public(z, product, key_shares=key_shares, modulus=modulus)


def times_key(key_shares: Elements, values: Elements, *, modulus: int) -> Elements:
    """Row i is [α]_i · values: shape (n_parties, *values.shape)."""
    key = key_shares.reshape(-1, *(1,) * values.ndim)
    return ring.multiply_elements(key, values[np.newaxis], modulus=modulus)


def require_key(key_shares: ArrayLike, *, modulus: int) -> Elements:
    """Return ``key_shares`` as field elements, one for each party; ``ValueError`` otherwise."""
    key = additive.party_rows("key_shares", key_shares, modulus=field.require_prime(modulus))
    if key.ndim != 1:
        raise ValueError(f"key_shares must have one number for each party, got shape {key.shape}")
    return key


def _require_fit(x: Authenticated, y: Authenticated, triple: Triple) -> None:
    shape = triple.c.value_shares.shape
    for name, one in (("x", x), ("y", y)):
        for part in fields(one):
            got = getattr(one, part.name).shape
            if got != shape:
                words = f"{name}.{part.name} must have the shape that the triple was made for"
                raise ValueError(f"{words}, {shape}, got shape {got}")
