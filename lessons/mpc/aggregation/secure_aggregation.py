"""Secure aggregation: a server learns the sum of its clients' vectors, though some drop out (lesson 38).

Bonawitz et al. (2017), Practical Secure Aggregation for Privacy-Preserving Machine Learning: four
rounds, each a message of every client and an answer of the server. Clients are numbered from 1, and
the number is the client's point in Shamir's sharing; up to ``threshold`` clients may pool what they
see with the server, and threshold + 1 must stay to the end (the paper's t is threshold + 1).

    1 advertise     two public keys, for envelopes and for masks
    2 share_keys    Shamir shares of the mask key and of the self seed, in sealed envelopes
    3 mask_input    the masked vector
    4 answer        for each client *one* of the two: the share of its self seed if its vector came,
                    the share of its mask key if not

Parties follow the protocol but are curious. Against a server that lies about who dropped out, the rules
of ``answer`` and 2(threshold + 1) > n + spies keep the two secrets of one client apart, and no more. A
server that tells each client another list gets the sum of a few; if it also keeps envelopes back, so that
a client masks for threshold others only, it can read that client alone (n = 20, threshold 10 and 11; from
12 on the shares do not suffice, but at 13 it still gets a sum of eleven). The paper's variant for malicious
servers closes that with a list that threshold + 1 clients sign, if clients know whose signature key is
whose; it is not here. A client is for one round: its keys and its self seed must not be used again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike

from lessons.mpc.aggregation import pairwise_masks, sealed_shares
from lessons.mpc.aggregation.aggregation_messages import Advert, Answer, Envelope, MaskedVector
from lessons.mpc.aggregation.pairwise_masks import SEED_BYTES, KeyPair
from lessons.mpc.ring import Elements
from lessons.randomness import RandomBytes, secure_bytes
from lessons.validation import integer


class Aborted(ValueError):
    """Too few clients are left: the round ends. If all followed the protocol, nobody learned anything."""


@dataclass(frozen=True)
class Client:
    """What one client knows. Each round gives a new one; the fields below the line are filled by it."""

    number: int
    envelope_pair: KeyPair
    mask_pair: KeyPair
    self_seed: bytes = field(repr=False)
    # ---
    adverts: Mapping[int, Advert] = field(default_factory=dict, repr=False)
    threshold: int = 0
    shares: Mapping[int, Elements] = field(default_factory=dict, repr=False)
    survivors: tuple[int, ...] | None = (
        None  # those of whom the server has been told the self share
    )


def advertise(number: int, *, random_bytes: RandomBytes = secure_bytes) -> tuple[Client, Advert]:
    """Round 1: draw both key pairs and the self seed; tell the public keys."""
    number = integer("number", number, minimum=1)
    envelope_pair, mask_pair = (pairwise_masks.key_pair(random_bytes) for _ in range(2))
    client = Client(number, envelope_pair, mask_pair, self_seed=random_bytes(SEED_BYTES))
    return client, Advert(number, envelope_pair.public, mask_pair.public)


def share_keys(
    client: Client,
    adverts: Iterable[Advert],
    *,
    threshold: int,
    random_bytes: RandomBytes = secure_bytes,
) -> tuple[Client, list[Envelope]]:
    """Round 2: cut the mask key and the self seed into shares, one envelope for each other client.

    ``adverts`` of all clients of the round, the own one among them; ``ValueError`` if it is missing or
    two keys are equal, ``Aborted`` for fewer than threshold + 1.
    """
    known = {one.client: one for one in adverts}
    points = require_enough("adverts", known, threshold=threshold)
    own = known.get(client.number)
    if own is None or own.mask_key != client.mask_pair.public:
        raise ValueError(f"adverts must hold that of client {client.number} itself, unchanged")
    keys = {key for one in known.values() for key in (one.envelope_key, one.mask_key)}
    if len(keys) < 2 * len(known):
        raise ValueError("adverts must hold two keys for each client, all different")
    rows = sealed_shares.share(
        [client.mask_pair.secret, client.self_seed],
        points,
        threshold=threshold,
        random_bytes=random_bytes,
    )  # (n_clients, 2, 9)
    shares = dict(zip(points, rows, strict=True))
    own_shares = {client.number: shares.pop(client.number)}
    client = replace(client, adverts=known, threshold=threshold, shares=own_shares)
    return client, [
        sealed_shares.seal(
            row,
            sender=client.number,
            receiver=other,
            pair=client.envelope_pair,
            other=known[other].envelope_key,
        )
        for other, row in shares.items()
    ]


def mask_input(
    client: Client, envelopes: Iterable[Envelope], values: ArrayLike, *, modulus: int
) -> tuple[Client, MaskedVector]:
    """Round 3: open the envelopes, and send the vector under the masks of all who sent one (38.ii)."""
    shares = dict(client.shares)
    for one in envelopes:
        if one.receiver != client.number or one.sender not in client.adverts:
            raise ValueError(
                f"envelopes must be for client {client.number} and from clients with an advert, "
                f"got one of client {one.sender} for client {one.receiver}"
            )
        other = client.adverts[one.sender].envelope_key
        shares[one.sender] = sealed_shares.unseal(one, pair=client.envelope_pair, other=other)
    sharers = require_enough("envelopes", shares, threshold=client.threshold)
    seeds = {
        other: mask_seed(client.mask_pair, client.adverts[other], client.number)
        for other in sharers
        if other != client.number
    }
    y = pairwise_masks.masked(
        values, client=client.number, pair_seeds=seeds, self_seed=client.self_seed, modulus=modulus
    )
    return replace(client, shares=shares), MaskedVector(client.number, y, modulus)


def answer(client: Client, survivors: Iterable[int]) -> tuple[Client, Answer]:
    """Round 4: self shares of the ``survivors``, whose vectors came; key shares of all others.

    A client that answers knows nothing of the truth of this list. So it refuses (``ValueError``) a
    list without itself, one with strangers, a second list that differs from the first; and (``Aborted``)
    one of fewer than threshold + 1: the sum of a small crowd says much about each. That the crowd is as
    large as the list needs all who answer to have the same list; no client can see that here.
    """
    alive = tuple(require_enough("survivors", survivors, threshold=client.threshold))
    if client.number not in alive:
        raise ValueError(f"survivors must hold client {client.number}, which is asked, got {alive}")
    if strangers := set(alive) - set(client.shares):
        raise ValueError(f"survivors must have shared their keys, got {sorted(strangers)}")
    if client.survivors not in (None, alive):
        raise ValueError(
            f"survivors must stay as they were for client {client.number}, "
            f"got {client.survivors}, then {alive}"
        )
    keys = {one: row[0] for one, row in client.shares.items() if one not in alive}
    seeds = {one: client.shares[one][1] for one in alive}
    return replace(client, survivors=alive), Answer(client.number, keys, seeds)


def recover_sum(
    vectors: Sequence[MaskedVector],
    answers: Sequence[Answer],
    adverts: Iterable[Advert],
    *,
    threshold: int,
    modulus: int,
) -> Elements:
    """The server's last step: Σ x_u over the clients whose vectors came, exactly, modulo Q.

        Σ_u x_u = Σ_u y_u − Σ_u m(b_u) − Σ_u Σ_{v dropped} ± m(s_uv)                     (38.iii)

    1. Reconstruct the self seeds of those whose vectors came, and the mask keys of the others.
    2. Make the masks again that did not cancel, and take them away.

    ``answers`` of the same list of survivors; ``Aborted`` for fewer than threshold + 1.
    """
    points = require_enough("answers", [one.client for one in answers], threshold=threshold)
    of_client = {one.client: one for one in answers}
    rows = [of_client[point] for point in points]
    alive, dropped = tuple(rows[0].self_shares), tuple(rows[0].key_shares)
    _require_fit(vectors, rows, modulus=modulus)
    known = {one.client: one for one in adverts}
    seeds = sealed_shares.reconstruct(
        [[row.self_shares[one] for one in alive] for row in rows], points, threshold=threshold
    )
    terms = [(-1, seed) for seed in seeds]  # 1
    keys = sealed_shares.reconstruct(
        [[row.key_shares[one] for one in dropped] for row in rows], points, threshold=threshold
    )
    for lost, secret in zip(dropped, keys, strict=True):
        pair = pairwise_masks.pair_of(secret)
        if pair.public != known[lost].mask_key:
            raise ValueError(f"answers must give the mask key of client {lost}, got another")
        terms += [
            (-pairwise_masks.sign(one, lost), mask_seed(pair, known[one], lost)) for one in alive
        ]
    total = np.zeros_like(vectors[0].values)
    for one in vectors:
        total += one.values  # modulo 2^64, of which Q is a divisor
    return pairwise_masks.add_masks(total & np.uint64(modulus - 1), terms, modulus=modulus)  # 2


def _require_fit(
    vectors: Sequence[MaskedVector], answers: Sequence[Answer], *, modulus: int
) -> None:
    arrived = sorted(one.client for one in vectors)
    for row in answers:
        if sorted(row.self_shares) != arrived:
            raise ValueError(
                f"answers must be about the clients whose vectors came, {arrived}, "
                f"got {sorted(row.self_shares)} from client {row.client}"
            )
    shape = vectors[0].values.shape
    for one in vectors:
        if one.modulus != modulus or one.values.shape != shape:
            raise ValueError(
                f"vectors must have shape {shape} and modulus {modulus}, got shape "
                f"{one.values.shape} and modulus {one.modulus} from client {one.client}"
            )


def mask_seed(own: KeyPair, other: Advert, number: int) -> bytes:
    """s_uv, from the mask keys of two clients: of one the pair, of the other the public key."""
    low, high = sorted((number, other.client))
    return pairwise_masks.agree(own, other.mask_key, purpose=f"mask of {low} and {high}")


def require_enough(name: str, clients: Iterable[int], *, threshold: int) -> list[int]:
    """The clients in order if there are threshold + 1 or more, else ``Aborted``."""
    found = sorted(set(clients))
    if len(found) < integer("threshold", threshold, minimum=0) + 1:
        listed = ", ".join(map(str, found)) or "none"
        raise Aborted(
            f"{name} must come from threshold + 1 = {threshold + 1} clients, got {listed}"
        )
    return found
