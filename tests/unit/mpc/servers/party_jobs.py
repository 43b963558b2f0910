"""What misbehaving parties do, importable by programs of their own."""

import os
import signal
import time

import numpy as np

from lessons.mpc import additive
from lessons.mpc.servers import lines

W = 2**64


def honest(x_shares, *, wire):
    for step in range(1, 4):
        opened = additive.open_shares(x_shares, modulus=W, wire=wire, step=step)
    return opened


def _misbehaves(x_shares, *, culprit, act, wire):
    additive.open_shares(x_shares, modulus=W, wire=wire, step=1)
    if wire.party == culprit:
        x_shares = act(x_shares)
    return additive.open_shares(x_shares, modulus=W, wire=wire, step=2)


def _raise(x_shares):
    raise KeyError("no such layer")


def _kill(x_shares):
    os.kill(os.getpid(), signal.SIGKILL)


def _exit(x_shares):
    os._exit(3)


def _sleep(x_shares):
    time.sleep(600)


def _loop(x_shares):
    while True:
        pass


def _wider(x_shares):
    return np.concatenate([x_shares, x_shares], axis=1)


def _two_rows(x_shares):
    return np.concatenate([x_shares, x_shares], axis=0)


ACTS = {
    "raises": _raise,
    "killed": _kill,
    "exits": _exit,
    "sleeps": _sleep,
    "loops": _loop,
    "wider": _wider,
    "two_rows": _two_rows,
}


def misbehaves(x_shares, *, culprit, act, wire):
    return _misbehaves(x_shares, culprit=culprit, act=ACTS[act], wire=wire)


def what_others_saw(x_shares, *, culprit, act, path, wire):
    """Note the error that each party sees, for the test to read."""
    try:
        return misbehaves(x_shares, culprit=culprit, act=act, wire=wire)
    except Exception as error:
        path.joinpath(f"{wire.party}.txt").write_text(f"{type(error).__name__}: {error}")
        raise


def another_step(x_shares, *, wire):
    """Party 2 is one step ahead of the others."""
    step = 2 if wire.party == 1 else 1
    return additive.open_shares(x_shares, modulus=W, wire=wire, step=step)


def large(x_shares, *, wire):
    """Messages larger than any socket's buffer."""
    rows = np.broadcast_to(x_shares, (1, 2_000_000))
    return additive.open_shares(rows, modulus=W, wire=wire)[:3]


def speaks_garbage(x_shares, *, wire):
    if wire.party == 2:
        for line in wire.to.values():
            line.send_bytes(b"hello")
        time.sleep(600)
    return additive.open_shares(x_shares, modulus=W, wire=wire)


def stops_in_a_message(x_shares, *, wire):
    """The others have read a part of what party 3 announced, and wait for the rest."""
    if wire.party == 2:
        for line in wire.to.values():
            os.write(line.fileno(), (1000).to_bytes(4, "big") + b"hello")
        time.sleep(600)
    return additive.open_shares(x_shares, modulus=W, wire=wire)


def never_reads(x_shares, *, wire):
    """Party 3 sends all that it should, and takes nothing."""
    if wire.party == 2:
        lines.receive = lambda *_, **__: time.sleep(600)
    return large(x_shares[:, :1], wire=wire)


def never_ends(x_shares, *, wire):
    time.sleep(600)
