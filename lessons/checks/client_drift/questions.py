"""Questions 22.A, 22.C and 22.E."""

from lessons.checks.engine.exercise import Question, examine_number
from lessons.checks.engine.mistakes import Mistake

# Question 22.A: the least μ of FedProx that lands within 0.06 of the optimum, E = 100, η = 0.05

PULL_MISTAKES = {
    "never": Mistake(
        "Without a pull it stops 0.408 away. Choose FedProx in the list, set E = 100, and move μ.",
        "FedAvg's own landing place, or μ = 0.",
        made_by=(0, 0.408),
        within=0.004,
    ),
    "one_short": Mistake(
        "Close, but there it is still a little more than 0.06 away.",
        "At μ = 10 it is off by 0.063.",
        made_by=(10,),
    ),
    "far_enough_but_not_least": Mistake(
        "It is near enough there. So is a smaller μ.",
        "Any μ from 11 on; the question asks for the smallest.",
        made_by=(12, 13, 14, 15, 20),
    ),
    "the_distance": Mistake(
        "That is a distance; the question asks for μ, a whole number.",
        "The 0.058 that is left at the right μ.",
        made_by=(0.058, 0.06),
        within=0.001,
    ),
}

least_pull = Question(
    number="22.A",
    name="least_pull",
    examine=examine_number(lambda: 11, tolerance=0.01, mistakes=PULL_MISTAKES),
    takeaway="FedProx comes nearer with a stronger pull, and never arrives; with weak pulls it hardly helps.",
    hints=(
        "Choose FedProx, set E = 100 and leave η at 0.05.",
        "The red number says how far off the server is after 40 rounds. Move μ from small to large.",
        "It falls below 0.06 somewhere between 8 and 14.",
    ),
    mistakes=PULL_MISTAKES,
)

# Question 22.C: two equal digits each, against deal 1 at α = 0.1

SKEW_MISTAKES = {
    "one_digit": Mistake(
        "That is the distance from one digit each, 0.90. The question has two digits each.",
        "0.9 − 0.70 instead of 0.8 − 0.70.",
        made_by=(0.2,),
    ),
    "only_read": Mistake(
        "That is the skew of the deal. By how much is it below the skew of two digits each?",
        "The number above the bars at α = 0.1.",
        made_by=(0.7,),
    ),
    "only_by_hand": Mistake(
        "That is the skew of two digits each. Now compare it with the deal at α = 0.1.",
        "½ (2 · 0.4 + 8 · 0.1) = 0.8, before the comparison.",
        made_by=(0.8,),
    ),
    "as_it_opens": Mistake(
        "That compares with the deal at α = 1, where the picture opens. Move α to 0.1.",
        "0.8 − 0.31 instead of 0.8 − 0.70.",
        made_by=(0.49,),
    ),
    "no_half": Mistake(
        "The half in the definition was left out for the two digits.",
        "1.6 − 0.70 instead of 0.8 − 0.70.",
        made_by=(0.9,),
    ),
    "negative": Mistake(
        "Right size, but the question asks how far BELOW: a positive number.",
        "The difference taken the other way round.",
        made_by=(-0.1,),
    ),
}

below_two_digits = Question(
    number="22.C",
    name="below_two_digits",
    examine=examine_number(lambda: 0.1, tolerance=0.012, mistakes=SKEW_MISTAKES),
    takeaway="Dirichlet(0.1) is nearly as skewed as two digits each, and its clients differ in size as well.",
    hints=(
        "By hand first: a client with two equal digits has P_k = ½, ½, 0, 0, …; all have 0.1 ten times.",
        "Its distance is half the sum of ten differences: two are |½ − 0.1|, eight are |0 − 0.1|.",
        "Set deal 1 and α = 0.1, read the skew above the bars, and subtract.",
    ),
    mistakes=SKEW_MISTAKES,
)

# Question 22.E: numbers into and out of one client, one round of SCAFFOLD

_P = 2410
SENT_MISTAKES = {
    "fedavg": Mistake(
        "That is what FedAvg moves for one client: w in, u_k out. What else crosses the line here?",
        "Two vectors instead of four: c and c_1 are missing.",
        made_by=(2 * _P,),
    ),
    "one_way": Mistake(
        "That is one vector. Count what comes in and what goes out.",
        "The length of w alone, one vector of four.",
        made_by=(_P,),
    ),
    "three": Mistake(
        "One of the four vectors is missing: two come in and two go out.",
        "Either c or the new c_1 was forgotten.",
        made_by=(3 * _P,),
    ),
    "both_clients": Mistake(
        "That counts both clients; the question is about client 1.",
        "Eight vectors, or all that differ: six.",
        made_by=(8 * _P, 6 * _P),
    ),
    "messages": Mistake(
        "That is the number of messages; each holds 2410 numbers.",
        "Four messages, each one a vector of 2410 numbers.",
        made_by=(4,),
    ),
}

numbers_of_one_client = Question(
    number="22.E",
    name="numbers_of_one_client",
    examine=examine_number(lambda: 4 * _P, tolerance=0.01, mistakes=SENT_MISTAKES),
    takeaway="SCAFFOLD moves twice as many numbers as FedAvg, in both directions.",
    hints=(
        "Look over the shoulder of client 1 and slide to the last step.",
        "Every line of the list is one vector of 2410 numbers.",
        "Two vectors come from the server, two go to it.",
    ),
    mistakes=SENT_MISTAKES,
)
