"""CrypTen on the numbers that lesson 55 sends: crypten.py IN.npz OUT.npz.

Three parties in three processes on 127.0.0.1, with CrypTen's default, the *trusted first party*: party 0
makes the triples. The last two runs have a *trusted third party*: a fourth process makes them.

In:   totals, counts (3,), party i has entry i; x (n,) of party 1, y (n,) of party 2; scores (m,) and far
      (j,) of party 0; powers (k,): 2 to these is multiplied by itself, n_squares times each
Out:  mean                  of everybody's records
      about_product (n,)    x * y, rounded at random as CrypTen does it
      about_sigmoid (m,)    of the scores
      rounds_sigmoid        how often everybody waited for it, without the dealer and the opening
      drawn_far (j,)        the sigmoid of far; beyond 512 it is another number each time
      drawn_shares (3, 3)   of the totals, modulo 2^64; row i from party i
      drawn_a, drawn_d (n,) what party 0 has made for the product x * y, and seen in it, modulo 2^64
      drawn_a_third, drawn_d_third, drawn_guess_third (n,)   the same where a third party made the triple,
                            and party 0's guess at the whole a
      drawn_a_fresh, drawn_d_fresh, drawn_guess_fresh (n,)   again; the third party has been reseeded
      about_wrong (k,)      the fraction of squares that are off by more than 1
      square (k,)           what most of them came out as
      same_numbers          whether two seeds that differ in the upper 32 of 64 bits draw the same
"""

# ruff: noqa: E402  (CrypTen can only be imported after that)
import multiprocessing
import os
import sys
import types

moved = types.ModuleType("torch.onnx._internal.registration")  # torch has moved it since 2022;
moved.registry = None  # CrypTen asks for it to read ONNX files, which nothing here does
sys.modules[moved.__name__] = moved
os.environ["GLOO_SOCKET_IFNAME"] = "lo0" if sys.platform == "darwin" else "lo"

import crypten
import crypten.communicator
import numpy as np
import torch
from crypten.mpc.primitives import ArithmeticSharedTensor
from crypten.mpc.provider import tfp_provider, ttp_provider

NUMBER_OF_PARTIES = 3


def mean(total, count):
    """Each party hands in two numbers, its own; only the two sums are opened."""
    sums = [
        sum(crypten.cryptensor(one, src=party) for party in range(NUMBER_OF_PARTIES))
        for one in (total, count)
    ]
    whole, number = (one.get_plain_text() for one in sums)
    return (whole / number).item()


def product(x, y):
    """x comes from party 1, y from party 2; what the others hand in has the shape and does not count."""
    x, y = crypten.cryptensor(x, src=1), crypten.cryptensor(y, src=2)
    return (x * y).get_plain_text()


def sigmoid(scores):
    """CrypTen has it: 1 / (1 + exp(-x)), with exp and the division by repeated products."""
    return crypten.cryptensor(scores, src=0).sigmoid()


def own_shares(total):
    """What this party holds of each party's total: one number for each, and nothing was opened."""
    return [crypten.cryptensor(total, src=party).share for party in range(NUMBER_OF_PARTIES)]


def diary():
    """Note what this process draws for a triple, and what is opened before its eyes. Sends nothing."""
    drawn, opened = [], []
    for provider in (tfp_provider, ttp_provider):
        provider.generate_random_ring_element = noted(provider.generate_random_ring_element, drawn)
    reveal = noted(ArithmeticSharedTensor.reveal_batch, opened)
    ArithmeticSharedTensor.reveal_batch = staticmethod(reveal)
    return drawn, opened


def noted(function, notes):
    """The same function; its results are kept in ``notes`` as well."""

    def with_notes(*arguments, **options):
        result = function(*arguments, **options)
        notes.append(result)
        return result

    return with_notes


def curious(x, y):
    """x * y once more; party 0 has changed its own copy of the program, and keeps a diary."""
    drawn, opened = diary()
    product(x, y)
    return drawn[0].numpy().copy(), opened[0][0].numpy().copy()  # a, d


def squares(power, number):
    """2^power times itself, ``number`` times: how many are wrong, and the most frequent result."""
    x = crypten.cryptensor(torch.full((number,), 2.0**power), src=0)
    result = (x * x).get_plain_text()
    wrong = (result - 4.0**power).abs() > 1
    return wrong.double().mean().item(), round(result.median().item())


