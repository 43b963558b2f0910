"""One party as a program of its own: its lines to the others, and the work that the notebook sends.

    python -m lessons.mpc.servers.party --party 2 --notebook 10.0.0.5:41234 --host 10.0.0.7

``processes`` starts such programs on this machine; on another one it is done by hand. To the
protocols, ``Lines`` is the ``wire``: it sends and receives where a list would only take notes (lesson 36).
"""

import argparse
import contextlib
import importlib
import os
import pickle
import sys
import time
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Thread
from typing import Any

import numpy as np

from lessons.mpc.parties import Transport
from lessons.mpc.ring import Elements
from lessons.mpc.servers import lines
from lessons.mpc.servers.lines import PartyError

START = 30.0  # seconds that the parties have to start and to meet


class Lines(Transport):
    """One party's ends of the lines to all others.

    ``bytes_by_step``  what this party has sent, 8 bytes an element, as a wire in one program counts
    ``socket_bytes``   the same with the few words that stand in each message
    """

    def __init__(self, party: int, n_parties: int, to: Mapping[int, Connection]) -> None:
        self.party, self.n_parties, self.to = party, n_parties, to
        self.sending: dict[int, Thread] = {}
        self.begin(deadline=0.0)

    def begin(self, *, deadline: float) -> None:
        """Start counting afresh; from ``deadline`` on, whoever is silent is named."""
        self.deadline, self.socket_bytes = deadline, 0
        self.bytes_by_step: dict[int, int] = {}

    def exchange(
        self, values: Sequence[Elements], *, step: int, labels: Sequence[str]
    ) -> list[Elements]:
        """Give each value to every other party in one message, and put all parties' rows together."""
        message = lines.pack(values, step=step, labels=list(labels))
        others = len(self.to)
        sent = others * sum(one.nbytes for one in values)
        self.bytes_by_step[step] = self.bytes_by_step.get(step, 0) + sent
        self.socket_bytes += others * len(message)
        self.sending = {k: lines.send(line, message) for k, line in self.to.items()}
        rows = {self.party: list(values)}
        for k, got in lines.receive(self.to, left=self._left):
            if got is None:
                raise PartyError(k, "ended in the middle of the protocol")
            rows[k] = self._values(k, got, values, step, labels)
        for k, thread in self.sending.items():
            thread.join(max(self._left(), 0))
            if thread.is_alive():
                raise PartyError(k, lines.SILENT)
        return [
            np.concatenate([rows[k][place] for k in range(self.n_parties)])
            for place in range(len(values))
        ]

    def abort(self, error: PartyError) -> None:
        """Tell the others who is to blame; they may be waiting."""
        message = lines.pack([], party=error.party, says=error.says)
        for k, line in self.to.items():
            if k not in self.sending or not self.sending[k].is_alive():
                lines.send(line, message)

    def _left(self) -> float:
        return self.deadline - time.monotonic()

    def _values(
        self, k: int, message: bytes, mine: Sequence[Elements], step: int, labels: Sequence[str]
    ) -> list[Elements]:
        try:
            about, values = lines.unpack(message)
        except ValueError as error:
            raise PartyError(k, f"sent what nobody can read: {error}") from None
        if "says" in about:
            raise PartyError(int(about["party"]), str(about["says"]))
        if (about.get("step"), about.get("labels")) != (step, list(labels)):
            theirs = f"{about.get('labels')} of step {about.get('step')}"
            raise PartyError(k, f"sent {theirs}, expected {list(labels)} of step {step}")
        got, expected = ([(*one.shape, one.dtype.name) for one in some] for some in (values, mine))
        if got != expected:
            raise PartyError(k, f"sent arrays {got} in step {step}, expected {expected}")
        return values


def main() -> None:
    """Meet the notebook and the other parties, then work until the notebook hangs up.

    ``--notebook`` is where the notebook listens, ``--host`` this machine's address for the other
    parties. The key is the first line of standard input.
    """
    parser = argparse.ArgumentParser(prog="python -m lessons.mpc.servers.party")
    parser.add_argument("--party", type=int, required=True)
    parser.add_argument("--notebook", required=True)
    parser.add_argument("--host", required=True)
    options = parser.parse_args()
    host, port = options.notebook.rsplit(":", 1)
    key = sys.stdin.readline().strip().encode()
    party = options.party - 1
    notebook = lines.call((host, int(port)), number=party, key=key)
    jobs: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_read, args=(notebook, jobs), daemon=True).start()
    wire = _meet(notebook, jobs, party, options.host, key)
    while True:
        notebook.send_bytes(_work(jobs.get(), wire))


def _read(notebook: Connection, jobs: SimpleQueue[bytes]) -> None:
    """What the notebook sends. As soon as its line ends we do, also in the middle of a run that hangs."""
    with contextlib.suppress(OSError, EOFError):
        while True:
            jobs.put(notebook.recv_bytes())
    os._exit(0)


def _meet(
    notebook: Connection, jobs: SimpleQueue[bytes], party: int, host: str, key: bytes
) -> Lines:
    """Tell the notebook where we listen, learn where the others do, and get a line to each of them."""
    with lines.calls(host, key=key) as (address, callers):
        notebook.send_bytes(lines.pack([], address=address))
        addresses = lines.unpack(jobs.get())[0]["addresses"]
        to = {k: lines.call(tuple(addresses[k]), number=party, key=key) for k in range(party)}
        while len(to) < len(addresses) - 1:
            k, to[k] = callers.get(timeout=START)
    notebook.send_bytes(b"")
    return Lines(party, len(addresses), to)


def _work(job: bytes, wire: Lines) -> bytes:
    began = time.monotonic()
    wire.begin(deadline=began)
    try:
        module, name, arguments, seconds = pickle.loads(job)  # from the notebook, which has the key
        wire.begin(deadline=began + seconds)
        result = getattr(importlib.import_module(module), name)(**arguments, wire=wire)
        values = list(result) if isinstance(result, tuple | list) else [np.asarray(result)]
        about: dict[str, Any] = {
            "steps": list(wire.bytes_by_step.items()),
            "socket_bytes": wire.socket_bytes,
            "seconds": time.monotonic() - began,
        }
        return lines.pack(values, **about)
    except PartyError as error:
        failure = error
    except Exception as error:
        failure = PartyError(wire.party, f"raised {type(error).__name__}: {error}")
    wire.abort(failure)
    return lines.pack([], party=failure.party, says=failure.says)


if __name__ == "__main__":
    main()
