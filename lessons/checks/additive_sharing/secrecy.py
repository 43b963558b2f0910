"""Whether shares keep a secret: all randomness of a tiny ring, and samples from larger ones.

In a tiny ring every outcome of the draws is gone through, which proves it there; in larger rings the
shares are sampled, alone and in pairs.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from lessons.checks.engine.attempt import Ended
from lessons.checks.engine.chance import FALSE_ALARM
from lessons.checks.engine.frequencies import uniform_fault
from lessons.checks.engine.mistakes import Found
from lessons.mpc.exhaustion import outcomes
from lessons.randomness import uniform_integer

Draw = Callable[[], int]
Run = tuple[list[int], int]  # the shares, and how often they drew
LARGE = 2**31  # products of ring elements below it fit into 64 bits
FIRST = 60  # runs of the first look
ALARM = FALSE_ALARM / 100  # of each sample from a larger ring


@dataclass(frozen=True)
class Sharing:
    """One setting: how the learner's function is asked, and what its shares must do.

    ``ask(secret, draw)`` gives one share for each party; ``unfit(secret, shares)`` says what is
    wrong with them as shares of this secret. Any ``hidden`` parties must learn nothing: that takes
    as many draws, and ``spare`` more are allowed. ``where`` names the setting in words, but for the
    modulus. ``masks(secret, shares)`` gives other numbers, by name, that must be uniform too.
    """

    ask: Callable[[int, Draw], list[int]]
    unfit: Callable[[int, list[int]], Found | None]
    modulus: int
    n_parties: int
    hidden: int
    where: str
    spare: int = 2
    masks: Callable[[int, list[int]], dict[str, int]] = lambda secret, shares: {}

    @property
    def limit(self) -> int:
        """After so many draws a run is stopped."""
        return 10 * self.n_parties

    @property
    def with_modulus(self) -> str:
        """The whole setting in words, to begin a sentence with."""
        return f"With {self.where} and modulus = {self.modulus},"


def one_run(sharing: Sharing, secret: int, draw: Draw) -> Run:
    """Give the shares of one run, and how many draws it took."""
    drawn = 0

    def counted() -> int:
        nonlocal drawn
        drawn += 1
        if drawn > sharing.limit:
            words = f"draw was called more than {sharing.limit} times for one secret"
            raise RuntimeError(words)
        return draw()

    try:
        shares = sharing.ask(secret, counted)
    except Ended:
        if drawn <= sharing.limit:
            raise
        shares = [secret] * sharing.n_parties  # never looked at: the number of draws is wrong
    return shares, drawn


def first_runs(sharing: Sharing, rng: np.random.Generator) -> list[tuple[int, Run]] | Found:
    """A few runs, (secret, run), each made again with the same draws: they alone may decide."""
    scripts = rng.integers(sharing.modulus, size=(FIRST, sharing.limit)).tolist()
    secrets = rng.permutation(np.arange(FIRST) % sharing.modulus).tolist()

    def run(k: int) -> Run:
        return one_run(sharing, secrets[k], iter(scripts[k]).__next__)

    runs = [run(k) for k in range(FIRST)]
    again = {int(k): run(int(k)) for k in rng.permutation(FIRST)}
    if any(again[k] != runs[k] for k in range(FIRST)):
        return Found("own_randomness")
    return list(zip(secrets, runs, strict=True))


def draws_fault(runs: Sequence[tuple[int, Run]], sharing: Sharing) -> Found | None:
    """What is wrong with how often the runs of each secret draw, if anything."""
    secrets = {secret for secret, _ in runs}
    counts = [{drawn for x, (_, drawn) in runs if x == secret} for secret in secrets]
    return _draws(counts, sharing)


def _draws(counts: Sequence[set[int]], sharing: Sharing) -> Found | None:
    if any(len(one) > 1 for one in counts):
        if min(map(min, counts)) < sharing.hidden:
            words = f"some calls draw fewer than {sharing.hidden} times. Is something kept?"
            return Found("counterexample", f"{sharing.with_modulus} {words}")
        return Found("draws_again")
    most = max(map(max, counts))
    if most > sharing.hidden + sharing.spare:
        often = f"more than {sharing.limit}" if most > sharing.limit else f"{most}"
        return Found("too_many_draws", f"It drew {often} times for {sharing.where}.")
    return None


def every_run(sharing: Sharing) -> Found | None:
    """Go through all randomness of a tiny ring, for every secret."""
    modulus, groups = sharing.modulus, []
    for secret in range(modulus):
        group: list[list[int]] = []

        def run(draw: Draw, x: int = secret) -> Run:
            return one_run(sharing, x, draw)

        # Beside the first outcome, all 0, which some draw away for ever:
        counts = {run(lambda: 1)[1]}
        for _, (shares, drawn) in outcomes(run, modulus=modulus):
            counts.add(drawn)
            if found := _draws([counts], sharing) or sharing.unfit(secret, shares):
                return found
            group.append(shares)
        groups.append(group)
    for parties in combinations(range(sharing.n_parties), sharing.hidden):
        for group in groups:
            views = _views(group, parties)
            even, rest = divmod(len(group), modulus**sharing.hidden)
            if rest or len(views) * even != len(group) or set(views.values()) != {even}:
                return _leak(groups, sharing)
    return None


def _views(group: list[list[int]], parties: Sequence[int]) -> Counter[tuple[int, ...]]:
    return Counter(tuple(shares[party] for party in parties) for shares in group)


def _leak(groups: list[list[list[int]]], sharing: Sharing) -> Found:
    """Say who sees what: one party first, then several together."""
    modulus, n_parties, where = sharing.modulus, sharing.n_parties, sharing.with_modulus
    columns = [[{run[party] for run in group} for group in groups] for party in range(n_parties)]
    for party, held in enumerate(columns):
        if held == [{secret} for secret in range(modulus)]:
            return Found("secret_in_clear", f"It is shares[{party}].")
    for party, held in enumerate(columns):
        if all(len(one) == 1 for one in held):
            return Found("constant_share", f"Look at shares[{party}].")
    for size in range(1, sharing.hidden + 1):
        for parties in combinations(range(n_parties), size):
            first, *others = (_views(group, parties) for group in groups)
            name = " and ".join(f"shares[{party}]" for party in parties)
            for secret, views in enumerate(others, 1):
                for view in sorted(first | views):
                    one, other = first[view] / len(groups[0]), views[view] / len(groups[secret])
                    if one != other:
                        seen = " and ".join(map(str, view))
                        words = f"{where} {name} {'is' if size == 1 else 'are'} {seen} in "
                        words += f"{one:.1%} of the runs for the secret 0, and in {other:.1%} "
                        words += f"for the secret {secret}."
                        return Found("one_share_leaks" if size == 1 else "coalition_learns", words)
            if size == 1:
                counts = [first[(value,)] for value in range(modulus)]
                if len(set(counts)) > 1:
                    most, least = np.argmax(counts), np.argmin(counts)
                    words = f"{where} {name} is {most} in {max(counts)} of {len(groups[0])} runs, "
                    return Found("not_uniform", f"{words}and {least} in {min(counts)}.")
    return Found("coalition_learns", where[:-1] + ".")


def sampled(
    sharing: Sharing, rng: np.random.Generator, times: int, *, linear: bool, large: int = LARGE
) -> Found | None:
    """Sample a larger ring: each share must be uniform, alone and beside another.

    With ``linear`` the modulus is prime, and every linear relation between shares is looked for.
    Shares that are wrong from the modulus ``large`` on fail because of its size.
    """
    modulus, n_parties, where = sharing.modulus, sharing.n_parties, sharing.with_modulus

    def element() -> int:
        return uniform_integer(modulus=modulus, random_bytes=rng.bytes)

    secrets = [0, 1, modulus - 1, modulus // 2, element()]
    drawn: list[int] = []
    runs, counts = [], [set() for _ in secrets]  # type: list[list[int]], list[set[int]]
    names: list[str] = []

    def fresh() -> int:
        drawn.append(element())
        return drawn[-1]

    try:
        for k in range(times):
            secret = secrets[k % len(secrets)]
            drawn.clear()
            shares, count = one_run(sharing, secret, fresh)
            counts[k % len(secrets)].add(count)
            if k % (times // 4) == 0:  # asked again, with the same draws
                script = iter([*drawn])
                if one_run(sharing, secret, script.__next__)[0] != shares:
                    return Found("own_randomness")
            if found := sharing.unfit(secret, shares):
                raise Ended(found)
            names = [f"shares[{party}]" for party in range(n_parties)]
            masks = sharing.masks(secret, shares)
            names += masks
            runs.append([*shares, *masks.values()])
    except Ended as end:
        if modulus < large:
            return Found(end.found.code, end.found.details or where[:-1] + ".")
        return Found("fails_at_large_modulus", end.found.details)
    for place, name in enumerate(names):
        if found := uniform_fault([run[place] for run in runs], modulus, false_alarm=ALARM):
            return Found("small_masks", f"{where} look at {name}. {found.details}")
    for one, other, factor in _mixtures(len(names)) if sharing.hidden > 1 else []:
        mixed = [(run[one] + factor * run[other]) % modulus for run in runs[:200]]
        if uniform_fault(mixed, modulus, false_alarm=ALARM):
            words = f"{where} {names[one]} and {names[other]} are linked."
            return Found("coalition_learns", words)
    if linear:
        first, *others = runs[:: len(secrets)]  # all of one secret
        moved = [[a - b for a, b in zip(run, first, strict=True)] for run in others]
        if _rank(moved, modulus) < sharing.hidden:
            words = f"{where} some shares together determine another one."
            return Found("coalition_learns", words)
    if min(map(min, counts)) < sharing.hidden:
        words = f"{where} you draw fewer than {sharing.hidden} times."
        return Found("coalition_learns", words)
    if found := _draws(counts, sharing):
        return found
    if (
        _draws_that_count(sharing, secrets[-1], [element() for _ in range(sharing.limit)])
        < sharing.hidden
    ):
        words = (
            f"{where} not every draw changes the shares: fewer than {sharing.hidden} of them do."
        )
        return Found("coalition_learns", words)
    return None


def _draws_that_count(sharing: Sharing, secret: int, script: list[int]) -> int:
    """How many of the draws change the shares, when one of them alone is changed."""
    shares, drawn = one_run(sharing, secret, iter(script).__next__)

    def counts(place: int) -> bool:
        other = [(one + (k == place)) % sharing.modulus for k, one in enumerate(script)]
        return one_run(sharing, secret, iter(other).__next__)[0] != shares

    return sum(map(counts, range(drawn)))


def _rank(table: list[list[int]], prime: int) -> int:
    """Give the number of independent rows modulo a prime, by elimination."""
    left, rank = table, 0
    for column in range(len(table[0])):
        pivot = next((row for row in left if row[column] % prime), None)
        if pivot is None:
            continue
        rank += 1
        inverse = pow(pivot[column], -1, prime)
        left = [
            [(a - row[column] * inverse * b) % prime for a, b in zip(row, pivot, strict=True)]
            for row in left
            if row is not pivot
        ]
    return rank


def _mixtures(n: int) -> list[tuple[int, int, int]]:
    """Which pairs of ``n`` numbers to add up, the second with which factor."""
    pairs = list(combinations(range(n), 2)) if n < 5 else []
    pairs = pairs or [(k, (k + 1) % n) for k in range(n)]
    return [(one, other, factor) for one, other in pairs for factor in (1, -1, 2, -2)]
