"""Which parties are here: one protocol for all rows in one program, or for one row in each (lesson 36).

A protocol works on the rows of the parties that are *here*. In one program all n are here, and the
``wire`` is a list that notes what would have been sent (or None). In a process of its own, one party
is here; its arrays have one row, and the ``wire`` is a ``Transport`` that sends and receives. Two
things differ, and both stand below: how rows meet (``all_rows``), and where party 0 is (``first_row``).
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from lessons.mpc.ring import Elements
from lessons.mpc.wire import Parcel, Wire, send


class Transport(ABC):
    """One party's own ends of the lines to all others; see ``lessons.mpc.servers.party``."""

    party: int
    n_parties: int

    @abstractmethod
    def exchange(
        self, values: Sequence[Elements], *, step: int, labels: Sequence[str]
    ) -> list[Elements]:
        """Give each value (1, …) to every other party; return all parties' rows, (n_parties, …)."""


Link = Wire | Transport | None

listening: ContextVar[list[Elements] | None] = ContextVar("listening", default=None)
"""Where the rows that meet in this thread are noted, if somebody listens (the checks of lesson 36)."""


def all_rows(
    values: Sequence[Elements], *, step: int, labels: Sequence[str], wire: Link
) -> list[Elements]:
    """Every party sends its rows of ``values`` to every other one: one round, whatever their number.

    Returns the values with the rows of all parties, (n_parties, …) each.
    """
    if (noted := listening.get()) is not None:
        noted.extend(rows.copy() for rows in values)
    if isinstance(wire, Transport):
        return wire.exchange(values, step=step, labels=labels)
    for rows, label in zip(values, labels, strict=True):
        for sender in range(len(rows)):
            for receiver in range(len(rows)):
                if receiver != sender:
                    send(
                        rows[sender],
                        step=step,
                        sender=sender,
                        receiver=receiver,
                        label=f"{label} {sender + 1}",
                        wire=wire,
                    )
    return list(values)


def first_row(wire: Link) -> slice:
    """Where party 0's row is among those here: what *one* party adds, it adds there.

    An empty slice where party 0 is elsewhere, so that nothing is added.
    """
    here = not isinstance(wire, Transport) or wire.party == 0
    return slice(0, 1 if here else 0)


def numbers_here(rows: Elements, *, wire: Link) -> tuple[int, ...]:
    """The number of the party that each of ``rows`` belongs to."""
    return (wire.party,) if isinstance(wire, Transport) else tuple(range(len(rows)))


def number_of_parties(rows: Elements, *, wire: Link) -> int:
    """How many parties there are, here and elsewhere."""
    return wire.n_parties if isinstance(wire, Transport) else len(rows)


def require_rows(name: str, rows: Elements, *, wire: Link, least: int = 2) -> Elements:
    """``ValueError`` unless there is a row for each party here: one, or in one program ``least``."""
    if isinstance(wire, Transport):
        if rows.ndim == 0 or len(rows) != 1:
            rule = f"must have the row of party {wire.party + 1} only"
            raise ValueError(f"{name} {rule}, got shape {rows.shape}")
    elif rows.ndim == 0 or len(rows) < least:
        raise ValueError(f"{name} must have {least} rows or more, got shape {rows.shape}")
    return rows


def held_by(party: int, shared: Any) -> Any:
    """What one party holds of ``shared``: row ``party`` of each array of shares, as shape (1, …).

    ``shared``  an array with a leading axis of parties, or a tuple, list, dictionary or frozen
    dataclass (a Beaver triple, a truncation pair) of such; anything else is public and stays.
    """
    if isinstance(shared, np.ndarray):
        return shared[party : party + 1].copy()
    if isinstance(shared, tuple | list):
        return type(shared)(held_by(party, one) for one in shared)
    if isinstance(shared, dict):
        return {name: held_by(party, one) for name, one in shared.items()}
    if is_dataclass(shared) and not isinstance(shared, type):
        parts = {one.name: held_by(party, getattr(shared, one.name)) for one in fields(shared)}
        return type(shared)(**parts)
    return shared


def bytes_by_step(wire: Sequence[Parcel], *, party: int) -> dict[int, int]:
    """The bytes that ``party`` sends in each step of a wire; a step is one round."""
    sent: dict[int, int] = {}
    for parcel in wire:
        if parcel.sender == party:
            sent[parcel.step] = sent.get(parcel.step, 0) + parcel.n_bytes
    return sent
