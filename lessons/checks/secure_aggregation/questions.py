"""Questions 38.A and 38.C; a test compares their numbers with those of the widgets."""

from lessons.checks.engine.exercise import Question, examine_number
from lessons.checks.engine.mistakes import Mistake

# Question 38.A: what the server finds in the viewer

Q = 256
Y = (120, 121)  # the masked numbers of clients 1 and 2
MASKS = (187, 101, 178, 149)  # of b1, b2, s13 and s23, as the viewer shows them
SUM = (sum(Y) - sum(MASKS)) % Q

SUM_MISTAKES = {
    "masked_sum": Mistake(
        "That is the sum of the two masked numbers. Four masks are still in it.",
        "Each of the two has its own mask b in it, and a mask shared with client 3.",
        made_by=(sum(Y), sum(Y) - Q),
    ),
    "pair_masks_left": Mistake(
        "The masks shared with client 3 are still in your number.",
        "Client 3 would have taken them away, but it is gone.",
        made_by=((sum(Y) - sum(MASKS[:2])) % Q,),
    ),
    "self_masks_left": Mistake(
        "The masks of b1 and b2 are still in your number.",
        "Each client added its own.",
        made_by=((sum(Y) - sum(MASKS[2:])) % Q,),
    ),
    "wrong_signs": Mistake(
        "Clients 1 and 2 have smaller numbers than 3: both *added* the mask they share with it.",
        "So the server takes all four masks away.",
        made_by=(
            (sum(Y) - sum(MASKS[:2]) + sum(MASKS[2:])) % Q,
            (sum(Y) + sum(MASKS)) % Q,
        ),
    ),
    "off_the_clock": Mistake(
        "Right but for turns of the clock: it has 256 hours.",
        "Add 256 until the number lies from 0 to 255.",
        made_by=(sum(Y) - sum(MASKS), SUM - Q, SUM + Q),
    ),
    "with_the_third": Mistake(
        "You count client 3 in. Its number never reached the server.",
        "The sum is over the clients whose masked numbers came.",
        made_by=((SUM + 150) % Q, SUM + 150),
    ),
}

sum_of_two = Question(
    number="38.A",
    name="sum_of_two",
    examine=examine_number(lambda: SUM, tolerance=1e-9, mistakes=SUM_MISTAKES),
    takeaway="Two masked numbers, four masks, and out comes x1 + x2. Neither x1 nor x2 is there to see.",
    hints=(
        "Go to step 5 and read over the shoulder of the server: y1, y2 and four masks.",
        "All four masks were added by clients 1 and 2. Take them away from y1 + y2.",
        "(120 + 121 − 187 − 101 − 178 − 149) modulo 256.",
    ),
    mistakes=SUM_MISTAKES,
)

# Question 38.C: how high the threshold can be

CLIENTS, RATE, WANTED, LARGEST = 30, 0.1, 0.99, 22

THRESHOLD_MISTAKES = {
    "one_too_many": Mistake(
        "At that threshold fewer than 99 % of the rounds survive.",
        "97.4 % is a round of forty that is lost.",
        made_by=(LARGEST + 1, LARGEST + 2),
    ),
    "one_too_few": Mistake(
        "More than 99 % survive there, but a larger threshold does it too.",
        "Go on until the dot falls below the dashed line, then one back.",
        made_by=(LARGEST - 1, LARGEST - 2, 15),
    ),
    "the_average": Mistake(
        "On average 27 clients stay. With a threshold as near as that, more than a third of the rounds fail.",
        "A threshold must hold on bad days.",
        made_by=(27, 26),
    ),
    "a_fraction": Mistake(
        "The question asks for a number of clients, not for a part of them.",
        "The axis shows threshold / clients, the slider the threshold.",
        made_by=(LARGEST / CLIENTS,),
        within=0.005,
    ),
}

largest_threshold = Question(
    number="38.C",
    name="largest_threshold",
    examine=examine_number(lambda: LARGEST, tolerance=1e-9, mistakes=THRESHOLD_MISTAKES),
    takeaway="27 of 30 stay on average, but only a threshold of 22 holds in 99 rounds of 100.",
    hints=(
        "30 clients, drop-out rate 10 %, and now move the threshold. The chance stands above the left "
        "picture.",
        "It falls below 99 % somewhere between 20 and 25.",
        "Compare 22 and 23.",
    ),
    mistakes=THRESHOLD_MISTAKES,
)
