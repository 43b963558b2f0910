"""Lines between programs that share a key: whole messages, in both directions at once (lesson 36).

They are those of ``multiprocessing.connection``: both ends prove that they know the key before anything
else is read. What follows is neither secret nor protected against changes on the way: between
machines, lines belong inside TLS or a VPN.
"""

import contextlib
import io
import json
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from multiprocessing import connection
from multiprocessing.connection import Connection
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Any

import numpy as np
from numpy.typing import NDArray

LONGEST = 2**32  # of a message, in bytes
SILENT = "was silent until the time was up"
Callers = SimpleQueue[tuple[int, Connection]]


class PartyError(RuntimeError):
    """A party ended, failed, was silent or sent something else. ``party`` is its number, from 0."""

    def __init__(self, party: int, says: str) -> None:
        super().__init__(f"party {party + 1} {says}")
        self.party, self.says = party, says


def pack(values: Sequence[NDArray[Any]], **about: Any) -> bytes:
    """Arrays of numbers and a few words about them, as one message; no pickle."""
    file = io.BytesIO()
    for one in (np.frombuffer(json.dumps(about).encode(), np.uint8), *values):
        np.save(file, one, allow_pickle=False)
    return file.getvalue()


def unpack(message: bytes) -> tuple[dict[str, Any], list[NDArray[Any]]]:
    """Inverse of ``pack``; ``ValueError`` for anything that ``pack`` cannot have made."""
    file, arrays = io.BytesIO(message), []
    try:
        while file.tell() < len(message):
            arrays.append(np.lib.format.read_array(file, allow_pickle=False))
        return dict(json.loads(arrays[0].tobytes())), arrays[1:]
    except (ValueError, IndexError, TypeError, MemoryError) as error:
        raise ValueError(f"message must be as pack makes it, got {error}") from None


@contextlib.contextmanager
def calls(host: str, *, key: bytes) -> Iterator[tuple[tuple[str, int], Callers]]:
    """Listen at ``host``: our address, and a queue of callers that know the key, with their numbers."""
    listener = connection.Listener((host, 0), "AF_INET", backlog=16)
    callers, over = Callers(), Event()

    def answer(line: Connection) -> None:
        with contextlib.suppress(Exception):  # whoever does not know the key is sent away
            connection.deliver_challenge(line, key)
            connection.answer_challenge(line, key)
            callers.put((line.recv_bytes(1)[0], _at_once(line)))

    def accept() -> None:
        while not over.is_set():
            Thread(target=answer, args=[listener.accept()], daemon=True).start()

    thread = Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield listener.address, callers
    finally:
        over.set()
        connection.Client(listener.address, "AF_INET").close()  # a last call ends the thread
        thread.join()
        listener.close()


def call(address: tuple[str, int], *, number: int, key: bytes) -> Connection:
    """A line to the program at ``address``; we are party ``number``."""
    line = connection.Client(address, "AF_INET", authkey=key)
    line.send_bytes(bytes([number]))
    return _at_once(line)


def send(line: Connection, message: bytes) -> Thread:
    """Send from a thread: two ends that send at once must not wait for each other."""

    def write() -> None:
        with contextlib.suppress(OSError):  # whoever reads from this line sees that it has ended
            line.send_bytes(message)

    thread = Thread(target=write, daemon=True)
    thread.start()
    return thread


def receive(
    to: Mapping[int, Connection], *, left: Callable[[], float]
) -> Iterator[tuple[int, bytes | None]]:
    """One message from each line, as they come; None where the line has ended.

    ``left``  the seconds that are left: when none are, a ``PartyError`` names who is missing
    """
    came: SimpleQueue[tuple[int, bytes | None]] = SimpleQueue()

    def read(k: int, line: Connection) -> None:
        try:
            came.put((k, line.recv_bytes(LONGEST)))
        except (EOFError, OSError, MemoryError):
            came.put((k, None))

    for k, line in to.items():
        Thread(target=read, args=(k, line), daemon=True).start()
    waiting = set(to)
    while waiting:
        try:
            k, message = came.get(timeout=max(left(), 0))
        except Empty:
            raise PartyError(min(waiting), SILENT) from None
        waiting.discard(k)
        yield k, message


def hang_up(line: Connection) -> None:
    """End a line for all who read or write at either end."""
    with contextlib.suppress(OSError), _socket(line) as end:
        end.shutdown(socket.SHUT_RDWR)


def _at_once(line: Connection) -> Connection:
    with _socket(line) as end:  # a round is short: do not wait for more to send
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return line


def _socket(line: Connection) -> socket.socket:
    return socket.fromfd(line.fileno(), socket.AF_INET, socket.SOCK_STREAM)
