"""One party as a program of its own: its lines to the others, and the work that the notebook sends.

    python -m lessons.mpc.party --party 2 --notebook 10.0.0.5:41234 --host 10.0.0.7

``lessons.mpc.processes`` starts such programs on this machine; on another one it is done by hand. To the
protocols, ``Lines`` is the ``wire``: it sends and receives where a list would only take notes (lesson 36).
"""

import argparse
import contextlib
import importlib
import os
import pickle
import queue
import socket
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lessons.mpc import lines
from lessons.mpc.lines import Address, PartyError
from lessons.mpc.ring import Elements

START = 30.0  # seconds that the parties have to start and to meet


class Lines:
    """One party's ends of the lines to all others: a ``parties.Transport``.

    ``bytes_by_step``  what this party has sent, 8 bytes an element, as a wire in one program counts
    ``socket_bytes``   the same with the few words that stand before each message
    """

    def __init__(self, party: int, n_parties: int, to: Mapping[int, socket.socket]) -> None:
        self.party, self.n_parties, self.to = party, n_parties, to
        self.begin(deadline=0.0)

    def begin(self, *, deadline: float) -> None:
        """Start counting afresh; from ``deadline`` on, whoever is silent is named."""
        self.deadline, self.socket_bytes = deadline, 0
        self.bytes_by_step: dict[int, int] = {}

    def exchange(
        self, values: Sequence[Elements], *, step: int, labels: Sequence[str]
    ) -> list[Elements]:
        """Give each value to every other party in one frame, and put all parties' rows together."""
        frame = lines.pack(values, step=step, labels=list(labels))
        others = len(self.to)
        sent = others * sum(one.nbytes for one in values)
        self.bytes_by_step[step] = self.bytes_by_step.get(step, 0) + sent
        self.socket_bytes += others * (lines.LENGTH.size + len(frame))
        frames = lines.swap(self.to, dict.fromkeys(self.to, frame), deadline=self.deadline)
        rows = {k: self._values(k, got, values, step, labels) for k, got in frames.items()}
        rows[self.party] = list(values)
        return [
            np.concatenate([rows[k][place] for k in range(self.n_parties)])
            for place in range(len(values))
        ]

    def abort(self, error: PartyError) -> None:
        """Tell the others who is to blame; they may be waiting."""
        frame = lines.pack([], party=error.party, says=error.says)
        for k, line in self.to.items():
            if k not in error.half_sent:
                with contextlib.suppress(OSError):
                    line.settimeout(0.2)
                    lines.send_frame(line, frame)

    def _values(
        self, k: int, frame: bytes, mine: Sequence[Elements], step: int, labels: Sequence[str]
    ) -> list[Elements]:
        try:
            about, values = lines.unpack(frame)
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
    parser = argparse.ArgumentParser(prog="python -m lessons.mpc.party")
    parser.add_argument("--party", type=int, required=True)
    parser.add_argument("--notebook", required=True)
    parser.add_argument("--host", required=True)
    options = parser.parse_args()
    host, port = options.notebook.rsplit(":", 1)
    key = sys.stdin.readline().strip().encode()
    party, deadline = options.party - 1, time.monotonic() + START
    notebook = lines.connect((host, int(port)), name=party, key=key, deadline=deadline)
    serve(notebook, _meet(notebook, party, options.host, key))


def _meet(notebook: socket.socket, party: int, host: str, key: bytes) -> Lines:
    """Tell the notebook where we listen, learn where the others do, and get a line to each of them."""
    listener = lines.listen(host)
    with listener:
        lines.send_frame(notebook, lines.pack([], address=listener.getsockname()[:2]))
        about, _ = lines.unpack(lines.receive_frame(notebook))
        addresses: list[Address] = [(name, port) for name, port in about["addresses"]]
        deadline, to = time.monotonic() + START, {}
        for k in range(party):
            to[k] = lines.connect(addresses[k], name=party, key=key, deadline=deadline)
        while len(to) < len(addresses) - 1:
            k, line = lines.accept(listener, key=key, deadline=deadline)
            to[k] = line
    lines.send_frame(notebook, b"")
    return Lines(party, len(addresses), to)


def serve(notebook: socket.socket, wire: Lines) -> None:
    """Do what the notebook asks for, one run after the other; end as soon as its line does."""
    jobs: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def read() -> None:
        with contextlib.suppress(OSError, EOFError):
            while True:
                jobs.put(lines.receive_frame(notebook))
        os._exit(0)  # also in the middle of a run that hangs

    threading.Thread(target=read, daemon=True).start()
    while True:
        report = _work(jobs.get(), wire)
        lines.send_frame(notebook, report)


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
