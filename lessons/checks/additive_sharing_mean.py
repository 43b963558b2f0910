"""What can be wrong with a mean over several hospitals, computed on shares: exercise 31.4."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lessons.checks.attempt import Attempt, Found
from lessons.checks.exercise import Mistake
from lessons.randomness import uniform_integer

OpenShares = Callable[[Sequence[int]], int]


def pooled_mean(
    total_shares: Sequence[Sequence[int]],
    count_shares: Sequence[Sequence[int]],
    *,
    open_shares: OpenShares,
) -> float:
    """Both sums by columns, opened, then divided."""
    total = open_shares([sum(column) for column in zip(*total_shares, strict=True)])
    count = open_shares([sum(column) for column in zip(*count_shares, strict=True)])
    return total / count


def examine_mean(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """The right number, and nothing opened on the way but the two sums."""
    modulus, n_parties = 1_000_003, 3
    totals, counts = [16523, 14033, 6804, 11871], [304, 293, 123, 200]
    opened: list[tuple[int, str]] = []  # (value, what is wrong with the list, "" if nothing)

    def open_shares(shares: Sequence[int]) -> int:
        rows = list(shares)
        if any(np.ndim(one) for one in rows):
            raise TypeError("open_shares takes one integer for each party")
        value = round(sum(rows)) % modulus
        opened.append((value, _wrong_with(rows, n_parties=n_parties)))
        return value

    def split(value: int) -> list[int]:
        masks = [
            uniform_integer(modulus=modulus, random_bytes=rng.bytes) for _ in range(n_parties - 1)
        ]
        return [*masks, (value - sum(masks)) % modulus]

    mean = attempt.number(
        [split(value) for value in totals],
        [split(value) for value in counts],
        open_shares=open_shares,
    )
    return _judge_mean(mean, opened, totals=totals, counts=counts)


def _wrong_with(rows: list[Any], *, n_parties: int) -> str:
    whole = all(isinstance(one, int | np.integer) for one in rows)
    if not whole and any(float(one) != int(one) for one in rows):
        return "divided_too_early"
    if len(rows) != n_parties:
        return "wrong_axis"
    return "" if whole else "float_shares"


def _judge_mean(
    mean: float, opened: list[tuple[int, str]], *, totals: list[int], counts: list[int]
) -> Found | None:
    total, count, n = sum(totals), sum(counts), len(totals)
    values = {value for value, _ in opened}
    averages = [one / size for one, size in zip(totals, counts, strict=True)]
    if abs(mean - sum(averages) / n) < 1e-9:
        return Found("average_of_averages")
    if values & {*totals, *counts}:
        return Found("opened_inputs", f"{len(opened)} values were opened.")
    if slips := [slip for _, slip in opened if slip]:
        return Found(slips[0])
    if values - {total, count}:
        return Found("divided_too_early")
    known = (
        ("", total / count),
        ("upside_down", count / total),
        ("rounded", round(total / count)),
        ("rounded", total // count),
        ("divided_by_hospitals", total / n),
        ("not_divided", total),
    )
    codes = [code for code, value in known if abs(mean - value) < 1e-9 * (1 + value)]
    if not codes:
        return Found("wrong_value" if opened else "bypassed")
    if codes[0]:
        return Found(codes[0])
    return None if values == {total, count} else Found("bypassed")


MEAN_MISTAKES = {
    "average_of_averages": Mistake(
        "That is the average of the hospitals' averages.",
        "It counts a patient of a small hospital more than one of a large hospital.",
    ),
    "opened_inputs": Mistake(
        "The number may be right, but a single hospital's total or count was opened.",
        "Then every party knows it: a table of results would have done, without any secrecy.",
    ),
    "wrong_axis": Mistake(
        "You opened a list that does not have one entry for each party.",
        "Adding up one hospital's row is reconstruction: it needs the shares of all parties. "
        "The sums over hospitals are local.",
    ),
    "float_shares": Mistake(
        "You opened floats; shares are integers.",
        "np.zeros makes floats, and above 2^53 a float64 no longer holds every integer.",
    ),
    "divided_too_early": Mistake(
        "Something else than the two sums was opened.",
        "Shares are random numbers: a quotient of shares is not a share of the quotient.",
    ),
    "bypassed": Mistake(
        "The result does not come from open_shares alone: both sums have to be opened by it.",
        "sum() over shares of different parties is a message that nobody counted.",
    ),
    "upside_down": Mistake(
        "That is patients per year of age, not years per patient.",
        "Total over count, not count over total.",
    ),
    "rounded": Mistake(
        "You lost the part after the decimal point.",
        "// or round(): the opened sums are public integers, so ordinary division is fine.",
    ),
    "divided_by_hospitals": Mistake(
        "You divided by the number of hospitals.",
        "The mean is over patients, and how many there are is shared as well.",
    ),
    "not_divided": Mistake(
        "That is the total of all hospitals, not a mean.",
        "Open the sum of the counts as well, then divide.",
    ),
    "wrong_value": Mistake(
        "That is not the mean over all patients.",
        "Follow one party: which column of each table does it hold?",
    ),
}
