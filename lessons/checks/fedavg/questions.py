"""Questions 21.A, 21.C and 21.E."""

from typing import Any

from lessons.checks.engine.exercise import Question, examine_number
from lessons.checks.engine.mistakes import Found, Mistake

# Question 21.A: what two clients can read together

READ_MISTAKES = {
    "the_servers_eyes": Mistake(
        "That is what the server can read. Look over the shoulders of the two clients.",
        "All images went to the server, and only to the server.",
        made_by=(200,),
    ),
    "one_of_them": Mistake(
        "That is what one of the two has; they put everything together.",
        "The images of client 1 alone, or of client 2 alone.",
        made_by=(40, 10),
    ),
    "not_their_own": Mistake(
        "They received no image, but they did not start with empty hands.",
        "What a party holds before the first step counts among what it can read.",
        made_by=(0,),
    ),
}

two_clients_read = Question(
    number="21.A",
    name="two_clients_read",
    examine=examine_number(lambda: 50, tolerance=0.01, mistakes=READ_MISTAKES),
    takeaway="Two clients that pool what they know still see no image but their own; the server does.",
    hints=(
        "The list of shoulders also has pairs: two names joined by a plus.",
        "Slide to the last step: which messages reach the pair, and do they hold images?",
        "Do not forget what the two had before the first step: see the top of the list on the right.",
    ),
    mistakes=READ_MISTAKES,
)

# Question 21.C: in how many messages is something of client 1

MESSAGE_MISTAKES = {
    "none_at_all": Mistake(
        "Client 1 sends nothing to client 2, but it need not go straight there.",
        "The update of client 1 is inside the average, and the average is inside the next w.",
        made_by=(0,),
    ),
    "all_it_reads": Mistake(
        "That is how many messages client 2 can read; ask for each one what it was made from.",
        "The first model was drawn at random, and client 2's own update holds nothing of client 1.",
        made_by=(3,),
    ),
    "both_models": Mistake(
        "One of the two models was there before anybody trained.",
        "Of the two models only the second was made from updates; or client 2's own update "
        "was counted.",
        made_by=(2,),
    ),
}

client_two_reads = Question(
    number="21.C",
    name="client_two_reads",
    examine=examine_number(lambda: 1, tolerance=0.01, mistakes=MESSAGE_MISTAKES),
    takeaway="The new model is made of everybody's updates, so something of client 1 does arrive.",
    hints=(
        "Look over the shoulder of client 2 and slide through the steps up to step 5.",
        "For each message that client 2 can read, ask: would its numbers change if client 1 held "
        "other images, equally many?",
        "The first model was drawn at random, and client 2's own update is its own. What about the "
        "message that comes after the server's update?",
    ),
    mistakes=MESSAGE_MISTAKES,
)

# Question 21.E: how far off the unweighted server stops

_N1, _N2, _M1, _M2 = 45, 5, 2.0, 6.0  # as the question says; the widget holds the two means
_BEST = (_N1 * _M1 + _N2 * _M2) / (_N1 + _N2)
_MISS = (_M1 + _M2) / 2 - _BEST
_AFTER_SIX_ROUNDS = 1 - 0.9**30  # how much of its way a server has gone: 5 epochs, η = 0.1
_OTHER_BEST = (30 * _M1 + 10 * _M2) / 40  # with the sizes at which the widget opens
_OTHER_MISS = (_M1 + _M2) / 2 - _OTHER_BEST

MISS_MISTAKES = {
    "too_few_rounds": Mistake(
        "The servers are still moving.",
        "The distance after the 6 rounds at which the widget opens, not at the end.",
        made_by=((_M1 + _M2) / 2 * _AFTER_SIX_ROUNDS - _BEST, _MISS * _AFTER_SIX_ROUNDS),
    ),
    "as_it_opens": Mistake(
        "That is the distance for 30 and 10 examples, the sizes with which the picture opens. Set them "
        "to 45 and 5.",
        "The distance was read off, after 6 rounds or after many, before the two sizes were set.",
        made_by=((_M1 + _M2) / 2 * _AFTER_SIX_ROUNDS - _OTHER_BEST, _OTHER_MISS),
    ),
    "negative": Mistake(
        "A distance is not negative.",
        "The difference taken the other way round.",
        made_by=(-_MISS,),
    ),
    "where_it_lands": Mistake(
        "That is where the unweighted server arrives; the question is how far off that is.",
        "The half-way point itself instead of its distance from the minimum.",
        made_by=((_M1 + _M2) / 2,),
    ),
    "the_best_place": Mistake(
        "That is the minimum of the joint loss; the question is how far away the other one stops.",
        "The minimum itself instead of the distance to it.",
        made_by=(_BEST,),
    ),
    "from_client_one": Mistake(
        "That is the distance from a client's own minimum, not from the minimum of the joint loss.",
        "The joint loss has its minimum nearer to the large client, but not on it.",
        made_by=((_M2 - _M1) / 2,),
    ),
    "from_the_large_one": Mistake(
        "That is how far the weighted server is from client 1; compare the two servers.",
        "The distance of the right average from the large client's own minimum.",
        made_by=(_BEST - _M1,),
    ),
}

_examine_miss = examine_number(lambda: _MISS, tolerance=0.06, mistakes=MISS_MISTAKES)


def _examine_distance(value: Any) -> Found | None:
    """Judge a distance: any negative number gets its own words."""
    found = _examine_miss(value)
    return Found("negative") if found and found.code == "too_low" and value < 0 else found


unweighted_miss = Question(
    number="21.E",
    name="unweighted_miss",
    examine=_examine_distance,
    takeaway="The unweighted mean stops half-way between the clients, however unequal they are.",
    hints=(
        "Set the sizes to 45 and 5 and let both servers run for many rounds.",
        "The caption says where each server has arrived. Which of the two is the best place?",
        "You want the distance between the two places, along the w axis.",
    ),
    mistakes=MISS_MISTAKES,
)
