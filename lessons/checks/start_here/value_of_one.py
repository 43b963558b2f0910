"""Check of Exercise 00.1: the value of the one person whom the second average leaves out."""

import numpy as np

from lessons.attacks.differencing import value_of_one as reference
from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Ask for groups small and large, values of either sign, tiny, enormous and exactly zero."""

    def fits(case: Case, got: float, right: float) -> bool:
        total = case["n_with"] * max(abs(case["mean_with"]), abs(case["mean_without"]))
        return bool(abs(got - right) <= attempt.tolerance * (abs(right) + 1e-3 * total))

    return by_numbers(attempt, _ask(rng), right=reference, mistakes=MISTAKES, rng=rng, fits=fits)


def _ask(rng: np.random.Generator) -> list[Case]:
    zero = cases.between(rng, 1, 90)  # two people: the one with this, and one with nothing
    asked: list[Case] = [{"mean_with": zero / 2, "mean_without": zero, "n_with": 2}]
    for size in sorted({*cases.sizes(rng, own=206, at_least=2), 3, 304, 1000, 5_000}):
        for unit in (cases.spread(rng, 0.5, 50), cases.spread(rng, 1e-7, 1e7)):
            values = unit * rng.normal(cases.between(rng, -3, 3), 2.0, size)
            others = float(values[1:].mean())
            known = {"mean_with": float(values.mean()), "mean_without": others}
            asked.append({**known, "n_with": size})
    twin = asked[len(asked) // 2]  # the same but for one number
    asked += [{**twin, name: twin[name] * 3} for name in twin]
    asked.append({**twin, "mean_without": twin["mean_with"]})  # whose value is the average itself
    shares = {
        "mean_with": cases.between(rng, 0.55, 0.65),
        "mean_without": cases.between(rng, 0.3, 0.4),
    }
    asked.append(
        {**shares, "n_with": 12}
    )  # the averages within 0 and 1, the value above 1, or below 0
    asked.append(
        {"mean_with": shares["mean_without"], "mean_without": shares["mean_with"], "n_with": 12}
    )
    return sorted(asked, key=lambda case: int(case["n_with"]))


MISTAKES = {
    "means_subtracted": Mistake(
        "You subtracted one average from the other. The difference is tiny, because each person "
        "counts only a little in an average.",
        "One person shifts the average by only 1/n_with of the distance to the others' average.",
        made_by=(lambda mean_with, mean_without, *, n_with: mean_with - mean_without,),
    ),
    "other_way_round": Mistake(
        "The right size, with the wrong sign: what do you subtract from what?",
        "The group without the person was taken first.",
        made_by=(
            lambda mean_with, mean_without, *, n_with: (
                (n_with - 1) * mean_without - n_with * mean_with
            ),
        ),
    ),
    "same_number_of_people": Mistake(
        "You treated both averages as if the same number of people were in them.",
        "The second group has one person fewer: its total is (n_with − 1) times its average.",
        made_by=(lambda mean_with, mean_without, *, n_with: n_with * (mean_with - mean_without),),
    ),
    "one_person_too_many": Mistake(
        "You counted one person too many: n_with already includes the person you look for.",
        "n_with + 1 and n_with were used where n_with and n_with − 1 belong.",
        made_by=(
            lambda mean_with, mean_without, *, n_with: (
                (n_with + 1) * mean_with - n_with * mean_without
            ),
        ),
    ),
    "totals_added": Mistake(
        "You found both totals, and then you added them.",
        "Everybody but one is in both totals, so it is their difference that leaves one person.",
        made_by=(
            lambda mean_with, mean_without, *, n_with: (
                n_with * mean_with + (n_with - 1) * mean_without
            ),
        ),
    ),
    "total_returned": Mistake(
        "This is the total of everybody in the first group. Who must be taken out?",
        "The first total is right, but the second average was not used.",
        made_by=(lambda mean_with, mean_without, *, n_with: n_with * mean_with,),
    ),
    "difference_times_the_rest": Mistake(
        "This is how far the person is from an average, not the person's value. Turn each average into a "
        "total first.",
        "(n_with − 1) times the difference of the averages is the distance from everybody's average to the "
        "person, not the value itself.",
        made_by=(
            lambda mean_with, mean_without, *, n_with: (mean_with - mean_without) * (n_with - 1),
        ),
    ),
    "averages_exchanged": Mistake(
        "Each average was multiplied by the number of people in the other group.",
        "n_with belongs to the group with the person, n_with − 1 to the group without.",
        made_by=(
            lambda mean_with, mean_without, *, n_with: (
                n_with * mean_without - (n_with - 1) * mean_with
            ),
        ),
    ),
    "numbers_exchanged": Mistake(
        "The first total is right. How many people are in the second group: more than in the first?",
        "n_with + 1 stands where n_with − 1 belongs.",
        made_by=(
            lambda mean_with, mean_without, *, n_with: (
                n_with * mean_with - (n_with + 1) * mean_without
            ),
        ),
    ),
    "brackets_forgotten": Mistake(
        "A bracket is missing: Python multiplies before it subtracts.",
        "`mean_without * n_with - 1` takes one unit off the total, and not one person.",
        made_by=(
            lambda mean_with, mean_without, *, n_with: (
                mean_with * n_with - mean_without * n_with - 1
            ),
        ),
    ),
    "sign_lost": Mistake(
        "Right for values above zero, wrong below: some values, such as the balance of an account, "
        "are negative.",
        "The absolute value was taken, perhaps to repair a subtraction the wrong way round.",
        made_by=(
            lambda mean_with, mean_without, *, n_with: abs(
                reference(mean_with, mean_without, n_with=n_with)
            ),
        ),
    ),
    "rounded": Mistake(
        "Close, but not exact: is something rounded on the way?",
        "A round() or an int() in the function; round at the end, when you print.",
        made_by=(
            lambda mean_with, mean_without, *, n_with: round(
                reference(mean_with, mean_without, n_with=n_with)
            ),
            lambda mean_with, mean_without, *, n_with: int(
                reference(mean_with, mean_without, n_with=n_with)
            ),
            lambda mean_with, mean_without, *, n_with: round(
                reference(mean_with, mean_without, n_with=n_with), 2
            ),
        ),
    ),
}

value_of_one = Exercise(
    number="00.1",
    name="value_of_one",
    reference=reference,
    examine=examine,
    takeaway="You have just attacked real data: two averages over hundreds of people give one of them away.",
    hints=(
        "An average hides a simpler number. If 10 people are 40 years old on average, what do their ages "
        "add up to?",
        "Turn both averages into totals. Whose value is in one total and not in the other?",
        "n_with counts the people in the first average. How many are in the second?",
    ),
    mistakes=MISTAKES,
)
