"""Check of Exercise 31.4: the right mean, whatever the shares, and only two sums were opened."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lessons.checks.additive_sharing.rings import element
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.compare import close
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake

OpenShares = Callable[[Sequence[int]], int]
OWN = 100_000  # the lesson's modulus; it has three hospitals and three parties
EXACT = 1e-14  # in parts of the mean: the lesson compares with a mean in the clear
SETTINGS = (  # modulus, hospitals, parties
    (OWN, 3, 3),
    (1_000_003, 3, 3),
    (2**31 - 1, 3, 3),
    (OWN, 2, 3),
    (OWN, 4, 3),
    (OWN, 3, 5),
    (1_000_003, 4, 3),
    (1_000_003, 2, 2),
    (2**31 - 1, 3, 2),
    (2**31 - 1, 7, 4),
    (2**50 - 27, 3, 3),
    (OWN, 12, 5),
    (1_000_003, 7, 4),
    (2**56 - 5, 12, 5),  # sums of shares beyond what a float64 holds, within 64 bits
    (2**50 - 27, 1, 2),  # last: with one hospital, much that is wrong gives the right number
)


def reference(
    total_shares: Sequence[Sequence[int]],
    count_shares: Sequence[Sequence[int]],
    *,
    open_shares: OpenShares,
) -> float:
    """Both sums by columns, opened, then divided."""
    total = open_shares([sum(column) for column in zip(*total_shares, strict=True)])
    count = open_shares([sum(column) for column in zip(*count_shares, strict=True)])
    return total / count


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Ask with several numbers of hospitals and parties and several moduli; each twice."""
    settings = [_hospitals(rng, *one) for one in SETTINGS]
    settings += [_hospitals(rng, *one, most=9) for one in ((OWN, 3, 3), (2**31 - 1, 4, 3))]
    seeds = rng.integers(2**31, size=len(settings))  # the same shares when asked again
    found: dict[int, Found | None] = {}
    for k in rng.permutation(len(settings)):
        found[int(k)] = _asked(attempt, settings[k], np.random.default_rng(seeds[k]))
    wrong = [k for k in sorted(found) if found[k] is not None]
    if not wrong:
        for k in rng.permutation(len(settings)):
            if again := _asked(attempt, settings[k], np.random.default_rng(seeds[k])):
                return Found("remembers", again.details)
        return None
    first, told = found[wrong[0]], settings[wrong[0]].told
    codes = {one.code for one in found.values() if one is not None}
    if codes & {"rounded", "too_coarse", "opened_inputs"}:
        return first
    if _divide(settings, wrong, lambda one: (one.hospitals, one.parties)):
        return Found("fixed_size", told)
    if codes == {"divided_too_early"} and _divide(settings, wrong, lambda one: one.modulus):
        return Found("fixed_modulus", told)
    return first


def _divide(settings: list["Setting"], wrong: list[int], key: Callable[["Setting"], Any]) -> bool:
    """Whether ``key`` alone decides which settings go wrong: some of its values do, some do not."""
    missed = {key(settings[k]) for k in wrong}
    several = [k for k, one in enumerate(settings) if one.hospitals > 1]
    fine = {key(settings[k]) for k in several if k not in wrong}
    return bool(fine) and fine.isdisjoint(missed)


@dataclass(frozen=True)
class Setting:
    """Hospitals with a total and a count each, whose shares are held by some parties."""

    modulus: int
    parties: int
    totals: list[int]
    counts: list[int]

    @property
    def hospitals(self) -> int:
        """How many there are."""
        return len(self.totals)

    @property
    def told(self) -> str:
        """Say what was asked."""
        words = f"totals {self.totals} and counts {self.counts}"
        if self.hospitals > 4:
            words = f"{self.hospitals} hospitals"
        return f"(With {words}, {self.parties} parties and Q = {self.modulus}.)"


