"""Who sent what to whom: a protocol's transcript, and what each party has seen of it.

The first question about any private computation is not how it computes but who sees what. A
protocol of the course writes its messages into a ``Transcript``; the *who sees what* viewer and
the tests read it.
"""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Message:
    """One message: in ``step`` (from 1), ``sender`` tells each of ``receivers`` the ``content``.

    ``label`` names the content in a few characters ("w", "share 2"); ``content`` is what a receiver
    can read, in words or numbers. Without receivers it is what the sender works out and keeps.
    """

    step: int
    sender: str
    receivers: tuple[str, ...]
    label: str
    content: str


@dataclass(frozen=True)
class Transcript:
    """The parties, what each held before the protocol, the titles of its steps, its messages."""

    parties: tuple[str, ...]
    holds: dict[str, str]
    steps: tuple[str, ...]
    messages: tuple[Message, ...]

    def __post_init__(self) -> None:
        if len(set(self.parties)) != len(self.parties) or not self.parties:
            raise ValueError(f"parties must be distinct and at least one, got {self.parties}")
        for party in self.holds:
            self._require_party("holds", party)
        for message in self.messages:
            self._require_party("sender", message.sender)
            for receiver in message.receivers:
                self._require_party("receivers", receiver)
            if not 1 <= message.step <= len(self.steps):
                raise ValueError(
                    f"step must lie from 1 to {len(self.steps)}, got step={message.step}"
                )

    def _require_party(self, name: str, party: str) -> None:
        if party not in self.parties:
            raise ValueError(f"{name} must name one of {self.parties}, got {name}={party!r}")


def seen_by(transcript: Transcript, viewers: Collection[str], *, step: int) -> list[Message]:
    """The messages that ``viewers``, pooling what they have, sent or received up to ``step``."""
    for viewer in viewers:
        transcript._require_party("viewers", viewer)
    watching = set(viewers)
    return [
        message
        for message in transcript.messages
        if message.step <= step and watching & {message.sender, *message.receivers}
    ]
