"""Questions 22.A and 22.C."""

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
        "A μ above 11; the question asks for the smallest.",
        made_by=(12, 13, 14, 15, 20),
    ),
    "not_whole": Mistake(
        "Your μ is not whole. The question asks for the smallest WHOLE μ that is near enough.",
        "μ > 10.578, solved for long rounds; 10 is not enough.",
        made_by=(10.58,),
        within=0.4,
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
    takeaway="In long rounds FedProx comes nearer with a stronger pull, and does not arrive.",
    hints=(
        "Choose FedProx, set E = 100 and leave η at 0.05.",
        "The red number says how far off the server is after 40 rounds. Move μ from small to large.",
        "It falls below 0.06 somewhere between 8 and 14.",
    ),
    mistakes=PULL_MISTAKES,
)

# Question 22.C: until 0.93, SCAFFOLD's numbers as a multiple of FedAvg's

TRAFFIC_MISTAKES = {
    "per_round": Mistake(
        "That is for one round. SCAFFOLD needs fewer rounds: what is left in the end?",
        "Four vectors against two, without the rounds.",
        made_by=(2,),
    ),
    "only_rounds": Mistake(
        "That compares the rounds. A round of SCAFFOLD moves more numbers: count the messages.",
        "6.2 / 11.4, without the vectors of a round.",
        made_by=(6.2 / 11.4,),
        within=0.01,
    ),
    "upside_down": Mistake(
        "Upside down: how many times FedAvg's numbers does SCAFFOLD move?",
        "22.8 / 24.8 instead of 24.8 / 22.8.",
        made_by=(22.8 / 24.8, 11.4 / 6.2),
        within=0.01,
    ),
    "three_vectors": Mistake(
        "One of SCAFFOLD's four vectors is missing: two come in and two go out.",
        "6.2 · 3 against 11.4 · 2: either c or the new c_1 was forgotten.",
        made_by=(18.6 / 22.8,),
        within=0.005,
    ),
    "vectors": Mistake(
        "That is SCAFFOLD's traffic in vectors, or in numbers. Divide it by FedAvg's.",
        "24.8 vectors of 2410 numbers.",
        made_by=(24.8, 24.8 * 2410),
        within=0.1,
    ),
}

times_the_traffic = Question(
    number="22.C",
    name="times_the_traffic",
    examine=examine_number(lambda: 24.8 / 22.8, tolerance=0.0125, mistakes=TRAFFIC_MISTAKES),
    takeaway="Just over half the rounds, twice the numbers in each: sent this way SCAFFOLD saves no traffic.",
    hints=(
        "Look over the shoulder of client 1, slide to the last step, and count the vectors in and out.",
        "SCAFFOLD moves 4 vectors for each client and round, FedAvg 2 (w in, u_1 out).",
        "Vectors times mean rounds, SCAFFOLD's divided by FedAvg's: 4 · 6.2 against 2 · 11.4.",
    ),
    mistakes=TRAFFIC_MISTAKES,
)
