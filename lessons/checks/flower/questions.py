"""Questions 53.A and 53.B: what a false count buys, and what the noise of the DP strategy is worth."""

from lessons.checks.engine.exercise import Question, examine_number
from lessons.checks.engine.mistakes import Mistake

SIZES, LIE = (240, 479, 718), 100  # of the lesson's three nodes; node 0 claims 100 times as many
SHARE = LIE * SIZES[0] / (LIE * SIZES[0] + SIZES[1] + SIZES[2])

SHARE_MISTAKES = {
    "honest": Mistake(
        "That is the share that node 0 has a right to.",
        "It is 240 of 1437 images, without the false claim.",
        made_by=(SIZES[0] / sum(SIZES),),
    ),
    "in_percent": Mistake(
        "The right number in percent: give it as a fraction of 1.",
        "95 instead of 0.95, a slip of units.",
        made_by=(100 * SHARE,),
        within=1.0,
    ),
    "old_total": Mistake(
        "A share is at most 1. The claimed images count in the total as well. (If you mean 16.7 %: that is "
        "the honest share.)",
        "24 000 was divided by the honest total, 1437.",
        made_by=(LIE * SIZES[0] / sum(SIZES),),
        within=0.1,
    ),
    "all_of_it": Mistake(
        "Nearly. The other two still count a little.",
        "1, or 0.99 as if all three had the same size.",
        made_by=(1.0, 0.99, LIE / (LIE + 2)),
        within=0.004,
    ),
}

share_of_the_liar = Question(
    number="53.A",
    name="share_of_the_liar",
    examine=examine_number(lambda: SHARE, tolerance=0.006, mistakes=SHARE_MISTAKES),
    takeaway="One number, which nobody checks, gives a sixth of the images 95 % of the model.",
    hints=(
        "The server's weights are shares of what is claimed, not of what is there.",
        "Write down the three claims.",
        "24 000, 479 and 718. What part of their sum is the first?",
    ),
    mistakes=SHARE_MISTAKES,
)

LARGEST = SIZES[2] / sum(SIZES)  # the weight of the largest node in the average
REAL = (
    1 / 3
) / LARGEST  # noise of C/3 (noise_multiplier 1, three nodes) over an influence of C·0.5

REAL_MISTAKES = {
    "as_stated": Mistake(
        "That is the noise multiplier that you asked for. It would be true if every node had a third of "
        "the weight.",
        "The wrapper's number, which assumes equal weights.",
        made_by=(1.0,),
    ),
    "smallest_node": Mistake(
        "That is what node 0 gets. A guarantee must hold for the node with the largest influence.",
        "The standard deviation divided by the smallest weight.",
        made_by=((1 / 3) / (SIZES[0] / sum(SIZES)),),
    ),
    "only_the_noise": Mistake(
        "That is the noise alone, in units of C, or the answer for a node that joins. Here the weight "
        "stays: divide the noise by the largest influence.",
        "1/3: without the sensitivity, or divided by 0.999, as for a node that joins.",
        made_by=(1 / 3,),
    ),
    "only_the_influence": Mistake(
        "That is the largest influence, in units of C. The noise multiplier is noise over influence.",
        "The weight of node 2, 718/1437, without the noise.",
        made_by=(LARGEST,),
    ),
    "upside_down": Mistake(
        "That is influence over noise: turn it round.",
        "The sensitivity was divided by σ.",
        made_by=(1 / REAL,),
    ),
}

real_noise_multiplier = Question(
    number="53.B",
    name="real_noise_multiplier",
    examine=examine_number(lambda: REAL, tolerance=0.004, mistakes=REAL_MISTAKES),
    takeaway="Two thirds of what was asked for: the noise counts heads, the average counts examples. (A node "
    "that joins or leaves moves the average further still.)",
    hints=(
        "How far does the average move if node 2's update, of length C = 1, becomes zero?",
        "Its weight stays. So the average moves by this weight, 718/1437, times C.",
        "The noise has standard deviation C/3. The noise multiplier is noise divided by the largest move.",
    ),
    mistakes=REAL_MISTAKES,
)
