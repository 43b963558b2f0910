"""What crosses between parties: every message, noted where it leaves, so that it can be counted.

A protocol appends its messages to the ``wire``, a list that the caller hands in; the *who sees
what* viewer reads it through ``transcript``. Nothing crosses a network here: in lesson 36 that is
done in ``servers.lines``.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lessons.mpc.ring import Elements
from lessons.transcript import Message, Transcript


@dataclass(frozen=True)
class Parcel:
    """One message: in ``step``, party ``sender`` gives party ``receiver`` the ``payload``.

    Parties are numbered from 0, steps from 1.
    """

    step: int
    sender: int
    receiver: int
    label: str
    payload: Elements

    @property
    def n_bytes(self) -> int:
        """Eight bytes for each ring element."""
        return self.payload.nbytes


Wire = list[Parcel]


def send(
    payload: ArrayLike, *, step: int, sender: int, receiver: int, label: str, wire: Wire | None
) -> Elements:
    """Carry ``payload`` from ``sender`` to ``receiver`` and note it on ``wire``."""
    copy = np.array(payload, dtype=np.uint64)
    if wire is not None:
        wire.append(Parcel(step, sender, receiver, label, copy))
    return copy


def transcript(
    wire: Wire,
    *,
    parties: tuple[str, ...],
    holds: Mapping[str, str],
    steps: tuple[str, ...],
) -> Transcript:
    """The wire in words, for the *who sees what* viewer; party i is called ``parties[i]``."""
    messages = tuple(
        Message(
            parcel.step,
            parties[parcel.sender],
            (parties[parcel.receiver],),
            parcel.label,
            ", ".join(str(value) for value in parcel.payload.flat),
        )
        for parcel in wire
    )
    return Transcript(parties, dict(holds), steps, messages)
