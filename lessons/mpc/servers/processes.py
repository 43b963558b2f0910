"""Real parties: each one a program of its own, with lines to all others and to the notebook (lesson 36).

    with processes.start(n_parties=3) as servers:
        done = servers.run(private_network.logits, each=[…], everyone={…}, seconds=10)

Each party runs the *same* protocol functions, on its own row, with its end of the lines as ``wire``.
Nothing listens once the parties have met. Whatever goes wrong ends all of them and names the culprit.

On other machines a party is started by hand: ``start(by_hand=True)`` prints the commands.
"""

import contextlib
import os
import pickle
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from queue import Empty
from typing import Any, Self

from numpy.typing import NDArray

from lessons.mpc.servers import lines
from lessons.mpc.servers.lines import PartyError
from lessons.mpc.servers.party import START
from lessons.validation import integer

GRACE = 0.5  # seconds that the notebook waits longer than the parties do for each other


@dataclass(frozen=True)
class Done:
    """What one party gives back of a run.

    ``values``         the arrays that the function returned (one array counts as one)
    ``bytes_by_step``  what it sent to other parties, 8 bytes an element;  ``socket_bytes`` with words
    ``seconds``        how long its run took, by its own clock
    """

    values: list[NDArray[Any]]
    bytes_by_step: dict[int, int]
    socket_bytes: int
    seconds: float


class Servers:
    """The notebook's end: starts the parties, gives them work, and sees to it that they end."""

    def __init__(self, to: dict[int, Connection], programs: list[subprocess.Popen[bytes]]) -> None:
        self.to, self.programs = to, programs

    def run(
        self,
        function: Callable[..., Any],
        *,
        each: Sequence[Mapping[str, Any]],
        everyone: Mapping[str, Any] | None = None,
        seconds: float = 10.0,
    ) -> list[Done]:
        """Call ``function(**each[i], **everyone, wire=…)`` in party i, for all i at once.

        ``function``  of an importable module: a process of its own cannot see a notebook's cells
        ``seconds``   how long all of it may take; then whoever is silent is named
        ``PartyError`` names the party that ended, failed, was silent or sent something else. After
        it, as after an interrupt, all parties have ended.
        """
        if not self.to:
            raise ValueError("the parties have ended; start them again")
        if function.__module__ == "__main__" or "<" in function.__qualname__:
            raise ValueError(
                f"function must be importable by another program, got {function.__qualname__}"
            )
        if len(each) != len(self.to):
            raise ValueError(f"each must have {len(self.to)} entries, got {len(each)}")
        name = (function.__module__, function.__qualname__)
        try:
            for k, own in enumerate(each):
                job = pickle.dumps((*name, {**(everyone or {}), **own}, float(seconds)))
                lines.send(self.to[k], job)
            return self._collect(time.monotonic() + seconds + GRACE)
        except BaseException:
            self.close()
            raise

    def _collect(self, deadline: float) -> list[Done]:
        """Wait for a report of each party; on a failure, a little longer for those of the others."""
        done: dict[int, Done] = {}
        failures: list[tuple[int, PartyError]] = []
        reports = lines.receive(self.to, left=lambda: deadline - time.monotonic())
        try:
            for k, report in reports:
                try:
                    about, values = lines.unpack(report or b"")
                except ValueError:
                    failures.append((k, PartyError(k, f"ended{self._how(k)}")))
                else:
                    if "says" in about:
                        failures.append((k, PartyError(about["party"], about["says"])))
                    else:
                        steps = {int(step): n for step, n in about["steps"]}
                        done[k] = Done(values, steps, about["socket_bytes"], about["seconds"])
                if failures:
                    deadline = min(deadline, time.monotonic() + GRACE)
        except PartyError as error:
            heard = {k for k, _ in failures} | set(done)
            silent = [(k, PartyError(k, error.says)) for k in sorted(set(self.to) - heard)]
            named = {error.party for _, error in failures}
            raise _culprit(failures if named - heard else failures + silent) from None
        if failures:
            raise _culprit(failures)
        return [done[k] for k in range(len(self.to))]

    def _how(self, k: int) -> str:
        if k >= len(self.programs):
            return ""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return f" with exit code {self.programs[k].wait(0.5)}"
        return ""

    def close(self) -> None:
        """End all parties, now; nothing of them is left. Closing twice is fine."""
        for line in self.to.values():
            lines.hang_up(line)  # a party whose line to the notebook ends, ends
        for program in self.programs:
            if program.stdin is not None:
                with contextlib.suppress(OSError):
                    program.stdin.close()
            program.kill()
        for program in self.programs:
            program.wait()
        self.to, self.programs = {}, []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()


