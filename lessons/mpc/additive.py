"""Additive secret sharing over Z_Q: share, compute on shares, open (lesson 31).

Shares have a leading axis of parties: row i belongs to party i, and code that speaks for party i
touches row i alone. Whatever leaves a row goes through ``send`` or ``open_shares``, which note it
on the ``wire`` that the caller hands in: so communication is seen and counted.

Parties follow the protocol but are curious (*honest but curious*); any n − 1 of the n may pool what
they see. Against parties that lie, see lesson 37.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lessons.mpc import parties, ring
from lessons.mpc.parties import Link
from lessons.mpc.ring import Elements
from lessons.mpc.wire import Wire, send
from lessons.randomness import RandomBytes, secure_bytes, uniform_integers
from lessons.validation import integer


def share(
    secret: ArrayLike,
    *,
    n_parties: int,
    modulus: int,
    random_bytes: RandomBytes = secure_bytes,
) -> Elements:
    """Split ``secret`` into ``n_parties`` shares; any n − 1 of them are independent of it.

        [x]_1, …, [x]_{n−1} uniform over Z_Q,   [x]_n = (x − Σ_{i<n} [x]_i) mod Q      (31.i)

    ``secret``        ring elements (integers from 0 to Q − 1), any shape; see ``ring.encode``
    ``random_bytes``  where the randomness comes from; the default is the operating system
    Returns uint64 of shape (n_parties, *secret.shape). Perfect secrecy is equation (31.iii).
    ``ValueError`` for n_parties < 2, Q < 2, Q > 2^64, values outside the ring, non-integers.
    """
    n_parties = integer("n_parties", n_parties, minimum=2)
    x = ring.elements("secret", secret, modulus=modulus)
    return _share(x, n_parties=n_parties, modulus=modulus, random_bytes=random_bytes)


def _share(x: Elements, *, n_parties: int, modulus: int, random_bytes: RandomBytes) -> Elements:
    masks = uniform_integers((n_parties - 1, *x.shape), modulus=modulus, random_bytes=random_bytes)
    last = ring.subtract_elements(x, ring.total_elements(masks, modulus=modulus), modulus=modulus)
    return np.concatenate([masks, last[np.newaxis]])  # (31.i), (n_parties, *secret.shape)


def reconstruct(shares: ArrayLike, *, modulus: int) -> Elements:
    """Add up all shares: x = (Σ_i [x]_i) mod Q  (31.ii).

    ``shares``  shape (n_parties, …), or a sequence of n_parties equally shaped rows
    Returns uint64 of shape (…). ``ValueError`` for rows of different lengths or outside the ring.
    """
    return ring.total_elements(party_rows("shares", shares, modulus=modulus), modulus=modulus)


def open_shares(
    shares: ArrayLike,
    *,
    modulus: int,
    wire: Link = None,
    step: int = 1,
    label: str = "sum",
) -> Elements:
    """Make a shared value public: every party learns it, by n(n − 1) messages in one round.

    1. Party i sends its row to each other party.
    2. Each party adds up the n rows that it now has.

    ``label`` names a row in the transcript; the sender's number is added to it.
    Returns the value, ring elements of shape (…).
    """
    return open_together([shares], modulus=modulus, wire=wire, step=step, labels=[label])[0]


def open_together(
    values: Sequence[ArrayLike],
    *,
    modulus: int,
    labels: Sequence[str],
    wire: Link = None,
    step: int = 1,
) -> list[Elements]:
    """Open several shared values in one and the same round; see ``open_shares``."""
    rows = [party_rows("shares", one, modulus=modulus, wire=wire) for one in values]
    everybody = parties.all_rows(rows, step=step, labels=labels, wire=wire)  # 1
    return [reconstruct(one, modulus=modulus) for one in everybody]  # 2


def add(x_shares: ArrayLike, y_shares: ArrayLike, *, modulus: int) -> Elements:
    """Shares of x + y, without a message: party i adds its two rows."""
    x, y = (
        party_rows("x_shares", x_shares, modulus=modulus, least=1),
        party_rows("y_shares", y_shares, modulus=modulus, least=1),
    )
    if x.shape != y.shape:
        raise ValueError(f"y_shares must have the shape of x_shares {x.shape}, got {y.shape}")
    return ring.add_elements(x, y, modulus=modulus)


def add_public(
    x_shares: ArrayLike, constant: ArrayLike, *, modulus: int, wire: Link = None
) -> Elements:
    """Shares of x + c for a public c: party 0 adds c, the others keep their rows.

    If every party added c, the sum of the rows would be x + n·c.
    """
    x = party_rows("x_shares", x_shares, modulus=modulus, wire=wire).copy()
    first = parties.first_row(wire)
    x[first] = ring.add(x[first], constant, modulus=modulus)
    return x


def multiply_public(x_shares: ArrayLike, factor: ArrayLike, *, modulus: int) -> Elements:
    """Shares of c·x for a public c: every party multiplies its own row."""
    x = party_rows("x_shares", x_shares, modulus=modulus, least=1)
    return ring.multiply(x, factor, modulus=modulus)


def linear_combination(
    shares: Sequence[ArrayLike],
    coefficients: Sequence[int],
    *,
    modulus: int,
    constant: ArrayLike = 0,
) -> Elements:
    """Shares of Σ_k a_k·x_k + c for public a_k and c, without a message.

        [z]_i = (Σ_k a_k · [x_k]_i + c·1{i = 1}) mod Q                                  (31.iv)

    ``shares``        one array of shape (n_parties, …) for each x_k
    ``coefficients``  ring elements, one for each x_k
    """
    if len(shares) != len(coefficients) or not len(shares):
        raise ValueError(
            "coefficients must be as many as the shared values, at least one, "
            f"got {len(coefficients)} coefficients for {len(shares)} values"
        )
    z = multiply_public(shares[0], coefficients[0], modulus=modulus)
    for x_shares, coefficient in zip(shares[1:], coefficients[1:], strict=True):
        z = add(z, multiply_public(x_shares, coefficient, modulus=modulus), modulus=modulus)
    return add_public(z, constant, modulus=modulus)


def secure_sum(
    inputs: ArrayLike,
    *,
    modulus: int,
    random_bytes: RandomBytes = secure_bytes,
    wire: Wire | None = None,
) -> Elements:
    """The sum of the parties' inputs; any n − 1 parties learn nothing else (honest but curious).

    1. Party i shares its input, keeps share i and sends share j to party j.
    2. Party j adds up the n shares that it holds: its share of the sum.
    3. The parties open the sum.

    ``inputs``  row i is the private input of party i, ring elements, shape (n_parties, …)
    Returns the sum mod Q, shape (…). 2·n(n − 1) messages in two rounds: the wire's steps 1 and 3.
    """
    rows = party_rows("inputs", inputs, modulus=modulus)
    n_parties = len(rows)
    sums = np.zeros_like(rows)  # row j: what party j has added up
    for i in range(n_parties):
        shares = _share(rows[i], n_parties=n_parties, modulus=modulus, random_bytes=random_bytes)
        for j in range(n_parties):
            held = shares[j]
            if j != i:
                held = send(  # 1
                    held, step=1, sender=i, receiver=j, label=f"share {j + 1}", wire=wire
                )
            sums[j] = ring.add_elements(sums[j], held, modulus=modulus)  # 2
    return open_shares(sums, modulus=modulus, wire=wire, step=3, label="sum")  # 3


def secure_mean(
    totals: ArrayLike,
    counts: ArrayLike,
    *,
    modulus: int,
    random_bytes: RandomBytes = secure_bytes,
    wire: Wire | None = None,
) -> NDArray[np.float64]:
    """The mean over everybody's records: Σ_k totals_k / Σ_k counts_k, from one ``secure_sum``.

    ``totals``  row k: what party k's records add up to, signed integers, shape (n_parties, …)
    ``counts``  how many records each party has, shape (n_parties,)
    Both sums are opened, then divided: what everybody learns is the two sums, and no less.
    The sums must fit into the ring (see ``ring.decode``): nothing here can notice if they do not.
    """
    whole, sizes = np.asarray(totals), np.asarray(counts)
    if sizes.shape != whole.shape[:1]:
        raise ValueError(f"counts must have shape {whole.shape[:1]}, got shape {sizes.shape}")
    flat = np.concatenate([whole.reshape(len(whole), -1), sizes[:, np.newaxis]], axis=1)
    sums = secure_sum(
        ring.encode(flat, modulus=modulus), modulus=modulus, random_bytes=random_bytes, wire=wire
    )
    *opened, n_records = ring.decode(sums, modulus=modulus)
    if not n_records > 0:
        raise ValueError(f"counts must sum to at least 1, got a sum of {n_records}")
    return np.array(opened, dtype=np.float64).reshape(whole.shape[1:]) / float(n_records)


def party_rows(
    name: str, shares: ArrayLike, *, modulus: int, wire: Link = None, least: int = 2
) -> Elements:
    """Ring elements with a leading axis of the parties that are here, all rows of one shape.

    In one program these are two or more, behind a ``Transport`` one. Where nothing is sent and the
    numbers of the parties do not matter, ``least=1`` does for both.
    """
    if not isinstance(shares, np.ndarray):
        try:
            rows = [ring.elements(name, row, modulus=modulus) for row in shares]  # type: ignore[union-attr]
        except TypeError:
            raise ValueError(f"{name} must have one row for each party, got {shares!r}") from None
        shapes = [row.shape for row in rows]
        if len(set(shapes)) > 1:
            raise ValueError(f"{name} must be rows of one shape, got rows of shapes {shapes}")
        array = np.array(rows, dtype=np.uint64)
    else:
        array = ring.elements(name, shares, modulus=modulus)
    return parties.require_rows(name, array, wire=wire, least=least)