def _hospitals(
    rng: np.random.Generator, modulus: int, hospitals: int, parties: int, *, most: int = 2000
) -> Setting:
    size = 1 if modulus < 2**40 else 997  # a country's hospitals, where the ring has room
    counts = 3 + size * rng.permutation(most)[:hospitals]  # of different sizes
    if hospitals > 4:
        counts[rng.permutation(hospitals)[:2]] = (0, 1)
    largest = (modulus - 1) // (2 * hospitals * 2000 * size)
    years = 1 + rng.integers(min(largest, 10**6), size=hospitals)
    totals = counts * years + (counts > 1) * rng.integers(1, 3, size=hospitals)
    return Setting(modulus, parties, totals.tolist(), counts.tolist())


@dataclass
class Opening:
    """An ``open_shares`` that keeps what was opened; ``answers`` says other values than the true."""

    modulus: int
    answers: dict[int, int] = field(default_factory=dict)
    opened: list[tuple[int, list[Any]]] = field(default_factory=list)

    def open_shares(self, shares: Iterable[Any]) -> int:
        """Give the value of ``shares``, one number for each party."""
        try:
            rows = list(shares)
            if any(np.ndim(one) for one in rows):
                raise TypeError
            value = int(round(sum(rows)) % self.modulus)
        except (TypeError, ValueError, OverflowError):
            message = "open_shares takes a list of one integer for each party"
            raise TypeError(message) from None
        self.opened.append((value, rows))
        return self.answers.get(value, value)


def _asked(attempt: Attempt, setting: Setting, rng: np.random.Generator) -> Found | None:
    """Ask once with true openings, and once with openings that say something else."""
    total, count = sum(setting.totals), sum(setting.counts)
    try:
        mean, opened, tables = _call(attempt, setting, rng, {})
        if found := _judged(mean, opened, setting, tables):
            return found
        other = {total: total + 7 * count + 1, count: count + 3}
        mean, _, _ = _call(attempt, setting, rng, other)
    except Ended as end:
        return Found(end.found.code, f"{end.found.details} {setting.told}".strip())
    if not close(mean, other[total] / other[count], tolerance=EXACT):
        return Found("bypassed")
    return None


def _call(
    attempt: Attempt, setting: Setting, rng: np.random.Generator, answers: dict[int, int]
) -> tuple[float, list[tuple[int, list[Any]]], list[list[list[int]]]]:
    tables = [
        [_split(value, setting, rng) for value in values]
        for values in (setting.totals, setting.counts)
    ]
    opening = Opening(setting.modulus, answers)

    def open_shares(shares: Iterable[Any]) -> int:
        return opening.open_shares(shares)

    mean = attempt.number(*tables, open_shares=open_shares)
    return mean, opening.opened, tables


def _split(value: int, setting: Setting, rng: np.random.Generator) -> list[int]:
    masks = [element(rng, setting.modulus) for _ in range(setting.parties - 1)]
    return [*masks, (value - sum(masks)) % setting.modulus]


