"""Checks of lesson 31: additive secret sharing."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from lessons.checks.attempt import Attempt, Found
from lessons.checks.exercise import Exercise, Mistake, Question, examine_number
from lessons.datasets import HOSPITALS, heart_disease
from lessons.mpc.exhaustion import View, outcomes, view_distribution
from lessons.randomness import uniform_integer

PUBLISHED_MODULUS = 23740629843760239486723
LARGE_PRIME = 2**61 - 1

Draw = Callable[[], int]
OpenShares = Callable[[Sequence[int]], int]

# Exercise 31.1: the attack


def _guess_secret(last_share: int, *, modulus: int) -> int:
    return modulus - 1 if last_share > modulus else 0


def _examine_guess(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """The best possible attack has TPR - FPR = 1 - 1/Q; all randomness is gone through."""
    for modulus in (101, 7, 64):
        found = _examine_guess_at(attempt, modulus)
        if found is None:
            continue
        if found.code != "guesses_at_random" and _right_at_published(attempt, rng):
            return Found("modulus_hard_coded")
        return found
    return None


def _examine_guess_at(attempt: Attempt, modulus: int) -> Found | None:
    said = {}
    for last_share in range(1, 2 * modulus):  # x = 0 gives 1 … Q, x = Q − 1 gives Q … 2Q − 1
        said[last_share] = attempt.integer(last_share, modulus=modulus)
        if said[last_share] not in (0, modulus - 1):
            return Found("not_a_guess", f"Got {said[last_share]} with modulus {modulus}.")
    again = {attempt.integer(modulus + 1, modulus=modulus) for _ in range(40)}
    if len(again) > 1:
        return Found("guesses_at_random")
    large = [last_share for last_share, guess in said.items() if guess == modulus - 1]
    hits = sum(last_share >= modulus for last_share in large)
    false_alarms = sum(last_share <= modulus for last_share in large)
    if hits - false_alarms == modulus - 1:
        return None
    rates = (
        f"Over all randomness with modulus {modulus}: it says Q − 1 in {hits / modulus:.2f} of the "
        f"cases where that is the secret, and in {false_alarms / modulus:.2f} where 0 is."
    )
    if len(set(said.values())) == 1:
        return Found("always_the_same", rates)
    if false_alarms - hits >= modulus - 2:
        return Found("inverted", rates)
    if all(said[one] == said[one + modulus] for one in range(1, modulus)):
        return Found("reduced_first", rates)
    if hits == modulus:
        return Found("threshold_too_low", rates)
    return Found("threshold_too_high" if false_alarms == 0 else "weak_rule", rates)


def _right_at_published(attempt: Attempt, rng: np.random.Generator) -> bool:
    modulus = PUBLISHED_MODULUS
    for _ in range(12):
        turn = modulus - uniform_integer(modulus=modulus, random_bytes=rng.bytes)
        if attempt.integer(turn, modulus=modulus) != 0:
            return False
        if attempt.integer(turn + modulus - 1, modulus=modulus) != modulus - 1:
            return False
    return True


guess_secret = Exercise(
    number="31.1",
    name="guess_secret",
    reference=_guess_secret,
    examine=_examine_guess,
    takeaway="One share alone gives the secret away; adding up all shares never shows that.",
    hints=(
        "Write down the smallest and the largest value that the last share can take, for each "
        "of the two secrets.",
        "The random part runs over one full turn of the ring. Where does that turn start and end "
        "when x = 0, and where when x = Q − 1?",
        "The two ranges touch in one value only. A comparison with that value is the whole attack.",
    ),
    mistakes={
        "not_a_guess": Mistake(
            "The guess must be one of the two secrets: 0 or modulus − 1.",
            "A share, a probability or True is no guess; return the secret that you believe in.",
        ),
        "guesses_at_random": Mistake(
            "The same share gets different guesses.",
            "A coin has TPR = FPR: it is exactly as good as not looking at the share.",
        ),
        "always_the_same": Mistake(
            "The guess does not depend on the share.",
            "TPR and FPR are then equal (both 0 or both 1): no information is used.",
        ),
        "inverted": Mistake(
            "Your guess is nearly always the wrong one of the two.",
            "The comparison points the wrong way. An attack that is always wrong is a perfect "
            "attack in disguise.",
        ),
        "reduced_first": Mistake(
            "Your guess does not change when a whole turn Q is added to the share.",
            "last_share % modulus throws the leak away before looking at it: that is the repair, "
            "not the attack.",
        ),
        "threshold_too_low": Mistake(
            "You recognise x = Q − 1 always, but you also say it too often when x = 0.",
            "A threshold below Q, such as Q/2, cuts through the range that x = 0 fills.",
        ),
        "threshold_too_high": Mistake(
            "You never accuse x = 0 wrongly, but you miss x = Q − 1 more often than necessary.",
            "A threshold above Q, such as 3Q/2, cuts through the range that x = Q − 1 fills.",
        ),
        "modulus_hard_coded": Mistake(
            "The attack works for the published modulus, but not for others.",
            "The parameter modulus must be used: the check tries 7, 64 and 101 as well.",
        ),
        "weak_rule": Mistake(
            "Your rule tells the two secrets apart less well than is possible.",
            "Digits, parity or a window of values: use the two full ranges instead.",
        ),
    },
)

# Exercise 31.2: share


def _share_secret(secret: int, *, n_parties: int, modulus: int, draw: Draw) -> list[int]:
    masks = [draw() for _ in range(n_parties - 1)]
    return [*masks, (secret - sum(masks)) % modulus]


def _examine_share(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Reconstruction, then joint uniformity of any n - 1 shares, through all randomness."""
    if found := _shares_in_large_ring(attempt, rng):
        return found
    for modulus, n_parties in ((5, 3), (3, 4), (4, 3), (6, 2)):
        if found := _shares_in_tiny_ring(attempt, modulus=modulus, n_parties=n_parties):
            return found
    return None


