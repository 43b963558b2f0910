"""Questions 14.A, 14.B and 14.C."""

from math import log

from lessons.checks.engine.exercise import Question, examine_number
from lessons.checks.engine.mistakes import Mistake

# Question 14.A: from which k on the advanced bound beats the sum

GAIN_MISTAKES = {
    "still_above": Mistake(
        "Very close: compare the two numbers in the caption there.",
        "The curves cross between 34 and 35: at 34 the sum is still the smaller one.",
        made_by=(34,),
        within=0.6,
    ),
    "drift_forgotten": Mistake(
        "There the first term alone is as large as the sum; (14.v) has two terms.",
        "√(2k·ln(1/δ′)) = k at k = 2·ln(1/δ′), without the second term.",
        made_by=(27.6,),
        within=1,
    ),
    "log10": Mistake(
        "That would be right with a decimal logarithm of 1/δ′.",
        "ln(10^6) is 13.8, not 6.",
        made_by=(15,),
        within=0.6,
    ),
    "forever": Mistake(
        "That is the k of our example; the curves cross before.",
        "At k = 100 the advanced bound is already far below the sum.",
        made_by=(100,),
        within=0.5,
    ),
}

first_gain = Question(
    number="14.A",
    name="first_gain",
    examine=examine_number(lambda: 35, tolerance=0.4, mistakes=GAIN_MISTAKES),
    takeaway="√k beats k, but not at once: the logarithm of 1/δ′ has to be paid first.",
    hints=(
        "Set ε to 0.1, and move k until the caption names another winner.",
        "With the arrow keys the slider moves by one release.",
        "By hand: set (14.v) equal to k·ε and divide by k·ε; one unknown is left.",
    ),
    mistakes=GAIN_MISTAKES,
)

# Question 14.B: from which ε on the advanced bound never beats the sum

CROSSING_MISTAKES = {
    "out_of_the_picture": Mistake(
        "There the crossing only leaves the picture, which ends at 300 releases.",
        "At ε = 0.53 the curves cross at k = 305. With more releases they still cross.",
        made_by=(0.5, 0.53, 0.55),
        within=0.03,
    ),
    "end_of_the_slider": Mistake(
        "True there, but also for smaller ε: the slider only ends at 1.",
        "At ε = 1 the drift term alone is 1.7 times the sum.",
        made_by=(1.0,),
        within=0.02,
    ),
    "log10": Mistake(
        "That would be right with a decimal logarithm.",
        "ln 2 is np.log(2), not np.log10(2).",
        made_by=(0.301,),
        within=0.006,
    ),
}

no_crossing = Question(
    number="14.B",
    name="no_crossing",
    examine=examine_number(lambda: log(2), tolerance=0.0075, mistakes=CROSSING_MISTAKES),
    takeaway="From ε = ln 2 on the drift term k·ε·(e^ε − 1) alone is at least the sum. The optimal "
    "curve still falls below 1: its drift is k·ε·tanh(ε/2).",
    hints=(
        "The picture ends at 300 releases, the formula does not: divide (14.v) by k·ε.",
        "√(2·ln(1/δ′)/k) + e^ε − 1 must get below 1. What is left of it for a very large k?",
        "The first term vanishes, so look for the ε with e^ε − 1 = 1.",
    ),
    mistakes=CROSSING_MISTAKES,
)

# Question 14.C: after how many releases the mean loss is 1

MEAN_MISTAKES = {
    "the_sum": Mistake(
        "That is where the sum of the ε is 1: the worst run, not the mean.",
        "All ten coins must fall the same way for that.",
        made_by=(10,),
        within=2,
    ),
    "the_spread": Mistake(
        "There the *standard deviation* of the losses is 1, not their mean.",
        "It is about √k·ε: at k = 100 it is twice the mean.",
        made_by=(100,),
        within=4,
    ),
    "half_of_the_mean": Mistake(
        "There the mean is 2.",
        "ε·tanh(ε/2) is about ε²/2, half of the square; you may have halved it twice.",
        made_by=(400,),
        within=10,
    ),
}

mean_of_one = Question(
    number="14.C",
    name="mean_of_one",
    examine=examine_number(
        lambda: 205,
        tolerance=5.5,  # 200.2: the slider shows 0.999 at 200, 1.049 at 210
        mistakes=MEAN_MISTAKES,
    ),
    takeaway="The mean loss grows like k·ε²/2: small losses are much smaller than they look.",
    hints=(
        "Set ε to 0.1 and read the mean loss in the caption.",
        "One release loses ε·tanh(ε/2) on average, which is about ε²/2 for small ε.",
        "The mean is proportional to k: read it at one k, and divide.",
    ),
    mistakes=MEAN_MISTAKES,
)
