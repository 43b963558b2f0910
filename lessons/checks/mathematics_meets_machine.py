"""Checks of lesson 18: when the mathematics meets the machine."""

from functools import cache

from lessons.checks import mathematics_meets_machine_exponential as exponential
from lessons.checks import mathematics_meets_machine_floats as floats
from lessons.checks import mathematics_meets_machine_laplace as laplace
from lessons.checks import mathematics_meets_machine_seed as seed
from lessons.checks.exercise import Exercise, Mistake, Question, examine_number
from lessons.dp import exact_coins, floating_point, seeds
from lessons.dp.discrete import discrete_laplace as reference_laplace
from lessons.dp.sampling_traps import shuffled_epsilon

could_come_from = Exercise(
    number="18.1",
    name="could_come_from",
    reference=floating_point.could_come_from,
    examine=floats.examine_could_come_from,
    takeaway="A float keeps traces of the sum that made it: some outputs are possible for one count only.",
    hints=(
        "Which noise must it have been, and which u gives that noise by (18.2)? There are two cases.",
        "u times 2^53 should be a whole number k. Round it, and go forwards from k / 2^53 to a release.",
        "Rounding on the way back may have cost one step: try k − 1 and k + 1 too. Compare with ==.",
    ),
    mistakes=floats.FLOAT_MISTAKES,
)

bernoulli_exp = Exercise(
    number="18.2",
    name="bernoulli_exp",
    reference=exact_coins.bernoulli_exp,
    examine=exponential.examine_bernoulli_exp,
    takeaway="An irrational probability from rational coins, exactly: no exponential was ever computed.",
    hints=(
        "Toss coin(gamma / 1), coin(gamma / 2), … in a loop until the first tails.",
        "Count the tosses, the tails included. Section 3 says for which counts the answer is True.",
        "For gamma above 1: e^(−gamma) is a product. Call the small case once for every factor; what "
        "must all these answers be?",
    ),
    mistakes=exponential.EXPONENTIAL_MISTAKES,
)

discrete_laplace = Exercise(
    number="18.3",
    name="discrete_laplace",
    reference=reference_laplace,
    examine=laplace.examine_discrete_laplace,
    takeaway="Every integer is possible for every count, one step costs e^ε exactly, and 0 comes once.",
    hints=(
        "First a size 0, 1, 2, …: a further step has probability e^(−ε), and exp_coin tosses that.",
        "Then a sign, with coin(Fraction(1, 2)). How many ways lead to 0, and how many to 1?",
        "When size and sign make a second zero, begin again from the start, size included.",
    ),
    mistakes=laplace.LAPLACE_MISTAKES,
)

find_seed = Exercise(
    number="18.4",
    name="find_seed",
    reference=seeds.find_seed,
    examine=seed.examine_find_seed,
    takeaway="Noise that can be computed again is no noise: the seed is a key, and must be as secret.",
    hints=(
        "For one seed: build the generator, draw the noise of all cells, subtract. What is special "
        "about what is left if the seed is right?",
        "Counts are whole numbers. How far from whole may release − noise be, when the sum was rounded?",
        "Loop over seeds; return the first for which all cells are within 1e-6 of a whole number; after "
        "the loop return None.",
    ),
    mistakes=seed.SEED_MISTAKES,
)

half_named = Question(
    number="18.A",
    name="half_named",
    examine=examine_number(
        lambda: 4.0,
        tolerance=0.01,
        wrong={"fraction_given": lambda: 0.5, "first_drop": lambda: 1.0, "last_above": lambda: 2.0},
    ),
    takeaway="From there on a step of the last bit is wider than most gaps. The small counts are exposed.",
    hints=(
        "Set ε to 0.5 and go through the counts from the top of the list.",
        "The caption says how many of 100 outputs name the table.",
        "You want the first count at which that number is below 50.",
    ),
    mistakes={
        "fraction_given": Mistake(
            "That is the fraction; the question asks for a count.",
            "Read the horizontal axis at the height of one half.",
        ),
        "first_drop": Mistake(
            "There the fraction has fallen, but not below one half.",
            "Go on down the list.",
        ),
        "last_above": Mistake(
            "There the fraction is still above one half.",
            "The last count above one half; the question asks for the first below.",
        ),
    },
)


@cache
def honest_noise() -> float:
    """The noise multiplier at which the shuffled lower bound comes down to 0.19."""
    low, high = 1.0, 3.0
    while high - low > 1e-4:
        middle = (low + high) / 2
        found = shuffled_epsilon(noise_multiplier=middle, steps=1000, delta=1e-6)
        low, high = (middle, high) if found > 0.19 else (low, middle)
    return high


noise_for_the_claim = Question(
    number="18.C",
    name="noise_for_the_claim",
    examine=examine_number(
        honest_noise,
        tolerance=0.06,  # a step of the slider, and a little
        wrong={
            "as_claimed": lambda: 1.0,
            "epsilon_given": lambda: 3.72,
            "ratio_given": lambda: 20.0,
            "doubled": lambda: 2.0,
        },
    ),
    takeaway="That much noise is needed at least: a lower bound says what cannot be promised, no more.",
    hints=(
        "Set T to 1000 and move σ until the solid curve is as low as the claim was.",
        "The claim at σ = 1 was 0.19; read the bound for shuffled batches in the caption.",
        "It lies between 1.5 and 2.",
    ),
    mistakes={
        "as_claimed": Mistake(
            "At that σ the claim is 0.19, and the bound for shuffled batches is far above.",
            "The two curves differ by a factor of about twenty there.",
        ),
        "epsilon_given": Mistake(
            "That is the ε of shuffled batches at σ = 1; the question asks for a σ.",
            "Look for the σ on the horizontal axis.",
        ),
        "ratio_given": Mistake(
            "That is the ratio of the two ε at σ = 1; the question asks for a σ.",
            "Look for the σ on the horizontal axis.",
        ),
        "doubled": Mistake(
            "A good guess, and more than is needed: the bound is about 0.11 there.",
            "Move σ back a little.",
        ),
    },
)