def same_numbers():
    """Whether only the lower half counts of the 64 bits that CrypTen seeds torch's generators with."""
    seeds = (55, 55 + 2**32)
    one, other = (torch.Generator().manual_seed(seed) for seed in seeds)
    draw = tfp_provider.generate_random_ring_element
    return bool((draw((100,), generator=one) == draw((100,), generator=other)).all())


def counted(function, *arguments):
    """The result, and how often everybody waited; the dealer's parcels do not count."""
    talk, parcels = crypten.communicator.get(), []
    scatter, talk.scatter = talk.scatter, noted(talk.scatter, parcels)
    crypten.reset_communication_stats()
    result = function(*arguments)
    rounds = talk.get_communication_stats()["rounds"] - len(parcels)
    talk.scatter = scatter
    return result, rounds


def guess(number):
    """The first numbers that program 3 will deal, if this program has the same state of torch."""
    seeds = [torch.randint(-(2**63), 2**63 - 1, size=()) for _ in range(NUMBER_OF_PARTIES)]
    streams = [torch.Generator().manual_seed(seed.item()) for seed in seeds]
    draw = ttp_provider.generate_random_ring_element
    return sum(draw((number,), generator=one) for one in streams).numpy()


def reseed_the_third_party():
    """From now on program 3 takes fresh bits of the operating system before it draws the seeds."""
    draw_the_seeds = ttp_provider.TTPServer._setup_generators

    def freshly(server):
        torch.seed()
        draw_the_seeds(server)

    ttp_provider.TTPServer._setup_generators = freshly


def party(given):
    """One party's program, the same for all; it takes its own numbers and hides the others'."""
    torch.set_num_threads(1)
    me, own = crypten.communicator.get().get_rank(), {}
    for key, owner in (("x", 1), ("y", 2), ("scores", 0), ("far", 0)):
        own[key] = torch.from_numpy(given[key] if me == owner else np.zeros(len(given[key])))
    total, count = (torch.tensor(float(given[key][me])) for key in ("totals", "counts"))
    found = {"drawn_shares": [one.item() for one in own_shares(total)], "mean": mean(total, count)}
    found["about_product"] = product(own["x"], own["y"]).numpy()
    result, found["rounds_sigmoid"] = counted(sigmoid, own["scores"])
    found["about_sigmoid"] = result.get_plain_text().numpy()
    found["drawn_far"] = sigmoid(own["far"]).get_plain_text().numpy()
    runs = [squares(float(power), int(given["n_squares"])) for power in given["powers"]]
    found["about_wrong"], found["square"] = zip(*runs, strict=True)
    found["drawn_a"], found["drawn_d"] = curious(own["x"], own["y"])
    return found


def party_beside_a_third(given):
    """The curious product again; the triple now comes from program 3, which is no party."""
    torch.set_num_threads(1)
    me = crypten.communicator.get().get_rank()
    x, y = (
        torch.from_numpy(given[key] if me == owner else np.zeros(len(given[key])))
        for key, owner in (("x", 1), ("y", 2))
    )
    guessed = guess(len(x))  # first, as program 3 draws its seeds before all else
    return guessed, *curious(x, y)


def in_processes(function, given):
    """Run a party's program in three processes; the results by party."""
    results = crypten.mpc.run_multiprocess(world_size=NUMBER_OF_PARTIES)(function)(given)
    if results is None:
        sys.exit("a party of CrypTen has failed")
    return results[:NUMBER_OF_PARTIES]


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")  # CrypTen knows no other
    with np.load(sys.argv[1]) as file:
        given = {key: file[key] for key in file.files}
    crypten.cfg.communicator.verbose = True  # counts rounds and bytes
    parties = in_processes(party, given)
    crypten.cfg.mpc.provider = "TTP"
    found = parties[0] | {"same_numbers": same_numbers()}
    for run in ("third", "fresh"):
        if run == "fresh":
            reseed_the_third_party()
        keys = (f"drawn_{one}_{run}" for one in ("guess", "a", "d"))
        found |= zip(keys, in_processes(party_beside_a_third, given)[0], strict=True)
    found["drawn_shares"] = np.array([one["drawn_shares"] for one in parties])
    for key in found:
        if key.startswith("drawn") and key != "drawn_far":  # modulo 2^64
            found[key] = found[key].astype(np.int64).view(np.uint64)
    np.savez(sys.argv[2], **found)
