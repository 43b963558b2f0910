"""A described case as the arrays that an answer gets: shared layers, images, and a dealer's supply.

The dealer can be a little ``off``: its products c are not a·b but a·b + off. Whoever uses a triple gets
that into the result, whoever adds up the rows and computes in the clear does not: so it shows. The same
holds for a pair and for a ReLU that are off.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.checks.fixed_point.rows import elements
from lessons.mpc import additive, parties, ring
from lessons.mpc.ring import Elements
from lessons.mpc.servers import private_network
from lessons.mpc.servers.private_network import LayerSupply, SharedLayer
from lessons.randomness import uniform_integers

Whole = NDArray[Any]  # of Python's own integers, which have no edge


@lru_cache(maxsize=64)
def plain(n_images: int, sizes: tuple[int, ...], fraction_bits: int, seed: int) -> dict[str, Any]:
    """Images and layers as whole numbers with ``fraction_bits``: of either sign, from about 1/8 to 3."""
    rng = np.random.default_rng(seed)

    def whole(*shape: int) -> NDArray[np.int64]:
        size = rng.integers(2 ** max(fraction_bits - 3, 0), 3 * 2**fraction_bits, shape)
        return np.asarray(size * rng.choice([-1, 1], shape), dtype=np.int64)

    x = whole(n_images, sizes[0])
    return {"x": x, "plain": [(whole(a, b), whole(b)) for a, b in itertools.pairwise(sizes)]}


@lru_cache(maxsize=64)
def dealt(
    n_images: int,
    sizes: tuple[int, ...],
    n_parties: int,
    fraction_bits: int,
    k: int,
    off: tuple[int, ...],
    seed: int,
) -> dict[str, Any]:
    """``plain`` in Z_{2^k}, shared, with a supply; ``off`` says by how much each layer's triple is off."""
    rng, q = np.random.default_rng((seed, 1)), 2**k
    options: dict[str, Any] = {"n_parties": n_parties, "modulus": q, "random_bytes": rng.bytes}

    def shared(values: NDArray[np.int64]) -> NDArray[np.uint64]:
        return additive.share(ring.encode(values, modulus=q), **options)

    known = plain(n_images, sizes, fraction_bits, seed)
    supply = private_network.deal(n_images, sizes, fraction_bits=fraction_bits, **options)
    return {
        **known,
        "x_shares": shared(known["x"]),
        "layers": tuple(SharedLayer(shared(w), shared(b)) for w, b in known["plain"]),
        "supply": tuple(map(_shifted, supply, off)),
    }


def _shifted(supply: LayerSupply, off: int) -> LayerSupply:
    triple = supply.triple
    c = additive.add_public(
        triple.c_shares, ring.encode(off, modulus=triple.modulus), modulus=triple.modulus
    )
    return replace(supply, triple=replace(triple, c_shares=c))


def pair_off(supply: LayerSupply, by: int) -> LayerSupply:
    """The same supply with a pair whose ⌊r / 2^f⌋ is ``by`` too small for the first output of each image."""
    pair = supply.pair
    if pair is None:
        return supply
    return replace(
        supply, pair=replace(pair, shifted_shares=_raised(pair.shifted_shares, -by, pair.modulus))
    )


def relu_off(supply: LayerSupply, by: int) -> LayerSupply:
    """The same supply with a ReLU whose c is ``by`` too large for the first output of each image."""
    if supply.relu is None:
        return supply
    triple = supply.relu.triple
    c = _raised(triple.c_shares, by, triple.modulus)
    return replace(supply, relu=replace(supply.relu, triple=replace(triple, c_shares=c)))


def _raised(shares: Elements, by: int, modulus: int) -> Elements:
    raised = shares.copy()
    raised[0, :, 0] = ring.add(raised[0, :, 0], by % modulus, modulus=modulus)
    return raised


def others_anew(
    rng: np.random.Generator, rows: Elements, party: int, *, modulus: int, same_sum: bool
) -> Elements:
    """Draw the rows of all parties but one again; with the old sum, or with another one."""
    others = np.delete(rows, party, axis=0)
    total = ring.total(others, modulus=modulus)
    if not same_sum:
        total = uniform_integers(total.shape, modulus=modulus, random_bytes=rng.bytes)
    drawn = total[np.newaxis]
    if len(others) > 1:
        drawn = additive.share(
            total, n_parties=len(others), modulus=modulus, random_bytes=rng.bytes
        )
    return np.insert(drawn, party, rows[party], axis=0)


def described(
    rng: np.random.Generator, names: Sequence[str], values: Sequence[Any], **more: Any
) -> Case:
    """A case from its values, with a seed that is drawn."""
    return {**dict(zip(names, values, strict=True)), **more, "seed": int(rng.integers(2**31))}


def judged(
    attempt: Attempt,
    asked: Sequence[Case],
    *,
    then: Callable[[], Found | None],
    **known: Any,
) -> Found | None:
    """Look at the numbers; if they are right, or differ only from call to call, at what they depend on."""
    found = by_numbers(attempt, asked, **known)
    if found and found.code != "remembers":
        return found
    try:
        return then() or found
    except Ended as end:
        return end.found


def put_together(
    attempt: Attempt,
    given: Case,
    shape: tuple[int, ...],
    moved: Mapping[str, Callable[[Callable[[Elements], Elements]], Case]],
) -> Found | None:
    """Whether rows are added up on the way, and shared again: then what is sent depends on their sum only.

    ``moved[name](by)`` is ``given`` with the shares ``name`` changed by ``by``, which keeps their sum.
    """

    def messages(case: Case) -> list[Elements]:
        sent: list[Elements] = []
        before = parties.listening.set(sent)  # of this thread alone, even if it never ends
        try:
            elements(attempt, case, shape)
        finally:
            parties.listening.reset(before)
        return sent

    def alike(one: list[Elements], other: list[Elements]) -> bool:
        return len(one) == len(other) and all(map(np.array_equal, one, other))

    before = messages(given)
    if not alike(before, messages(given)):
        return Found("not_local", "What the servers send is drawn anew from call to call.")
    for name, change in moved.items():
        if before and alike(before, messages(change(_from_row_to_row))):
            said = f"What servers 1 and 2 send does not depend on their own rows of {name}."
            return Found("not_local", said)
    return None


def _from_row_to_row(shares: Elements) -> Elements:
    """Take 12345 from the second row and put it into the first."""
    changed = shares.copy()
    changed[0] += np.uint64(12345)
    changed[1] -= np.uint64(12345)
    return changed


def row_that_moves(
    attempt: Attempt,
    given: Case,
    shape: tuple[int, ...],
    moved: Callable[[int], Case],
) -> Found | None:
    """Whether the row of a party changes where ``moved(party)`` has changed rows of others only."""
    before = elements(attempt, given, shape)
    for party in range(shape[0]):
        after = elements(attempt, moved(party), shape)
        if not np.array_equal(after[party], before[party]):
            return Found("not_local", f"It is the row of party {party + 1}.")
    return None


NOT_LOCAL = Mistake(
    "A party uses rows that it does not hold.",
    "The sum of the rows is right, but a row was moved to another party, or rows were added up on the "
    "way. Row i may depend only on row i of each array and on what the library opens.",
    made_by=(),
)


def signed(values: Whole, modulus: int) -> Whole:
    """The upper half of the ring stands for the negative numbers."""
    return np.where(values >= modulus // 2, values - modulus, values)
