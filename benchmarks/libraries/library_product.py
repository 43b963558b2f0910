"""The matrix product of two shared matrices by CrypTen or MPyC, run by ``benchmarks.secure_computation``.

    python library_product.py crypten|mpyc SIDE REPETITIONS [--base-port=PORT]

Real processes on this machine: two for CrypTen, with its default provider of triples; three for MPyC,
an honest majority. From two plain matrices of integers to the opened product. Prints the least
processor seconds of all processes together, and fails unless the product is right. CrypTen 0.4.1 looks
for a module that torch has moved: an empty one stands in, its ONNX part is not used here.
"""

import os
import sys
import time
import types

import numpy as np

# MPyC starts the other parties with this command line and options of its own
LIBRARY, *SIZES = [one for one in sys.argv[1:] if not one.startswith("-")][:3]
SIDE, REPETITIONS = map(int, SIZES)
X, Y = np.random.default_rng(SIDE).integers(-100, 100, (2, SIDE, SIDE))


def crypten():
    """Two processes; both hand in the public matrices, party 0's count."""
    moved = types.ModuleType("torch.onnx._internal.registration")
    moved.registry = None
    sys.modules[moved.__name__] = moved
    import crypten
    import torch
    from crypten import mpc

    @mpc.run_multiprocess(world_size=2)
    def party():
        torch.set_num_threads(1)
        seconds = []
        for _ in range(REPETITIONS):
            start = time.process_time()
            x, y = (crypten.cryptensor(torch.from_numpy(one), precision=0, src=0) for one in (X, Y))
            z = x.matmul(y).get_plain_text()
            seconds.append(time.process_time() - start)
        return seconds, bool((z.numpy() == X @ Y).all())

    crypten.init()
    return party()


def mpyc():
    """Three processes, Shamir shares, integers of 32 bits."""
    sys.argv[1:1] = ["-M3", "--no-log"]
    from mpyc.runtime import mpc

    async def party():
        await mpc.start()
        integers, seconds = mpc.SecInt(32), []
        for _ in range(REPETITIONS):
            start = time.process_time()
            x, y = (mpc.input(integers.array(one), senders=0) for one in (X, Y))
            z = await mpc.output(x @ y)
            seconds.append(time.process_time() - start)
        each = await mpc.transfer((seconds, bool((np.array(z) == X @ Y).all())))
        await mpc.shutdown()
        return each

    result = mpc.run(party())
    if mpc.pid:
        sys.exit()
    return result


if __name__ == "__main__":
    os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
    each = {"crypten": crypten, "mpyc": mpyc}[LIBRARY]()
    assert all(right for _, right in each)
    print(min(map(sum, zip(*(seconds for seconds, _ in each), strict=True))))
