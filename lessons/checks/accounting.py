"""Checks of lesson 15: accounting for subsampling."""

from lessons.checks import accounting_amplify as amplification
from lessons.checks import accounting_rdp as rdp
from lessons.checks import accounting_sums as sums
from lessons.checks.exercise import Exercise, Mistake, Question
from lessons.checks.laplace_mechanism import examine_near

amplify = Exercise(
    number="15.1",
    name="amplify",
    reference=amplification.amplify,
    examine=amplification.examine_amplify,
    takeaway="What the attacker does not know, whether you took part at all, divides the leak.",
    hints=(
        "Go back to the table of section 3: which column is 'with the record', and how is it made "
        "from the two rows of the mechanism?",
        "With the record, an output has probability q · (something up to e^ε times as likely) + "
        "(1 − q) · (just as likely). Divide by the probability without the record.",
        "The largest ratio is 1 − q + q e^ε. Its logarithm is ε′; for δ′, ask when the bad event can "
        "touch the record.",
    ),
    mistakes=amplification.AMPLIFY_MISTAKES,
)

subsampled_rdp = Exercise(
    number="15.2",
    name="subsampled_rdp",
    reference=rdp.subsampled_rdp,
    examine=rdp.examine_rdp,
    takeaway="A sum of huge terms is harmless as long as it stays a sum of logarithms.",
    hints=(
        "Write the logarithm of *one* term of (15.5): a product turns into a sum of four logarithms.",
        "ln C(α, k) = lgamma(α+1) − lgamma(k+1) − lgamma(α−k+1); scipy.special.gammaln takes arrays.",
        "To add numbers that you know by their logarithms, subtract the largest logarithm, add the "
        "exponentials of what is left, take the logarithm, and put the largest back.",
        "scipy.special.logsumexp does just that. Then do not forget the denominator of (15.4).",
    ),
    mistakes=rdp.RDP_MISTAKES,
)

add_losses = Exercise(
    number="15.3",
    name="add_losses",
    reference=sums.add_losses,
    examine=sums.examine_sums,
    time_limit=1.5,  # with thousands of losses: a loop over all pairs is too slow
    takeaway="Round up, never down: a tail that is dropped is a promise that is broken.",
    hints=(
        "np.convolve(a, b) of two laws of length n has length 2n − 1. Which sum of losses stands at its "
        "index 0, and at which index does the loss −c stand?",
        "With np.fft.rfft(a, 2 * n - 1) there is room for all sums. Without the second argument the "
        "large sums come back in at the lower end.",
        "Cut the 2n − 1 sums into three pieces: below the grid, on it, above it. Each piece has its "
        "own place to go.",
        "The sum is finite when both losses are finite and the sum stays on the grid.",
    ),
    mistakes=sums.SUM_MISTAKES,
)

# Question 15.B: the smallest noise at which RDP gives ε <= 1 for q = 0.01, T = 10 000, δ = 1e-5

least_noise = Question(
    number="15.B",
    name="least_noise",
    examine=examine_near(
        lambda: 4.166,
        tolerance=0.04,  # 4.2 is the position of the slider, 4.13 the exact answer; 4.1 is too low
        slips={
            "one_step_early": (4.05, 0.076),
            "old_conversion": (5.0, 0.06),
            "other_accountant": (3.85, 0.08),
            "best_order_given": (17.5, 1.0),
        },
    ),
    takeaway="The best order moves with the noise: an accountant searches it anew for every run.",
    hints=(
        "Set q = 0.01 and T = 10 000, then move the noise multiplier and read ε at the black dot.",
        "ε falls when the noise grows. The first position at which the caption says 1 or less is it.",
        "It lies a little above 4.",
    ),
    mistakes={
        "one_step_early": Mistake(
            "At this noise ε is still a little above 1.",
            "A promise of 1 is broken by 1.007: round up, never down.",
        ),
        "old_conversion": Mistake(
            "That much is needed with the conversion of 2017; the black curve uses (15.6).",
            "ε(α) + ln(1/δ)/(α − 1) is right as well, but larger.",
        ),
        "other_accountant": Mistake(
            "That is enough by the privacy loss distribution; the question asks for Rényi DP.",
            "RDP is an upper bound on ε, so it asks for more noise than is needed.",
        ),
        "best_order_given": Mistake(
            "That is about the best order; the question asks for the noise multiplier.",
            "The order stands on the horizontal axis.",
        ),
    },
)

# Question 15.C: the steps until ε = 2 for q = 0.01, σ = 1, δ = 1e-5

steps_allowed = Question(
    number="15.C",
    name="steps_allowed",
    examine=examine_near(
        lambda: 1139.0,
        tolerance=64.0,  # from 1122, the position of the slider, and a little, to 1202: there ε is 2
        slips={
            "by_rdp": (835.0, 75.0),
            "by_strong_composition": (4.7, 1.8),
            "one_step_too_far": (1276.5, 73.5),
            "round_thousand": (1000.0, 30.0),
        },
    ),
    takeaway="A tighter account of the same run is worth hundreds of training steps.",
    hints=(
        "Set q = 0.01 and the noise multiplier to 1, then move the steps.",
        "Read the number for the privacy loss distribution, the lowest of the three.",
        "It is somewhat more than a thousand.",
    ),
    mistakes={
        "by_rdp": Mistake(
            "That many are allowed by Rényi DP; the privacy loss distribution allows more.",
            "The run is the same, and so is its true ε; only the bound is better.",
        ),
        "by_strong_composition": Mistake(
            "That many are allowed by composition of amplified steps, the loosest of the three.",
            "Four or five steps instead of a thousand: a sound bound, and useless for training.",
        ),
        "one_step_too_far": Mistake(
            "There ε is already above 2.",
            "A promise of 2 is broken by 2.05, and by 2.01: take the last position that keeps it.",
        ),
        "round_thousand": Mistake(
            "ε is still below 1.9 there: a few more steps are allowed.",
            "The slider moves by factors; look at the positions after 1000.",
        ),
    },
)
