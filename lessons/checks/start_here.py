"""Checks of lesson 00: the first attack, the first reading of a transcript, the first sorting."""

from typing import Any

import numpy as np

from lessons.checks import start_here_attack as attack
from lessons.checks import start_here_reading as reading
from lessons.checks import start_here_sorting as sorting
from lessons.checks.attempt import Found
from lessons.checks.exercise import Exercise, Mistake, Question, examine_number
from lessons.dp import differencing
from lessons.fl import three_designs

value_of_one = Exercise(
    number="00.1",
    name="value_of_one",
    reference=differencing.value_of_one,
    examine=attack.examine_value_of_one,
    takeaway="You have just attacked real data: two averages over hundreds of people give one away.",
    hints=(
        "An average hides a simpler number. If 10 people are 40 years old on average, how old are they "
        "all together?",
        "Turn both averages into totals. Whose value is in one total and not in the other?",
        "n_with counts the people in the first average. How many are in the second?",
    ),
    mistakes={
        "means_subtracted": Mistake(
            "You subtracted one average from the other. The difference is tiny, because each person "
            "counts only a little in an average.",
            "The difference of two averages is one person's weight in them, not the person's value.",
        ),
        "other_way_round": Mistake(
            "The right size, with the wrong sign: what do you subtract from what?",
            "The group without the person was taken first.",
        ),
        "same_number_of_people": Mistake(
            "Both averages were treated as if they had the same number of people in them.",
            "The second group has one person fewer: its total is (n_with − 1) times its average.",
        ),
        "one_person_too_many": Mistake(
            "You counted one person too many: n_with already includes the person you are after.",
            "n_with + 1 and n_with were used where n_with and n_with − 1 belong.",
        ),
        "totals_added": Mistake(
            "You have found both totals, and added them.",
            "Everybody but one is in both totals, so it is their difference that leaves one person.",
        ),
        "total_returned": Mistake(
            "This is what everybody in the first group has together. Who has to go?",
            "The first total is right and the second average was not used.",
        ),
        "difference_times_the_rest": Mistake(
            "This says how far the person lies from an average, and not where. Turn each average into a "
            "total first.",
            "(n_with − 1) times the difference of the averages: how far the person lies from everybody's "
            "average, and not the value itself.",
        ),
        "averages_exchanged": Mistake(
            "Each average was multiplied by the number of people in the other group.",
            "n_with belongs to the group with the person, n_with − 1 to the group without.",
        ),
        "numbers_exchanged": Mistake(
            "The first total is right. How many people are in the second group: more than in the first?",
            "n_with + 1 stands where n_with − 1 belongs.",
        ),
        "brackets_forgotten": Mistake(
            "A bracket is missing: Python multiplies before it subtracts.",
            "`mean_without * n_with - 1` takes one unit off the total, and not one person.",
        ),
        "sign_lost": Mistake(
            "Right for values above zero, wrong below: some values, such as the balance of an account, "
            "are negative.",
            "The absolute value was taken, perhaps to repair a subtraction the wrong way round.",
        ),
        "rounded": Mistake(
            "Close, but not exact: is something rounded on the way?",
            "A round() or an int() in the function; round at the end, when you print.",
        ),
        "always_the_same": Mistake(
            "Your function gives the same number whatever it is told.",
            "A number was typed in. The function has to work for every hospital.",
        ),
        "another_number": Mistake(
            "This is not the value of the person who was left out. Try it by hand with the ages 20, 30 and "
            "70. Does your function use only what it is given?",
            "None of the usual slips, or a variable of the notebook was used in place of an argument.",
        ),
    },
)

readable_by = Exercise(
    number="00.2",
    name="readable_by",
    reference=three_designs.readable_by,
    examine=reading.examine,
    takeaway="Whoever sends or receives a message can read it: that list is all that a party knows.",
    hints=(
        "Go through the messages one at a time. For which of them is the viewer at one of its two ends?",
        "A message has one sender and a tuple of receivers. Which Python word asks whether something is in "
        "a tuple?",
        "Two conditions joined by `or`, and a list of the content of each message that passes.",
    ),
    mistakes=reading.MISTAKES,
)

HIDDEN_DIGIT = 3
_LOOK_ALIKE = (2, 5, 8, 9)


def _examine_digit(value: Any) -> Found | None:
    if isinstance(value, str | bool) or not np.isscalar(value):
        return Found("not_a_number", f"Got {type(value).__name__}.")
    if value not in range(10):
        return Found("not_a_digit")
    if value == HIDDEN_DIGIT:
        return None
    return Found("look_alike" if value in _LOOK_ALIKE else "another_digit")


