"""Lines between programs: sockets that carry whole frames between two ends that share a key (lesson 36).

A frame is its length in eight bytes, then its bytes. Both ends of a line prove that they know the key
before anything else is read, and neither sends it. What follows is neither secret nor protected against
changes on the way: between machines, lines belong inside TLS or a VPN.
"""

import contextlib
import hashlib
import hmac
import json
import secrets
import select
import socket
import struct
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

LENGTH = struct.Struct(">Q")
LONGEST = 2**34  # of a frame, in bytes: a larger length is no length
Address = tuple[str, int]


class PartyError(RuntimeError):
    """A party ended, failed, was silent or sent something else. ``party`` is its number, from 0.

    ``half_sent``  the lines on which a frame is still under way, so that nothing else can be sent
    """

    def __init__(self, party: int, says: str) -> None:
        super().__init__(f"party {party + 1} {says}")
        self.party, self.says = party, says
        self.half_sent: set[int] = set()


def pack(values: Sequence[NDArray[Any]], **about: Any) -> bytes:
    """Arrays and a few words about them, as a frame without its length; numbers only, no pickle."""
    arrays = [np.ascontiguousarray(one) for one in values]
    shapes = [(np.shape(one), array.dtype.str) for one, array in zip(values, arrays, strict=True)]
    header = json.dumps({**about, "arrays": shapes}).encode()
    return b"".join([LENGTH.pack(len(header)), header, *(one.tobytes() for one in arrays)])


def unpack(frame: bytes) -> tuple[dict[str, Any], list[NDArray[Any]]]:
    """Inverse of ``pack``; ``ValueError`` for anything that ``pack`` cannot have made."""
    try:
        start = LENGTH.size + LENGTH.unpack_from(frame)[0]
        about = json.loads(frame[LENGTH.size : start])
        values = []
        for shape, name in about.pop("arrays"):
            dtype = np.dtype(name)
            size = int(np.prod(shape, dtype=np.int64))
            if dtype.kind not in "uif":
                raise ValueError(f"frame must hold numbers, got {name}")
            values.append(np.frombuffer(frame, dtype, size, start).reshape(shape).copy())
            start += size * dtype.itemsize
    except (KeyError, TypeError, AttributeError, struct.error, UnicodeDecodeError) as error:
        raise ValueError(f"frame must be as pack makes it, got {error}") from None
    if start != len(frame):
        raise ValueError(f"frame must be {start} bytes long, got {len(frame)}")
    return about, values


def swap(
    lines: Mapping[int, socket.socket], frames: Mapping[int, bytes], *, deadline: float
) -> dict[int, bytes]:
    """Send ``frames[k]`` to and receive one frame from each ``lines[k]``, all of them at once.

    No end waits for another one to read first, so large frames cannot block each other.
    ``deadline``  on ``time.monotonic``'s clock: the first party that is missing then is named
    ``PartyError`` names a party whose line breaks as soon as it does.
    """
    outgoing = {k: memoryview(LENGTH.pack(len(frame)) + frame) for k, frame in frames.items()}
    incoming = {k: bytearray() for k in lines}
    try:
        _swap(lines, outgoing, incoming, deadline)
    except PartyError as error:
        error.half_sent = set(outgoing)
        raise
    return {k: bytes(frame[LENGTH.size :]) for k, frame in incoming.items()}


def _swap(
    lines: Mapping[int, socket.socket],
    outgoing: dict[int, memoryview],
    incoming: Mapping[int, bytearray],
    deadline: float,
) -> None:
    waiting = set(incoming)
    while outgoing or waiting:
        left = max(deadline - time.monotonic(), 0)
        readable, writable, _ = select.select(
            [lines[k] for k in waiting], [lines[k] for k in outgoing], [], left
        )
        if not readable and not writable:
            raise PartyError(min(waiting or outgoing), "was silent until the time was up")
        for k in [k for k in waiting if lines[k] in readable]:
            if _read(k, lines[k], incoming[k]):
                waiting.discard(k)
        for k in [k for k in outgoing if lines[k] in writable]:
            try:
                outgoing[k] = outgoing[k][lines[k].send(outgoing[k][: 2**18]) :]
            except OSError:
                raise PartyError(k, "ended in the middle of the protocol") from None
            if not outgoing[k]:
                del outgoing[k]


def _read(k: int, line: socket.socket, so_far: bytearray) -> bool:
    """Read what is there, up to the end of the frame; whether the frame is complete."""
    missing = LENGTH.size - len(so_far)
    if missing <= 0:
        length = LENGTH.unpack_from(so_far)[0]
        if length > LONGEST:
            raise PartyError(k, f"announced a frame of {length} bytes")
        missing = LENGTH.size + length - len(so_far)
    if missing:
        try:
            chunk = line.recv(min(missing, 2**18))
        except OSError:
            chunk = b""
        if not chunk:
            raise PartyError(k, "ended in the middle of the protocol")
        so_far += chunk
    return len(so_far) >= LENGTH.size and len(so_far) == LENGTH.size + LENGTH.unpack_from(so_far)[0]


def send_frame(line: socket.socket, frame: bytes) -> None:
    """Send one frame; ``OSError`` (``TimeoutError``) where it does not leave."""
    line.sendall(LENGTH.pack(len(frame)) + frame)


def receive_frame(line: socket.socket) -> bytes:
    """Wait for one frame; ``EOFError`` where the line ends before it is complete."""
    return _exactly(line, min(LENGTH.unpack(_exactly(line, LENGTH.size))[0], LONGEST))


def _exactly(line: socket.socket, size: int) -> bytes:
    got = bytearray()
    while len(got) < size:
        chunk = line.recv(min(size - len(got), 2**18))
        if not chunk:
            raise EOFError("the line ended")
        got += chunk
    return bytes(got)


def listen(host: str) -> socket.socket:
    """Listen at ``host`` only, on a port that is free; its address is ``getsockname()``."""
    return socket.create_server((host, 0))


def connect(address: Address, *, name: int, key: bytes, deadline: float) -> socket.socket:
    """Call ``address`` and say that party ``name`` is calling; both ends prove that they know ``key``."""
    line = socket.create_connection(address, timeout=_left(deadline))
    try:
        mine = secrets.token_bytes(16)
        send_frame(line, bytes([name]) + mine)
        theirs = receive_frame(line)
        if not hmac.compare_digest(theirs[16:], _proof(key, b"answer", name, mine)):
            raise ValueError("key must be that of the other end, got another key")
        send_frame(line, _proof(key, b"call", name, theirs[:16]))
        return _ready(line)
    except BaseException:
        line.close()
        raise


def accept(listener: socket.socket, *, key: bytes, deadline: float) -> tuple[int, socket.socket]:
    """Wait for one caller that knows ``key``: its number and the line. Other callers are sent away."""
    while True:
        listener.settimeout(_left(deadline))
        line, _ = listener.accept()
        with contextlib.suppress(OSError, EOFError, IndexError):
            line.settimeout(2.0)  # even where the deadline is nearer: this one has called
            called = receive_frame(line)
            name, mine = called[0], secrets.token_bytes(16)
            send_frame(line, mine + _proof(key, b"answer", name, called[1:]))
            if hmac.compare_digest(receive_frame(line), _proof(key, b"call", name, mine)):
                return name, _ready(line)
        line.close()


def _proof(key: bytes, role: bytes, name: int, nonce: bytes) -> bytes:
    return hmac.new(key, role + bytes([name]) + nonce, hashlib.sha256).digest()


def _ready(line: socket.socket) -> socket.socket:
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # a round is short: send at once
    line.settimeout(None)
    return line


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the time was up")
    return left