def start(*, n_parties: int = 3, host: str = "127.0.0.1", by_hand: bool = False) -> Servers:
    """Start the parties, let them meet, and return the notebook's end; use it in a ``with``.

    ``host``     the notebook's own address as the parties see it; 127.0.0.1 stays on this machine
    ``by_hand``  print the commands for the other machines, and wait for their parties to call
    """
    n_parties = integer("n_parties", n_parties, minimum=2)
    key = secrets.token_hex(32)
    servers = Servers({}, [])
    deadline = time.monotonic() + (600.0 if by_hand else START)
    try:
        with lines.calls(host, key=key.encode()) as (address, callers):
            command = ["-m", "lessons.mpc.servers.party", "--notebook", f"{host}:{address[1]}"]
            for party in range(n_parties):
                own = [*command, "--party", str(party + 1)]
                if by_hand:
                    print("python", *own, "--host OWN_ADDRESS   # its key:", key)
                else:
                    servers.programs.append(_program([*own, "--host", host], key))
            while len(servers.to) < n_parties:
                _next_caller(
                    servers, callers, min(set(range(n_parties)) - set(servers.to)), deadline
                )
        met = _answers(servers.to)
        addresses = [lines.unpack(met[k])[0]["address"] for k in range(n_parties)]
        for line in servers.to.values():
            lines.send(line, lines.pack([], addresses=addresses))
        _answers(servers.to)  # each has met all others
        return servers
    except BaseException:
        servers.close()
        raise


def _next_caller(servers: Servers, callers: lines.Callers, missing: int, deadline: float) -> None:
    """Wait a little for the next party; one that has ended instead is named at once."""
    for party, program in enumerate(servers.programs):
        if program.poll() is not None:
            raise PartyError(party, f"ended at its start with exit code {program.returncode}")
    if time.monotonic() >= deadline:
        raise PartyError(missing, "did not call the notebook in time")
    with contextlib.suppress(Empty):
        party, line = callers.get(timeout=0.25)
        servers.to[party] = line


def _answers(to: Mapping[int, Connection]) -> dict[int, bytes]:
    """One message from each party, while they meet."""
    deadline, answers = time.monotonic() + START, {}
    for k, message in lines.receive(to, left=lambda: deadline - time.monotonic()):
        if message is None:
            raise PartyError(k, "ended at its start")
        answers[k] = message
    return answers


def _program(arguments: Sequence[str], key: str) -> subprocess.Popen[bytes]:
    """Start a Python with the paths of this one; the key goes in by standard input, not by a name."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    environment["PYTHONPATH"] = os.pathsep.join([os.getcwd(), *filter(None, sys.path)])
    program = subprocess.Popen(
        [sys.executable, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,  # an interrupt is for the notebook, which then ends the parties
    )
    assert program.stdin is not None
    with contextlib.suppress(OSError):  # it has ended already: seen by the caller
        program.stdin.write(key.encode() + b"\n")
        program.stdin.flush()
    return program


def _culprit(failures: Sequence[tuple[int, PartyError]]) -> PartyError:
    """Who is to blame, by what party k reports (or what its line shows).

    First a party whose line ended, then one that says so itself, then the one that most others name.
    """
    for k, error in failures:
        if k == error.party and error.says.startswith("ended"):
            return error
    for k, error in failures:
        if k == error.party and error.says.startswith("raised"):
            return error
    named = [error.party for k, error in failures if k != error.party] or [failures[0][1].party]
    party = max(named, key=named.count)
    return next(error for _, error in failures if error.party == party)
