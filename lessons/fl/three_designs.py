"""One question, three designs: the mean age over four hospitals, and who sees what (lesson 00).

*Central*: the records travel. *Federated*: each hospital's mean travels. *Secret-shared*: random
numbers travel, two for each hospital. The published mean is the same.
"""

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np

from lessons.datasets import HOSPITALS, heart_disease
from lessons.fl.aggregation import weighted_average
from lessons.mpc.additive import reconstruct, share
from lessons.randomness import RandomBytes, secure_bytes
from lessons.transcript import Message, Transcript
from lessons.validation import Vector

SERVER, HELPER = "Server", "Helper"
MODULUS = 100_000  # above the sum of all ages, and easy to reduce by head: drop a sixth digit

DESIGNS = ("central: records travel", "federated: means travel", "secret-shared: shares travel")

Ages = Mapping[str, Vector]  # hospital -> (n_k,), in years


def ages_by_hospital() -> dict[str, Vector]:
    """The ages of the heart table's 920 patients: hospital -> array of shape (n_k,), in years."""
    table = heart_disease()
    ages = np.asarray(table["age"], dtype=np.float64)
    return {hospital: ages[table["hospital"] == hospital] for hospital in HOSPITALS}


@cache
def transcripts() -> dict[str, Transcript]:
    """The designs on the heart table, one for each title of ``DESIGNS``, as the lesson shows them.

    The shares are the same each time, for display only: real ones need unpredictable bytes.
    """
    ages = ages_by_hospital()
    shares = np.random.default_rng(0).bytes
    every = central(ages), federated(ages), secret_shared(ages, random_bytes=shares)
    return dict(zip(DESIGNS, every, strict=True))


def central(ages: Ages) -> Transcript:
    """Every hospital sends its records, the server computes."""
    first = {hospital: ", ".join(f"{age:.0f}" for age in ages[hospital][:3]) for hospital in ages}
    answers = {h: f"{first[h]}, ... (n = {len(ages[h])})" for h in ages}
    pooled = np.concatenate(list(ages.values()))
    return _transcript(
        ages,
        steps=(
            "Each hospital looks up its ages",
            "Each hospital sends its records",
            "The server adds up and divides",
            "The server publishes the mean",
        ),
        messages=[
            *(Message(2, h, (SERVER,), "ages", answers[h]) for h in ages),
            _published(ages, float(pooled.mean())),
        ],
    )


def federated(ages: Ages) -> Transcript:
    """Every hospital computes its own mean; the server averages them by n_k / n (21.iii)."""
    means = {hospital: float(ages[hospital].mean()) for hospital in ages}
    sizes = [len(ages[hospital]) for hospital in ages]
    mean = weighted_average(np.array([[one] for one in means.values()]), n_examples=sizes)
    return _transcript(
        ages,
        steps=(
            "Each hospital computes its own mean",
            "Each hospital sends its mean",
            "The server weights each mean by n_k / n",
            "The server publishes the mean",
        ),
        messages=[
            *(
                Message(2, h, (SERVER,), "mean", f"{means[h]:.3f} (n = {n})")
                for h, n in zip(ages, sizes, strict=True)
            ),
            _published(ages, float(mean[0])),
        ],
    )


def secret_shared(
    ages: Ages, *, random_bytes: RandomBytes = secure_bytes, modulus: int = MODULUS
) -> Transcript:
    """Every hospital splits its sum of ages into two shares (31.i); only the whole sum is opened.

    The numbers of patients are public. ``ValueError`` unless the sum of all ages is below
    ``modulus``: it would wrap round.
    """
    totals = {hospital: round(ages[hospital].sum()) for hospital in ages}
    if not sum(totals.values()) < modulus:
        raise ValueError(
            f"modulus must exceed the sum of all ages {sum(totals.values())}, got modulus={modulus}"
        )
    shares = {
        h: share(totals[h], n_parties=2, modulus=modulus, random_bytes=random_bytes) for h in ages
    }
    sums = [reconstruct([shares[h][i] for h in ages], modulus=modulus) for i in (0, 1)]
    total = int(reconstruct(sums, modulus=modulus))
    return _transcript(
        ages,
        steps=(
            "Each hospital sends share 1 to the server",
            "Each hospital sends share 2 to the helper",
            "The helper sends the sum of its shares",
            "The server adds, divides, publishes",
        ),
        messages=[
            *(Message(1, h, (SERVER,), "share 1", f"{shares[h][0]}") for h in ages),
            *(Message(2, h, (HELPER,), "share 2", f"{shares[h][1]}") for h in ages),
            Message(3, HELPER, (SERVER,), "sum 2", f"{sums[1]}"),
            _published(ages, total / sum(len(one) for one in ages.values())),
        ],
    )


def readable_by(messages: Sequence[Message], *, viewer: str) -> list[str]:
    """The contents of all ``messages`` that ``viewer`` sent or received, in their order."""
    return [one.content for one in messages if viewer in (one.sender, *one.receivers)]


def _published(ages: Ages, mean: float) -> Message:
    return Message(4, SERVER, (*ages, HELPER), "mean", f"{mean:.2f} years")


def _transcript(ages: Ages, *, steps: tuple[str, ...], messages: list[Message]) -> Transcript:
    holds = {hospital: f"{len(ages[hospital])} patients' ages" for hospital in ages}
    left, right = list(ages)[::2], list(ages)[1::2]  # the viewer's circle: the two servers face
    return Transcript((SERVER, *right, HELPER, *left), holds, steps, tuple(messages))
