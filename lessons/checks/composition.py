"""Checks of lesson 14: composition."""

from lessons.checks import composition_bounds as bounds
from lessons.checks import composition_ledger as ledger
from lessons.checks import composition_mistakes as mistakes
from lessons.checks import composition_parts as parts
from lessons.checks import composition_refusals as refusals
from lessons.checks.exercise import Exercise, Mistake, Question
from lessons.checks.laplace_mechanism import examine_near
from lessons.dp import composition
from lessons.dp.ledger import answer_within_budget as within_budget

advanced_composition = Exercise(
    number="14.1",
    name="advanced_composition",
    reference=composition.advanced_composition,
    examine=bounds.examine_advanced,
    takeaway="For many small losses √k replaces k, and δ′ is the price of that.",
    hints=(
        "Two terms for the total ε, two for the total δ. Write each on a line of its own.",
        "Everything up to ln(1/δ′) stands under the root; ε stands outside.",
        "Try ε = 0.1, k = 100, δ′ = 1e-6 by hand: the root is a little above 52, the second term a "
        "little above 1.",
    ),
    mistakes=mistakes.ADVANCED_MISTAKES,
)

composed_delta = Exercise(
    number="14.2",
    name="composed_delta",
    reference=bounds.composed_delta,
    examine=bounds.examine_delta,
    takeaway="What k coins reveal is one binomial sum; nothing that is ε-DP k times reveals more.",
    hints=(
        "Make three arrays over j = 0 … k: the logarithm of P_j, that of Q_j, and the loss.",
        "The logarithm of C(k, j) is gammaln(k + 1) − gammaln(j + 1) − gammaln(k − j + 1).",
        "Where the loss (2j − k)·ε is at most ε_total, the term is not positive. For the others, "
        "P_j − e^ε_total·Q_j = P_j·(1 − e^(ε_total − loss)): one exponential that cannot overflow.",
    ),
    mistakes=mistakes.COINS_MISTAKES,
)

parallel_composition = Exercise(
    number="14.3",
    name="parallel_composition",
    reference=composition.parallel_composition,
    examine=parts.examine_parallel,
    takeaway="Count the releases that one person's change can touch, and take the dearest of them.",
    hints=(
        "Write down a table with one person and its neighbour. Which of the counts change?",
        "Under replace a person may leave all parts she was in and turn up in as many others.",
        "Which parts she touches is up to her. Sort the ε, and look at the dearest ones.",
    ),
    mistakes=parts.PARALLEL_MISTAKES,
)

answer_within_budget = Exercise(
    number="14.4",
    name="answer_within_budget",
    reference=within_budget,
    examine=ledger.examine_ledger,
    takeaway="A budget protects when it can say no, and its no depends on prices only.",
    hints=(
        "One loop over the questions, one number: what has been spent so far. Look at all prices "
        "before the first answer.",
        "Ask whether the price fits *before* you add it, and add it only when you answer.",
        "For the bad prices write the condition that must hold, and refuse everything else: nan "
        "fails every comparison.",
    ),
    mistakes=refusals.LEDGER_MISTAKES,
)

# Question 14.A: from which k on the advanced bound beats the sum

first_gain = Question(
    number="14.A",
    name="first_gain",
    examine=examine_near(
        lambda: 35,
        tolerance=0.4,
        slips={
            "still_above": (34.0, 0.6),
            "drift_forgotten": (27.6, 1.0),
            "log10": (15.0, 0.6),
            "forever": (100.0, 0.5),
        },
    ),
    takeaway="√k beats k, but not at once: the logarithm of 1/δ′ has to be paid first.",
    hints=(
        "Set ε to 0.1, and move k until the caption names another winner.",
        "With the arrow keys the slider moves by one release.",
        "By hand: set (14.5) equal to k·ε and divide by k·ε; one unknown is left.",
    ),
    mistakes={
        "still_above": Mistake(
            "Very close: compare the two numbers in the caption there.",
            "The curves cross between 34 and 35: at 34 the sum is still the smaller one.",
        ),
        "drift_forgotten": Mistake(
            "There the first term alone is as large as the sum; (14.5) has two terms.",
            "√(2k·ln(1/δ′)) = k at k = 2·ln(1/δ′), without the second term.",
        ),
        "log10": Mistake(
            "That would be right with a decimal logarithm of 1/δ′.",
            "ln(10^6) is 13.8, not 6.",
        ),
        "forever": Mistake(
            "That is the k of our example; the curves cross before.",
            "At k = 100 the advanced bound is already far below the sum.",
        ),
    },
)

# Question 14.C: after how many releases the mean loss is 1

mean_of_one = Question(
    number="14.C",
    name="mean_of_one",
    examine=examine_near(
        lambda: 200,
        tolerance=10,  # one step of the slider
        slips={
            "the_sum": (10.0, 2.0),
            "the_spread": (100.0, 4.0),
            "half_of_the_mean": (400.0, 10.0),
        },
    ),
    takeaway="The mean loss grows like k·ε²/2: small losses are much smaller than they look.",
    hints=(
        "Set ε to 0.1 and read the mean loss in the caption.",
        "One release loses ε·tanh(ε/2) on average, which is about ε²/2 for small ε.",
        "The mean is proportional to k: read it at one k, and divide.",
    ),
    mistakes={
        "the_sum": Mistake(
            "That is where the sum of the ε is 1: the worst run, not the mean.",
            "All ten coins must fall the same way for that.",
        ),
        "the_spread": Mistake(
            "There the *spread* of the losses is 1, not their mean.",
            "The standard deviation is about √k·ε: at k = 100 it is twice the mean.",
        ),
        "half_of_the_mean": Mistake(
            "There the mean is 2.",
            "ε·tanh(ε/2) is about ε²/2, half of the square; you may have halved it twice.",
        ),
    },
)
