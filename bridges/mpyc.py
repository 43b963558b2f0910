"""MPyC on the numbers that lesson 55 sends: mpyc.py IN.npz OUT.npz.

Three parties in three processes on 127.0.0.1, each with a file that holds its own numbers only; then one
party alone, as MPyC runs without options.

In:   totals, counts (3,), party i has entry i; x (n,) of party 1, y (n,) of party 2; scores (m,) of party
      0; coefficients (2,) of the polynomial for the sigmoid; large (k,) of party 0
Out:  mean                  of everybody's records
      about_product (n,)    x * y, rounded at random as MPyC does it
      about_sigmoid (m,)    1/2 + c1 x + c3 x^3
      about_squares (k,)    large * large
      above_one (k,)        large > 1, as 1 or 0
      drawn_shares (3, 3)   of the totals, modulo the prime modulus; row i from party i
      alone (3,)            the one share of each total, where one party runs alone
"""

import functools
import socket
import subprocess
import sys
import time

import numpy as np
from mpyc.runtime import mpc  # takes its options, -P, -I and --no-log, out of sys.argv

SECINT, SECFXP = mpc.SecInt(20), mpc.SecFxp(32, 16)  # sums below 2**19; 16 of 32 bits fractional


def fixed(values):
    """Shares that every party treats as fractions.

    Left to itself, MPyC looks whether a party's numbers happen to be whole, and takes other steps then:
    who holds fractions and who hands in zeros would no longer run the same protocol, and wait for ever.
    """
    return SECFXP.array(values, integral=False)


async def mean(total, count):
    """Each party hands in two integers, its own; only the two sums are opened."""
    sums = [mpc.sum(mpc.input(SECINT(int(one)))) for one in (total, count)]
    whole, number = await mpc.output(sums)
    return whole / number


async def product(x, y):
    """x comes from party 1, y from party 2; what the others hand in has the shape and does not count."""
    x = mpc.input(fixed(x), senders=1)
    y = mpc.input(fixed(y), senders=2)
    return await mpc.output(x * y)


async def sigmoid(scores, coefficients):
    """MPyC has no sigmoid; a polynomial takes two products, one after the other."""
    first, third = map(float, coefficients)
    x = mpc.input(fixed(scores), senders=0)
    return await mpc.output(0.5 + x * (first + third * (x * x)))


async def own_shares(total):
    """What this party holds of each party's total: one number for each, and nothing was opened."""
    shares = await mpc.gather(mpc.input(SECINT(int(total))))
    return [int(share) % SECINT.field.modulus for share in shares]


async def beyond(large):
    """Numbers above what SecFxp(32, 16) is made for: squared, and compared with 1."""
    x = mpc.input(fixed(large), senders=0)
    return await mpc.output(x * x), await mpc.output(x > 1)


async def party(own, back):
    """One party's program, the same for all; ``own`` holds its own numbers."""
    # MPyC names no host, and would listen to the whole network.
    mpc._loop.create_server = functools.partial(mpc._loop.create_server, host="127.0.0.1")
    await mpc.start()
    found = {"drawn_shares": await own_shares(own["total"])}
    if len(mpc.parties) > 1:
        found["mean"] = await mean(own["total"], own["count"])
        found["about_product"] = await product(own["x"], own["y"])
        found["about_sigmoid"] = await sigmoid(own["scores"], own["coefficients"])
        found["about_squares"], found["above_one"] = await beyond(own["large"])
    await mpc.shutdown()
    np.savez(back, modulus=np.uint64(SECINT.field.modulus), **found)


def start(given, options, *, name):
    """Start one party as a process of its own: the same script, other options."""
    np.savez(f"{name}.npz", **given)
    files = [f"{name}.npz", f"{name}_back.npz"]
    return subprocess.Popen([sys.executable, "-I", __file__, *files, "--no-log", *options])


def free_ports(number):
    """Ports of this machine that nobody listens on."""
    with_port = [socket.socket() for _ in range(number)]
    for one in with_port:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in with_port]
    for one in with_port:
        one.close()
    return ports


def everybody(given):
    """Three parties that find each other by host and port, and one alone; all are ended in any case."""
    hosts = [f"-P127.0.0.1:{port}" for port in free_ports(3)]
    public = {"coefficients": given["coefficients"]}
    processes = []
    try:
        for i in range(3):
            own = {"total": given["totals"][i], "count": given["counts"][i]}
            for key, owner in (("x", 1), ("y", 2), ("scores", 0), ("large", 0)):
                own[key] = given[key] if i == owner else np.zeros(len(given[key]))
            processes.append(start(own | public, [*hosts, "-I", str(i)], name=f"party{i}"))
        for i, total in enumerate(given["totals"]):
            processes.append(start({"total": total}, [], name=f"alone{i}"))
        while None in (codes := [process.poll() for process in processes]) and not any(codes):
            time.sleep(0.05)  # where one has failed, the others would wait for it for ever
        if any(codes):
            sys.exit(f"a party ended with code {next(filter(None, codes))}")
    finally:
        for process in processes:
            process.kill()
            process.wait()
    return [dict(np.load(f"party{i}_back.npz")) for i in range(3)]


if __name__ == "__main__":
    there, back = sys.argv[1:]
    if "totals" not in (given := dict(np.load(there))):
        mpc.run(party(given, back))
        sys.exit()
    parties = everybody(given)
    shares = [one["drawn_shares"] for one in parties]
    alone = [np.load(f"alone{i}_back.npz")["drawn_shares"][0] for i in range(3)]
    np.savez(back, **parties[0] | {"drawn_shares": shares, "alone": alone})