def _judged(
    mean: float, opened: list[tuple[int, list[Any]]], setting: Setting, tables: Any
) -> Found | None:
    totals, counts = setting.totals, setting.counts
    total, count, hospitals = sum(totals), sum(counts), setting.hospitals
    each = [one / size for one, size in zip(totals, counts, strict=True) if size]
    values = {value for value, _ in opened}
    columns = [[sum(column) for column in zip(*table, strict=True)] for table in tables]

    right = total / count
    if close(mean, sum(each) / len(each)) and not close(mean, right, tolerance=EXACT):
        return Found("average_of_averages")
    if values & {*totals, *counts} - {total, count}:
        return Found("opened_inputs", f"{len(opened)} values were opened.")
    for value, rows in opened:
        whole = all(isinstance(one, int | np.integer) for one in rows)
        if not whole and any(float(one) != int(one) for one in rows):
            return Found("divided_too_early")
        if len(rows) != setting.parties:
            return Found("wrong_axis", f"It has {len(rows)} entries. {setting.told}")
        if not whole:
            return Found("float_shares")
        if value not in (total, count):
            return Found("divided_too_early", setting.told)
        own = columns[value == count]
        if any((one - int(row)) % setting.modulus for one, row in zip(own, rows, strict=True)):
            return Found("wrong_axis", setting.told)
    if close(mean, total / count, tolerance=EXACT):
        return None if values == {total, count} else Found("bypassed")
    for code, number in (
        ("upside_down", count / total),
        ("rounded", round(total / count)),
        ("rounded", total // count),
        ("divided_by_hospitals", total / hospitals),
        ("not_divided", total),
    ):
        if close(mean, number):
            return Found(code)
    for digits in range(1, 14):
        if close(mean, round(total / count, digits), tolerance=EXACT):
            return Found("rounded")
    if not opened:
        return Found("bypassed")
    if np.float32(mean) == np.float32(total / count):
        return Found("too_coarse")
    way = "large" if mean > total / count else "small"
    return Found("counterexample", f"You get {mean:.6g}, which is too {way}. {setting.told}")


Shares = Sequence[Sequence[int]]
Mean = Callable[..., float]


def _columns(table: Shares) -> list[int]:
    return [sum(column) for column in zip(*table, strict=True)]


def _rows(table: Shares) -> list[int]:
    return [sum(row) for row in table]


def _opening(
    result: Callable[[Any, Any], Any], adding: Callable[[Shares], Any] = _columns
) -> Callable[..., Any]:
    """Make a wrong function that opens what ``adding`` gives; ``result(total, count)`` is returned."""
    return lambda total_shares, count_shares, *, open_shares: result(
        open_shares(adding(total_shares)), open_shares(adding(count_shares))
    )


def _every_hospital_once(total_shares: Shares, count_shares: Shares, *, open_shares: Any) -> float:
    pairs = zip(total_shares, count_shares, strict=True)
    return float(sum(open_shares(t) / open_shares(c) for t, c in pairs) / len(total_shares))


def _opens_everything(total_shares: Shares, count_shares: Shares, *, open_shares: Any) -> Any:
    return sum(map(open_shares, total_shares)) / sum(map(open_shares, count_shares))


def _opens_the_counts(total_shares: Shares, count_shares: Shares, *, open_shares: Any) -> Any:
    return open_shares(_columns(total_shares)) / sum(map(open_shares, count_shares))


def _party_by_party(total_shares: Shares, count_shares: Shares, *, open_shares: Any) -> Any:
    total, count = (
        sum(open_shares([one]) for one in _columns(table)) for table in (total_shares, count_shares)
    )
    return total / count


def _quotients(divide: Callable[[int, int], Any]) -> Mean:
    return lambda total_shares, count_shares, *, open_shares: float(
        open_shares(list(map(divide, _columns(total_shares), _columns(count_shares))))
    )


def _in_the_clear(modulus: int | None) -> Mean:
    """Make a wrong function that adds up all shares itself."""

    def wrong(total_shares: Shares, count_shares: Shares, *, open_shares: Any) -> float:
        total, count = sum(_columns(total_shares)), sum(_columns(count_shares))
        return total % modulus / (count % modulus or 1) if modulus else total / count

    return wrong


def _opens_for_show(total_shares: Shares, count_shares: Shares, *, open_shares: Any) -> float:
    modulus = 1 + max(max(map(max, total_shares)), max(map(max, count_shares)))
    total, count = open_shares(_columns(total_shares)), open_shares(_columns(count_shares))
    own = sum(_columns(count_shares)) % modulus
    return float(total / (count if own == count else own or 1))


def _in_zeros(table: Shares) -> Any:
    sums = np.zeros(len(table[0]))
    for row in table:
        sums += row
    return sums


def _all_to_the_first(table: Shares) -> list[int]:
    return [sum(_rows(table))] + [0] * (len(table[0]) - 1)


def _three_rows(table: Shares) -> list[int]:
    return [table[0][i] + table[1][i] + table[2][i] for i in range(len(table[0]))]


def _three_columns(table: Shares) -> list[int]:
    return [sum(row[i] for row in table) for i in range(3)]


def _as_many_as_rows(table: Shares) -> list[int]:
    return [sum(row[i] for row in table) for i in range(len(table))]


def _modulo(modulus: int) -> Callable[[Shares], list[int]]:
    return lambda table: [one % modulus for one in _columns(table)]


MISTAKES = {
    "average_of_averages": Mistake(
        "That is the average of the hospitals' averages.",
        "It counts a patient of a small hospital more than one of a large hospital.",
        made_by=(_every_hospital_once,),
    ),
    "opened_inputs": Mistake(
        "The number may be right, but a single hospital's total or count was opened.",
        "Then every party knows it, and the hospital might as well have published it.",
        made_by=(_opens_everything, _opens_the_counts),
    ),
    "wrong_axis": Mistake(
        "The list that you open must have one entry for each party, from that party's column alone.",
        "Adding up one hospital's row is reconstruction: it needs the shares of all parties. "
        "The sums over hospitals are local.",
        made_by=(
            _opening(lambda total, count: total / count, _rows),
            _opening(lambda total, count: total / count, _all_to_the_first),
            _party_by_party,
        ),
    ),
    "float_shares": Mistake(
        "You opened floats; shares are integers.",
        "np.zeros makes floats, and above 2^53 a float64 no longer holds every integer.",
        made_by=(_opening(lambda total, count: total / count, _in_zeros),),
    ),
    "divided_too_early": Mistake(
        "Something other than the two sums was opened.",
        "Shares are random numbers: a quotient of shares is not a share of the quotient.",
        made_by=(_quotients(lambda t, c: t // max(c, 1)), _quotients(lambda t, c: t / max(c, 1))),
    ),
    "bypassed": Mistake(
        "The result must come from open_shares alone: open both sums with it.",
        "sum() over the shares of different parties is a message that nobody counted.",
        made_by=(_in_the_clear(OWN), _in_the_clear(None)),
    ),
    "upside_down": Mistake(
        "That is patients per year of age, not years per patient.",
        "Total over count, not count over total.",
        made_by=(_opening(lambda total, count: count / total),),
    ),
    "rounded": Mistake(
        "You rounded: some digits of the mean are lost.",
        "// or round(): the opened sums are public integers, so ordinary division is fine.",
        made_by=(
            _opening(lambda total, count: total // count),
            _opening(lambda total, count: round(total / count)),
            _opening(lambda total, count: round(total / count, 2)),
        ),
    ),
    "divided_by_hospitals": Mistake(
        "You divided by the number of hospitals.",
        "The mean is over patients, and how many there are is shared as well.",
        made_by=(
            lambda total_shares, count_shares, *, open_shares: (
                open_shares(_columns(total_shares)) / len(total_shares)
            ),
        ),
    ),
    "not_divided": Mistake(
        "That is the total of all hospitals, not a mean.",
        "Open the sum of the counts as well, then divide.",
        made_by=(
            lambda total_shares, count_shares, *, open_shares: open_shares(_columns(total_shares)),
        ),
    ),
    "fixed_size": Mistake(
        "Right for some numbers of hospitals and parties, but not for others.",
        "Rows belong to hospitals and columns to parties: len(total_shares) counts hospitals, "
        "len(total_shares[0]) parties, and total_shares[2] need not exist.",
        made_by=(
            _opening(lambda total, count: total / count, _three_rows),
            _opening(lambda total, count: total / count, _three_columns),
            _opening(lambda total, count: total / count, _as_many_as_rows),
        ),
    ),
    "fixed_modulus": Mistake(
        "Right for some modulus, but not for others.",
        "Your function is not told Q, and need not be: open_shares reduces by itself.",
        made_by=(
            _opening(lambda total, count: total / count, _modulo(OWN)),
            _opening(lambda total, count: total / count, _modulo(1_000_003)),
        ),
    ),
}

pooled_mean = Exercise(
    number="31.4",
    name="pooled_mean",
    reference=reference,
    examine=examine,
    takeaway="Two sums were opened and nothing else; the division happened in public.",
    hints=(
        "What does the mean over all patients have to do with the hospitals' totals and counts?",
        "total_shares[h][i] is what party i holds of hospital h's total. Which entries can party i "
        "add up on its own? (There may be more hospitals than parties, or fewer.)",
        "Each party adds its column. Then two lists, with one entry per party, are opened, and "
        "their values are divided.",
    ),
    mistakes=MISTAKES,
)
