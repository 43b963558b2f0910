"""One round of secure aggregation in one process, with drop-outs, and its bytes on the wire (lesson 38)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from numpy.typing import ArrayLike

from lessons.mpc.aggregation import secure_aggregation as protocol
from lessons.mpc.aggregation.aggregation_messages import Advert, Answer, Envelope, MaskedVector
from lessons.mpc.aggregation.secure_aggregation import Client
from lessons.mpc.ring import Elements
from lessons.randomness import RandomBytes, secure_bytes
from lessons.validation import integer

SERVER = 0


@dataclass(frozen=True)
class Sent:
    """One message: in ``step`` (1 to 4) ``sender`` sent it to ``receiver``; the server is number 0."""

    step: int
    sender: int
    receiver: int
    message: Advert | Envelope | MaskedVector | Answer


@dataclass(frozen=True)
class Round:
    """What a round gave: the sum over ``survivors``, every message, and the clients as they are left."""

    total: Elements
    survivors: tuple[int, ...]
    sent: tuple[Sent, ...] = field(repr=False)
    clients: Mapping[int, Client] = field(repr=False)


def aggregate(
    vectors: Mapping[int, ArrayLike],
    *,
    threshold: int,
    modulus: int,
    drops: Mapping[int, int] | None = None,
    random_bytes: RandomBytes = secure_bytes,
) -> Round:
    """Run the four rounds of ``secure_aggregation`` for all clients and the server.

    ``vectors``  for each client number (from 1) its ring elements, shape (n,)
    ``drops``    client -> the first step (1 to 4) in which it is silent
    The sum is that of all clients who sent their vector in step 3. ``Aborted`` as soon as fewer than
    threshold + 1 clients speak.
    """
    silent = {client: integer("drops", step, minimum=1) for client, step in (drops or {}).items()}
    sent: list[Sent] = []

    def speaking(step: int) -> list[int]:
        here = [one for one in sorted(vectors) if silent.get(one, 5) > step]
        return protocol.require_enough(f"messages of step {step}", here, threshold=threshold)

    clients, adverts = {}, []
    for one in speaking(1):
        clients[one], advert = protocol.advertise(one, random_bytes=random_bytes)
        adverts.append(advert)
        sent.append(Sent(1, one, SERVER, advert))
    sent += [Sent(1, SERVER, one, ad) for one in clients for ad in adverts if ad.client != one]

    post: dict[int, list[Envelope]] = {one: [] for one in clients}
    for one in speaking(2):
        clients[one], envelopes = protocol.share_keys(
            clients[one], adverts, threshold=threshold, random_bytes=random_bytes
        )
        for envelope in envelopes:
            sent.append(Sent(2, one, SERVER, envelope))
            post[envelope.receiver].append(envelope)
    sent += [Sent(2, SERVER, one, envelope) for one in speaking(2) for envelope in post[one]]

    arrived = []
    for one in speaking(3):
        clients[one], vector = protocol.mask_input(
            clients[one], post[one], vectors[one], modulus=modulus
        )
        arrived.append(vector)
        sent.append(Sent(3, one, SERVER, vector))
    survivors = tuple(one.client for one in arrived)

    answers = []
    for one in speaking(4):
        clients[one], said = protocol.answer(clients[one], survivors)
        answers.append(said)
        sent.append(Sent(4, one, SERVER, said))
    total = protocol.recover_sum(arrived, answers, adverts, threshold=threshold, modulus=modulus)
    return Round(total, survivors, tuple(sent), clients)


def n_bytes(done: Round, *, client: int) -> int:
    """All that one client sent and received in a round."""
    return sum(one.message.n_bytes for one in done.sent if client in (one.sender, one.receiver))


def client_bits(
    *, n_clients: int, length: int, value_bits: int, key_bits: int = 256, share_bits: int = 256
) -> int:
    """Bits that one client sends and receives, by the formula of Bonawitz et al. (2017).

        2n · a_K + (5n − 4) · a_S + m · ⌈log₂(n(2^v − 1) + 1)⌉                          (38.v)

    ``key_bits``    a_K, of a public key: 2 sent, 2(n − 1) received
    ``share_bits``  a_S, of a share: 2(n − 1) sent in envelopes, as many received, n in the last round
    ``length``, ``value_bits``  m numbers of v bits, which the sum of n must not pass
    """
    n = integer("n_clients", n_clients, minimum=1)
    values = integer("value_bits", value_bits, minimum=1)
    sum_bits = int(n * (2**values - 1)).bit_length()  # ⌈log₂(x + 1)⌉ of an integer x
    return 2 * n * key_bits + (5 * n - 4) * share_bits + length * sum_bits


def expansion(
    *, n_clients: int, length: int, value_bits: int, key_bits: int = 256, share_bits: int = 256
) -> float:
    """How many times more than sending the vector in the clear."""
    bits = client_bits(
        n_clients=n_clients,
        length=length,
        value_bits=value_bits,
        key_bits=key_bits,
        share_bits=share_bits,
    )
    return bits / (length * value_bits)
