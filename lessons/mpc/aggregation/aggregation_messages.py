"""What clients and server send each other in secure aggregation, and how many bytes it is (lesson 38)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lessons.mpc.aggregation.pairwise_masks import require_power_of_two
from lessons.mpc.ring import Elements


@dataclass(frozen=True)
class Advert:
    """Round 1, client to all: its public keys, for envelopes and for masks."""

    client: int
    envelope_key: bytes
    mask_key: bytes

    @property
    def n_bytes(self) -> int:
        """Of the two keys."""
        return len(self.envelope_key) + len(self.mask_key)


@dataclass(frozen=True)
class Envelope:
    """Round 2, client to client by way of the server, who cannot open it: two Shamir shares."""

    sender: int
    receiver: int
    sealed: bytes = field(repr=False)

    @property
    def n_bytes(self) -> int:
        """Of the sealed shares."""
        return len(self.sealed)


@dataclass(frozen=True)
class MaskedVector:
    """Round 3, client to server: its vector under all of its masks."""

    client: int
    values: Elements
    modulus: int

    @property
    def n_bytes(self) -> int:
        """Packed, b bits for each number (``quantisation.pack``)."""
        return -(-self.values.size * require_power_of_two(self.modulus) // 8)


@dataclass(frozen=True)
class Answer:
    """Round 4, client to server: its share of one secret of each client, and never of both."""

    client: int
    key_shares: Mapping[int, Elements]
    self_shares: Mapping[int, Elements]

    @property
    def n_bytes(self) -> int:
        """Four bytes for each field element."""
        every = (*self.key_shares.values(), *self.self_shares.values())
        return sum(4 * one.size for one in every)