hidden_digit = Question(
    number="00.A",
    name="hidden_digit",
    examine=_examine_digit,
    takeaway="Your eye cannot read a single page, and the crowd speaks clearly. Read on: is the eye the "
    "right judge?",
    hints=(
        "Leave the noise where it is and move the slider with the number of people to the right.",
        "Look at the right-hand picture from further away, or half close your eyes.",
        "Without noise the left-hand picture shows it too. That is what the noise is for.",
    ),
    mistakes={
        "look_alike": Mistake(
            "The hidden digit shares strokes with yours. More people make the picture clearer.",
            "A round digit like the hidden one; with few people they cannot be told apart.",
        ),
        "another_digit": Mistake(
            "Not that one: are enough people in the average?",
            "With few people the average is mostly noise, and one sees what one expects.",
        ),
        "not_a_digit": Mistake(
            "The hidden sign is one of the ten digits, 0 to 9.",
            "The answer is a whole number from 0 to 9.",
        ),
    },
)

_examine_factor = examine_number(
    lambda: 4.0,
    tolerance=0.05,  # a slip is named only where it fits
    wrong={
        "twice": lambda: 2.0,
        "root": lambda: 2**0.5,
        "not_at_all": lambda: 1.0,
        "once_more": lambda: 3.0,
        "once_too_often": lambda: 16.0,
    },
)


def _examine_times(value: Any) -> Found | None:
    """A factor read from the slider may be off by a tenth."""
    found = _examine_factor(value)
    measured = found is not None and found.code in ("too_low", "too_high")
    return None if measured and abs(float(value) - 4.0) <= 0.4 else found


times_more_people = Question(
    number="00.B",
    name="times_more_people",
    examine=_examine_times,
    takeaway="Noise in an average shrinks like 1/√n: privacy needs a crowd, and four times the crowd for "
    "half the noise.",
    hints=(
        "Read the noise that is left at 20 people, and find the number of people that halves it.",
        "Try it from another start: from 10 people, or from 40. Is the factor the same?",
        "The noise that is left is the slider's noise divided by something. Compare 25 people with 100.",
    ),
    mistakes={
        "twice": Mistake(
            "Twice as many people make it smaller, but not by half. Read both numbers again.",
            "Noise does not simply divide by n: positive and negative draws cancel only in part.",
        ),
        "root": Mistake(
            "That is the factor by which the noise shrinks when the people double.",
            "√2 belongs to the other direction of the question.",
        ),
        "not_at_all": Mistake(
            "With as many people as before nothing changes.",
            "A factor of 1 is no change.",
        ),
        "once_more": Mistake(
            "Near, and still too few. Read the numbers at 20 and at 60 people.",
            "Three times the people leave 1/√3 = 0.58 of the noise.",
        ),
        "once_too_often": Mistake(
            "With that many more people the noise is halved, and then halved again.",
            "16 times the people leave a quarter of the noise.",
        ),
    },
)


def _swiss(step: int) -> float:
    """Share 1 or 2 of Switzerland's total in the notebook's transcript."""
    transcript = three_designs.transcripts()[three_designs.DESIGNS[2]]
    return next(
        float(message.content)
        for message in transcript.messages
        if message.step == step and message.sender == "Switzerland"
    )


pooled_shares = Question(
    number="00.D",
    name="pooled_shares",
    examine=examine_number(
        lambda: (_swiss(1) + _swiss(2)) % three_designs.MODULUS,
        tolerance=0.6,
        wrong={
            "not_wrapped": lambda: _swiss(1) + _swiss(2),
            "share_1": lambda: _swiss(1),
            "share_2": lambda: _swiss(2),
            "subtracted": lambda: abs(_swiss(1) - _swiss(2)),
        },
    ),
    takeaway="Each share alone is a random number; the two together are the secret. Choose the two parties "
    "so that they will not pool.",
    hints=(
        "In the third design, look over the shoulder of Server + Helper at step 2.",
        "Take the two numbers that come from Switzerland, one from step 1 and one from step 2.",
        "Add them and keep the last five digits: that is what mod 100 000 means.",
    ),
    mistakes={
        "not_wrapped": Mistake(
            "That is the plain sum; those 123 patients would be 868 years old. What has to be dropped?",
            "Shares live modulo 100 000: a sixth digit falls away.",
        ),
        "share_1": Mistake(
            "That is what the server alone has: a random number, which says nothing.",
            "One share is uniform whatever the secret is.",
        ),
        "share_2": Mistake(
            "That is what the helper alone has: a random number, which says nothing.",
            "One share is uniform whatever the secret is.",
        ),
        "subtracted": Mistake(
            "Shares are put together by the operation by which they were taken apart: not by subtracting.",
            "x = share 1 + share 2 modulo 100 000.",
        ),
    },
)

eight_scenarios = Question(
    number="00.3",
    name="eight_scenarios",
    examine=sorting.examine,
    takeaway="First the adversary, then the technology: each of them answers one question and no other.",
    hints=(
        "For each story, finish the sentence: it would be bad if ... could read ...",
        "Three places where an adversary can stand: before the result (on the way to it, or among those who "
        "compute it), beside the records, and behind the result.",
        "Does the story already say that somebody may see something? Then this is not the adversary.",
        "Would the worry be gone if nothing were ever published? Then the release is the worry. Would it be "
        "gone if nobody but the owners computed? Then those who compute are.",
    ),
    mistakes=sorting.MISTAKES,
)