def _run(
    attempt: Attempt, secret: int, *, n_parties: int, modulus: int, draw: Draw
) -> NDArray[np.generic]:
    count = 0

    def counted() -> int:
        nonlocal count
        count += 1
        if count > 10 * n_parties:
            raise RuntimeError(f"draw was called more than {10 * n_parties} times for one secret")
        return draw()

    return attempt.array(
        secret, n_parties=n_parties, modulus=modulus, draw=counted, shape=(n_parties,)
    )


def _shares_in_large_ring(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    modulus, n_parties, repeats = LARGE_PRIME, 3, 40

    def fresh() -> int:
        return uniform_integer(modulus=modulus, random_bytes=rng.bytes)

    secret = fresh() // 2 + 1
    scripts = [[fresh() for _ in range(10 * n_parties)] for _ in range(repeats)]
    runs = []
    for script in (*scripts, scripts[0]):
        left = iter(script)
        runs.append(_run(attempt, secret, n_parties=n_parties, modulus=modulus, draw=left.__next__))
    n_draws = len(scripts[0]) - len(list(left))
    if any(run.dtype.kind == "f" for run in runs):
        return Found("float_shares")
    if any(int(one) != int(other) for one, other in zip(runs[0], runs[-1], strict=True)):
        return Found("own_randomness")
    if n_draws > n_parties + 1:
        return Found("too_many_draws", f"It drew {n_draws} times for n = {n_parties}.")
    sums = {sum(int(one) for one in run) % modulus for run in runs}
    if sums != {secret}:
        return Found("sums_to_minus" if sums == {modulus - secret} else "does_not_reconstruct")
    held_by = [{int(run[party]) for run in runs} for party in range(n_parties)]
    if min(map(min, held_by)) < 0:
        return Found("negative_share")
    if max(map(max, held_by)) >= modulus:
        return Found("not_reduced", "A share was larger than the modulus.")
    for party, held in enumerate(held_by):
        if held == {secret}:
            return Found("secret_in_clear", f"Party {party} holds it.")
        if all(len(one) == 1 for one in held_by):
            return Found("no_randomness")
        if len(held) == 1:
            return Found("constant_share", f"Look at party {party}.")
        if max(held) < modulus // 2:  # a right share stays below it 40 times with 2^-40
            return Found("small_masks", f"Party {party} never held a share above {max(held)}.")
    return None


def _shares_in_tiny_ring(attempt: Attempt, *, modulus: int, n_parties: int) -> Found | None:
    runs = [
        list(
            outcomes(
                lambda draw, x=secret: [  # type: ignore[misc]
                    int(one)
                    for one in _run(attempt, x, n_parties=n_parties, modulus=modulus, draw=draw)
                ],
                modulus=modulus,
            )
        )
        for secret in range(modulus)
    ]
    where = f"(with n = {n_parties}, Q = {modulus})"
    for secret, group in enumerate(runs):
        for _, shares in group:
            if sum(shares) % modulus != secret:
                return Found("does_not_reconstruct", where)
            if max(shares) >= modulus:
                return Found("not_reduced", f"A share was {max(shares)} {where}.")
            if min(shares) < 0:
                return Found("negative_share", f"A share was {min(shares)} {where}.")
    return _secrecy(runs, modulus=modulus, n_parties=n_parties, where=where)


def _secrecy(
    runs: list[list[tuple[Fraction, list[int]]]], *, modulus: int, n_parties: int, where: str
) -> Found | None:
    every = [shares for group in runs for _, shares in group]

    def views(parties: Sequence[int]) -> list[dict[View, Fraction]]:
        return [view_distribution(group, parties=parties) for group in runs]

    for party in range(n_parties):
        if len({shares[party] for shares in every}) == 1:
            return Found("constant_share", f"Look at party {party} {where}.")
    for one, other in combinations(range(n_parties), 2) if n_parties > 2 else ():
        if all(shares[one] == shares[other] for shares in every):
            return Found("repeated_share", f"Look at parties {one} and {other}.")
    for party in range(n_parties):
        by_secret = views((party,))
        if any(view != by_secret[0] for view in by_secret):
            return Found("one_share_leaks", f"Look at party {party} {where}.")
        if set(by_secret[0].values()) != {Fraction(1, modulus)}:
            return Found("not_uniform", f"Look at party {party} {where}.")
    for size in range(2, n_parties):
        for parties in combinations(range(n_parties), size):
            by_secret = views(parties)
            if any(view != by_secret[0] for view in by_secret):
                return Found("coalition_learns", f"Look at parties {parties} {where}.")
    return None


share_secret = Exercise(
    number="31.2",
    name="share_secret",
    reference=_share_secret,
    examine=_examine_share,
    takeaway="Every n − 1 shares are uniform and independent of the secret: proved, not sampled.",
    hints=(
        "For three parties: choose two shares without looking at the secret. What must the third "
        "one be so that all three add up to it?",
        "Which n − 1 numbers may be drawn freely? Call draw() afresh for each of them.",
        "The last share is what is missing to the secret, brought back to 0 … Q − 1 at the end, "
        "after the secret has been added.",
    ),
    mistakes={
        "float_shares": Mistake(
            "Your shares are floats; ring elements are integers.",
            "A float64 keeps 53 bits, so large shares lose their last digits.",
        ),
        "own_randomness": Mistake(
            "Same draws, different shares: some of your randomness does not come from draw().",
            "random and np.random are predictable after a few outputs; draw() is the source that "
            "the caller has chosen.",
        ),
        "does_not_reconstruct": Mistake(
            "Your shares do not add up to the secret modulo Q.",
            "Check a small case by hand, and use the parameter modulus everywhere.",
        ),
        "sums_to_minus": Mistake(
            "Your shares add up to minus the secret.",
            "The last share is the secret minus the others, not the others minus the secret.",
        ),
        "too_many_draws": Mistake(
            "You draw more often than is of use: n − 1 draws are enough.",
            "Harmless for secrecy, but randomness costs time, and the check goes through all of "
            "it.",
        ),
        "no_randomness": Mistake(
            "The shares are the same in every run: nothing is random.",
            "x // n for everybody, for instance: a party multiplies by n and knows x.",
        ),
        "secret_in_clear": Mistake(
            "One party simply holds the secret.",
            "(x, 0, 0) reconstructs without fault: a check that only adds up accepts it.",
        ),
        "constant_share": Mistake(
            "One party's share never changes.",
            "(x + r, −r, 0) has n − 1 parties who can add up to x: the third adds nothing.",
        ),
        "small_masks": Mistake(
            "In a large ring, one party's share stays in the lower half.",
            "Masks of 48 bits on 64-bit data leave the top bits of the secret uncovered. Tiny "
            "rings and statistical tests do not show it.",
        ),
        "not_reduced": Mistake(
            "A share lies outside 0 … Q − 1, on the high side.",
            "The published flaw: Q − Σ mod Q + x without the last % Q. One share tells 0 from "
            "Q − 1.",
        ),
        "negative_share": Mistake(
            "A share is negative.",
            "x − Σ without % Q: how far it lies below 0 tells about x, just as the published flaw.",
        ),
        "repeated_share": Mistake(
            "Two parties always hold the same share.",
            "One draw used twice: then fewer than n − 1 shares are free, and a pair can compute x.",
        ),
        "one_share_leaks": Mistake(
            "The distribution of one party's share depends on the secret.",
            "x plus a little noise, or x divided by n: that party can bet on x and win.",
        ),
        "not_uniform": Mistake(
            "Some share takes certain values more often than others.",
            "Masks from a part of the ring (draw() % 2, never 0, a product of draws) do not "
            "cover x.",
        ),
        "coalition_learns": Mistake(
            "Each share alone is fine, but some parties together learn about the secret.",
            "The masks depend on each other (r and 2r, r and −r): any n − 1 must be jointly "
            "uniform.",
        ),
    },
)

# Exercise 31.3: a linear function on shares


def _linear_shares(
    x_shares: Sequence[int], y_shares: Sequence[int], *, a: int, b: int, c: int, modulus: int
) -> list[int]:
    z_shares = [(a * x + b * y) % modulus for x, y in zip(x_shares, y_shares, strict=True)]
    z_shares[0] = (z_shares[0] + c) % modulus
    return z_shares


def _examine_linear(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Right sum, every row from its own party's rows alone, every row in the ring."""
    for modulus, n_parties in ((10_007, 3), (101, 4)):
        if found := _examine_linear_at(attempt, rng, modulus=modulus, n_parties=n_parties):
            return found
    found = _examine_linear_at(attempt, rng, modulus=LARGE_PRIME, n_parties=3)
    if found is None or found.code not in ("wrong_value", "not_reduced"):
        return found
    return Found("overflow")


def _examine_linear_at(
    attempt: Attempt, rng: np.random.Generator, *, modulus: int, n_parties: int
) -> Found | None:
    def some(count: int, below: int) -> list[int]:
        return [uniform_integer(modulus=below, random_bytes=rng.bytes) for _ in range(count)]

    low = modulus // 3
    a, b, c = low + some(1, low)[0], 2 * low + some(1, low)[0], 2 + some(1, low)[0]
    x_shares = [low + one for one in some(n_parties, modulus - low)]
    y_shares = [low + one for one in some(n_parties, modulus - low)]

    def call(x: list[int], y: list[int]) -> list[int] | None:
        z = attempt.array(x, y, a=a, b=b, c=c, modulus=modulus, shape=(n_parties,))
        return None if z.dtype.kind == "f" else [int(one) for one in z]

    z_shares = call(x_shares, y_shares)
    if z_shares is None:
        return Found("float_shares")
    for party in range(n_parties):
        moved = [(one + (i == party)) % modulus for i, one in enumerate(x_shares)]
        if moved_z := call(moved, y_shares):
            others = [i for i in range(n_parties) if i != party]
            if any(moved_z[i] != z_shares[i] for i in others):
                return Found("not_local", f"Party {party}'s share of x changed another row.")
    x, y, z = sum(x_shares), sum(y_shares), sum(z_shares) % modulus
    if z == (a * x + b * y + c) % modulus:
        inside = min(z_shares) >= 0 and max(z_shares) < modulus
        return None if inside else Found("not_reduced")
    slips = {
        "constant_everywhere": a * x + b * y + n_parties * c,
        "constant_forgotten": a * x + b * y,
        "swapped": b * x + a * y + c,
        "coefficients_ignored": x + y + c,
        "only_one_party": a * x_shares[0] + b * y_shares[0] + c,
    }
    codes = [code for code, value in slips.items() if z == value % modulus]
    return Found(codes[0] if codes else "wrong_value")


linear_shares = Exercise(
    number="31.3",
    name="linear_shares",
    reference=_linear_shares,
    examine=_examine_linear,
    takeaway="Public coefficients are free: no message is sent, and no party saw another's row.",
    hints=(
        "Write out the sum of all rows of the result. It has to be a·x + b·y + c modulo Q.",
        "Multiplying every share of x by a multiplies their sum by a. Does adding c to every share "
        "add c to the sum?",
        "Rows first: row i from x_shares[i] and y_shares[i] alone. Then treat c, which only one of "
        "the parties needs to know about.",
    ),
    mistakes={
        "not_local": Mistake(
            "A party used a share that it does not hold.",
            "Reconstructing x in the middle gives the right number and gives the secret away.",
        ),
        "constant_everywhere": Mistake(
            "The sum of your rows is too large by some copies of the constant.",
            "If each of the n parties adds c, the sum grows by n·c.",
        ),
        "constant_forgotten": Mistake(
            "The constant has no effect on the sum of your rows.",
            "One of the parties has to add c to its row.",
        ),
        "swapped": Mistake(
            "The coefficients act on the wrong inputs.",
            "a belongs to x and b to y.",
        ),
        "coefficients_ignored": Mistake(
            "The result does not use a and b.",
            "x + y + c: each party must multiply its two shares first.",
        ),
        "only_one_party": Mistake(
            "Only one party's shares reach the result.",
            "The rows of all parties carry x; a row that stays 0 loses its part.",
        ),
        "not_reduced": Mistake(
            "The sum is right, but a row lies outside 0 … Q − 1.",
            "An unreduced row shows how large the products were, as in the opening attack.",
        ),
        "float_shares": Mistake(
            "Your rows are floats; ring elements are integers.",
            "Above 2^53 a float64 no longer holds every integer.",
        ),
        "overflow": Mistake(
            "Right for small moduli, wrong for a modulus near 2^61.",
            "int64 products overflow without a word; Python integers, or lessons.mpc.ring, do not.",
        ),
        "wrong_value": Mistake(
            "Your rows do not add up to a·x + b·y + c.",
            "For example products of shares (x_i·y_i), or c multiplied as well: try Q = 101 by "
            "hand.",
        ),
    },
)

# Exercise 31.4: the mean of several hospitals


def _pooled_mean(
    total_shares: Sequence[Sequence[int]],
    count_shares: Sequence[Sequence[int]],
    *,
    open_shares: OpenShares,
) -> float:
    total = open_shares([sum(column) for column in zip(*total_shares, strict=True)])
    count = open_shares([sum(column) for column in zip(*count_shares, strict=True)])
    return total / count


def _examine_mean(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """The right number, and nothing opened on the way but the two sums."""
    modulus, n_parties = 1_000_003, 3
    totals, counts = [16523, 14033, 6804, 11871], [304, 293, 123, 200]
    opened: list[tuple[int, bool]] = []  # (value, with one integer share a party?)

    def open_shares(shares: Sequence[int]) -> int:
        rows = list(shares)
        if any(np.ndim(one) for one in rows):
            raise TypeError("open_shares takes one integer for each party")
        whole = all(isinstance(one, int | np.integer) for one in rows)
        value = round(sum(float(one) for one in rows)) if not whole else sum(map(int, rows))
        opened.append((value % modulus, whole and len(rows) == n_parties))
        return value % modulus

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


def _judge_mean(
    mean: float, opened: list[tuple[int, bool]], *, totals: list[int], counts: list[int]
) -> Found | None:
    total, count, n = sum(totals), sum(counts), len(totals)
    values = {value for value, _ in opened}
    averages = [one / size for one, size in zip(totals, counts, strict=True)]
    if abs(mean - sum(averages) / n) < 1e-9:
        return Found("average_of_averages")
    if values & {*totals, *counts}:
        return Found("opened_inputs", f"{len(opened)} values were opened.")
    if opened and not all(one_a_party for _, one_a_party in opened):
        floats = values - {total, count}
        return Found("divided_too_early" if floats else "wrong_axis")
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


pooled_mean = Exercise(
    number="31.4",
    name="pooled_mean",
    reference=_pooled_mean,
    examine=_examine_mean,
    takeaway="Two sums were opened and nothing else; the division happened in public.",
    hints=(
        "What does the mean over all patients have to do with the hospitals' totals and counts?",
        "total_shares[h][i] is what party i holds of hospital h's total. Which entries can party i "
        "add up on its own?",
        "Each party adds its column. Then two lists, with one entry a party, are opened, and their "
        "values are divided.",
    ),
    mistakes={
        "average_of_averages": Mistake(
            "That is the average of the hospitals' averages.",
            "It counts a patient of a small hospital more than one of a large hospital.",
        ),
        "opened_inputs": Mistake(
            "The number may be right, but a single hospital's total or count was opened.",
            "Then every party knows it: a table of results would have done, without any secrecy.",
        ),
        "wrong_axis": Mistake(
            "You opened a list that has not one entry for each party.",
            "Adding up one hospital's row is reconstruction: it needs the shares of all parties. "
            "The sums over hospitals are local.",
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
    },
)

# The widgets' questions


@cache
def _hospital(index: int) -> tuple[float, int]:
    table = heart_disease()
    ages = np.asarray(table["age"], dtype=np.float64)[table["hospital"] == HOSPITALS[index]]
    return float(ages.sum()), len(ages)


def _mean_age(*indices: int) -> float:
    pairs = [_hospital(index) for index in indices]
    return sum(total for total, _ in pairs) / sum(count for _, count in pairs)


fraction_exposed = Question(
    number="31.A",
    name="fraction_exposed",
    examine=examine_number(
        lambda: 9 / 12,
        tolerance=0.004,
        wrong={
            "complement": lambda: 3 / 12,
            "after_the_repair": lambda: 0.0,
            "always": lambda: 1.0,
            "one_bar_more": lambda: 10 / 12,
            "one_bar_less": lambda: 8 / 12,
            "largest_secret": lambda: 11 / 12,
        },
    ),
    takeaway="A secret x is exposed in x of Q runs: if small, rarely; if negative, nearly always.",
    hints=(
        "Take the tick away from the box, set the secret to 9 and look over party 3's shoulder.",
        "Count the values that party 3 can see when the secret is 9, but never when it is 0.",
        "All bars are equally high. Divide the secret's bars that stand alone by all its bars.",
    ),
    mistakes={
        "complement": Mistake(
            "That is the share of runs in which party 3 cannot be sure.",
            "The overlap of the two ranges, not the part that sticks out.",
        ),
        "after_the_repair": Mistake(
            "That is the answer after the repair.",
            "The question is about shares without the last reduction: the box must be empty.",
        ),
        "always": Mistake(
            "Not in every run: some values occur for both secrets.",
            "Where both kinds of bars stand, party 3 cannot tell.",
        ),
        "one_bar_more": Mistake(
            "One bar too many.",
            "At the end of the range of secret 0 both secrets are possible.",
        ),
        "one_bar_less": Mistake(
            "One bar too few.",
            "The last bar counts as well.",
        ),
        "largest_secret": Mistake(
            "That is the fraction for the largest secret, 11.",
            "Set the secret to 9.",
        ),
    },
)

third_hospital = Question(
    number="31.C",
    name="third_hospital",
    examine=examine_number(
        lambda: _mean_age(2),
        tolerance=0.06,
        wrong={
            "the_result": lambda: _mean_age(0, 1, 2),
            "their_own": lambda: _mean_age(0, 1),
            "first_hospital": lambda: _mean_age(0),
            "second_hospital": lambda: _mean_age(1),
            "difference_of_means": lambda: 3 * _mean_age(0, 1, 2) - _mean_age(0) - _mean_age(1),
        },
    ),
    takeaway="The protocol hid everything but the result, and the result was enough.",
    hints=(
        "What do Cleveland and Hungary know before the first step, and what after the last one?",
        "The opened result holds a total and a count, over all three hospitals.",
        "Take their own totals and counts away from the opened ones; then divide.",
    ),
    mistakes={
        "the_result": Mistake(
            "That is the mean over all three hospitals.",
            "Everybody learns it. The pair knows more: its own two inputs.",
        ),
        "their_own": Mistake(
            "That is the mean over the pair's own patients.",
            "Take them away from the result instead.",
        ),
        "first_hospital": Mistake(
            "That is Cleveland's mean.",
            "Cleveland is one of the two who look; the third hospital is Switzerland.",
        ),
        "second_hospital": Mistake(
            "That is Hungary's mean.",
            "Hungary is one of the two who look; the third hospital is Switzerland.",
        ),
        "difference_of_means": Mistake(
            "You subtracted means as if all hospitals were of one size.",
            "Subtract totals and counts, and divide at the end.",
        ),
    },
)
