"""Questions 25.A, 25.B and 25.D."""

from lessons.checks.engine.exercise import Question, examine_number
from lessons.checks.engine.mistakes import Mistake

# Question 25.A: from how many images on is the δ of (25.i) at least 1, at ε = 0.9936 and δ = 1e-5?

IMAGES_MISTAKES = {
    "one_too_few": Mistake(
        "At 12 images δ is 0.89, so something is still promised.",
        "Did you leave out the divisor e^ε − 1, or round down?",
        made_by=(12,),
    ),
    "the_one_shown": Mistake(
        "At 14 images δ is 6.5, far above 1. It passes 1 earlier.",
        "The question asks for the first number of images at which δ is at least 1.",
        made_by=(14,),
    ),
    "in_proportion": Mistake(
        "That would be so if δ grew in proportion to g. It grows like e^(g·ε).",
        "g·δ counts every step as one δ, but each step also multiplies the earlier ones by e^ε.",
        made_by=(100_000,),
        within=1,
    ),
}

how_many_images = Question(
    number="25.A",
    name="how_many_images",
    examine=examine_number(lambda: 13, tolerance=0.01, mistakes=IMAGES_MISTAKES),
    takeaway="Each image multiplies δ by about e^ε = 2.7; at 13 images it is 2.4, and the promise is void.",
    hints=(
        "You want the smallest g with (e^(g·ε) − 1) / (e^ε − 1) · δ at least 1.",
        "Without the small −1 in the numerator: e^(g·ε) must reach (e^ε − 1) / δ. Take logarithms.",
        "Or change (2, 14) in the cell above to range(2, 15), and look at δ.",
    ),
    mistakes=IMAGES_MISTAKES,
)

# Question 25.B: at σ/C = 5, how many clients until the noise is as large as the update? The widget's
# measured ratio and its slider give the range; its test holds the two together.

LEAST, MOST = 3_400.0, 4_600.0

CROWD_MISTAKES = {
    "our_crowd": Mistake(
        "At 700 clients the noise is still several times as large as the update: see the caption.",
        "700 clients are enough to begin to learn, because 40 rounds average the noise; they are not "
        "enough for this question.",
        made_by=(700,),
        within=60,
    ),
    "other_noise": Mistake(
        "That is the crowd for half of the noise. Set the noise multiplier back to 5.",
        "The crowd that is needed is in proportion to the noise multiplier.",
        made_by=(1950,),
        within=300,
    ),
    "per_round": Mistake(
        "That is how many take part in one round; the question asks for all clients.",
        "q·K instead of K: a fifth of the crowd is sampled.",
        made_by=(800,),
        within=110,
    ),
    "end_of_the_slider": Mistake(
        "There the noise is far smaller than the update; go back until the two are equal.",
        "The largest crowd is safe, but it isn't the smallest that will do.",
        made_by=(100_000,),
        within=60_000,
    ),
}

how_large_a_crowd = Question(
    number="25.B",
    name="how_large_a_crowd",
    examine=examine_number(
        lambda: (LEAST + MOST) / 2, tolerance=(MOST - LEAST) / 2, mistakes=CROWD_MISTAKES
    ),
    takeaway="Noise for one client is divided by the crowd: with ten times the clients it is a tenth.",
    hints=(
        "Leave the noise multiplier at 5 and look at the right picture: where do the two lines cross?",
        "The caption says how many times as large as the update the noise is. You want 1.",
        "The noise falls in proportion to K. At 700 clients it is still between 5 and 6 times too large.",
    ),
    mistakes=CROWD_MISTAKES,
)

# Question 25.D: after how many of 64 rounds has the tree's sum the most noise?

NOISE_MISTAKES = {
    "the_last": Mistake(
        "After 64 rounds a single node covers everything: look at its noise.",
        "Independent noise is largest at the end; the tree's is not. 64 has one digit 1 in binary.",
        made_by=(64,),
    ),
    "half_way": Mistake(
        "At 31 five nodes are needed; some later t needs more.",
        "31 is 11111 in binary. Which number up to 64 has the most digits 1?",
        made_by=(31,),
    ),
    "a_power": Mistake(
        "A power of 2 is a single node: the least noise, not the most.",
        "1, 2, 4, 8, 16 and 32 have one digit 1 each.",
        made_by=(1, 2, 4, 8, 16, 32),
    ),
    "how_many_nodes": Mistake(
        "That is a number of nodes; the question asks after how many rounds.",
        "Six nodes at most are needed. For which t?",
        made_by=(6, 7),
    ),
}

most_noise = Question(
    number="25.D",
    name="most_noise",
    examine=examine_number(lambda: 63, tolerance=0.01, mistakes=NOISE_MISTAKES),
    takeaway="The noise counts the digits 1 of t: most at 63 = 111111, least again at 64 = 1000000.",
    hints=(
        "Each node brings one noise. For which t up to 64 do you need the most nodes?",
        "How many nodes: as many as t has digits 1 in binary. 11 is 1011.",
        "Slide to the right end and go back step by step.",
    ),
    mistakes=NOISE_MISTAKES,
)
