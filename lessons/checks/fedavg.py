"""Checks of lesson 21: the weighted average, a client's update, the server's round."""

from collections.abc import Callable
from typing import Any

from lessons.checks import fedavg_average as average
from lessons.checks import fedavg_client as local
from lessons.checks import fedavg_server as server
from lessons.checks.attempt import Found
from lessons.checks.exercise import Exercise, Mistake, Question, examine_number
from lessons.checks.fedavg_client_mistakes import CLIENT_MISTAKES
from lessons.fl import aggregation, client, rounds

weighted_average = Exercise(
    number="21.1",
    name="weighted_average",
    reference=aggregation.weighted_average,
    examine=average.examine_average,
    takeaway="A client counts by its share of the examples, n_k/n: as if all examples lay in one place.",
    hints=(
        "If client 1 were split into two clients with half of its examples each, nothing should change.",
        "First turn the sizes into shares p_k that sum to 1. Which axis of updates belongs to clients?",
        "A vector of shape (n_clients,) times a matrix (n_clients, n_parameters) has which shape?",
    ),
    mistakes=average.AVERAGE_MISTAKES,
)

client_update = Exercise(
    number="21.2",
    name="client_update",
    reference=client.client_update,
    examine=local.examine_client_update,
    takeaway="What leaves the client is w_k − w: one vector, as long as the model, whatever the data.",
    hints=(
        "Work on a copy of w: the server's vector must stay what it was.",
        "Two loops: over epochs, and inside over batches. Each epoch starts with a new shuffled order.",
        "rng.permutation(n) gives an order; its slices order[i : i + batch_size] are the batches. "
        "Step against the gradient at the current w_k, and return the difference at the very end.",
    ),
    mistakes=CLIENT_MISTAKES,
)

fedavg_round = Exercise(
    number="21.3",
    name="fedavg_round",
    reference=rounds.fedavg_round,
    examine=server.examine_server,
    takeaway="All clients start from the same w, and the server moves by the weighted average.",
    hints=(
        "Which parameters does each client start from? All of them get the same message.",
        "Collect two lists while you go over the clients: their updates, and how many examples made them.",
        "Stack the updates into rows, average them with the function of exercise 21.1; "
        "an update says how far to move, so think about where to move from.",
    ),
    mistakes=server.SERVER_MISTAKES,
)


# The widgets' questions --------------------------------------------------------------------------


def _number(value: float) -> Callable[[], float]:
    return lambda: value


two_clients_read = Question(
    number="21.A",
    name="two_clients_read",
    examine=examine_number(
        _number(50),
        tolerance=0.01,
        wrong={
            "the_servers_eyes": _number(200),
            "one_of_them": _number(40),
            "the_other_one": _number(10),
            "not_their_own": _number(0),
        },
    ),
    takeaway="Two clients that pool what they know still see no image but their own; the server does.",
    hints=(
        "The list of shoulders also has pairs: two names joined by a plus.",
        "Slide to the last step: which messages reach the pair, and do they hold images?",
        "Do not forget what the two had before the first step; it stands at the top of the list.",
    ),
    mistakes={
        "the_servers_eyes": Mistake(
            "That is what the server can read; look over the shoulders of the two clients.",
            "All images went to the server, and only to the server.",
        ),
        "one_of_them": Mistake(
            "That is what one of the two has; they put everything together.",
            "The images of client 1 alone.",
        ),
        "the_other_one": Mistake(
            "That is what the smaller of the two has; they put everything together.",
            "The images of client 2 alone.",
        ),
        "not_their_own": Mistake(
            "They received no image, but they did not start with empty hands.",
            "What a party holds before the first step counts among what it can read.",
        ),
    },
)

client_two_reads = Question(
    number="21.C",
    name="client_two_reads",
    examine=examine_number(
        _number(1),
        tolerance=0.01,
        wrong={"none_at_all": _number(0), "all_it_reads": _number(3), "both_models": _number(2)},
    ),
    takeaway="The new model is made of everybody's updates, so something of client 1 does arrive.",
    hints=(
        "Look over the shoulder of client 2 and slide through the steps up to step 5.",
        "For each message that client 2 can read, ask: could its numbers be different if client 1 "
        "held other images?",
        "The first model was drawn at random, and client 2's own update is its own. What about the "
        "message that comes after the server's update?",
    ),
    mistakes={
        "none_at_all": Mistake(
            "Client 1 sends nothing to client 2, but it need not go straight there.",
            "The update of client 1 is inside the average, and the average is inside the next w.",
        ),
        "all_it_reads": Mistake(
            "That is how many messages client 2 can read; ask for each one what it was made from.",
            "The first model was drawn at random, and client 2's own update holds nothing of client 1.",
        ),
        "both_models": Mistake(
            "One of the two models was there before anybody trained.",
            "Of the two models only the second was made from updates; or client 2's own update "
            "was counted.",
        ),
    },
)

_N1, _N2, _M1, _M2 = 45, 5, 2.0, 6.0  # as the question says; the widget holds the two means
_BEST = (_N1 * _M1 + _N2 * _M2) / (_N1 + _N2)
_MISS = (_M1 + _M2) / 2 - _BEST
_AFTER_SIX_ROUNDS = 1 - 0.9**30  # how much of its way a server has gone: 5 epochs, η = 0.1

_examine_miss = examine_number(
    _number(_MISS),
    tolerance=0.06,
    wrong={
        "too_few_rounds": _number((_M1 + _M2) / 2 * _AFTER_SIX_ROUNDS - _BEST),
        "too_few_rounds_of_both": _number(_MISS * _AFTER_SIX_ROUNDS),
        "where_it_lands": _number((_M1 + _M2) / 2),
        "the_best_place": _number(_BEST),
        "from_client_one": _number((_M2 - _M1) / 2),
        "from_the_large_one": _number(_BEST - _M1),
    },
)


def _examine_distance(value: Any) -> Found | None:
    """A distance: a negative number gets its own words, and so does a reading too early."""
    found = _examine_miss(value)
    if found is None or found.code not in ("too_low", "too_few_rounds_of_both"):
        return found
    if found.code == "too_few_rounds_of_both":
        return Found("too_few_rounds")
    return Found("negative") if value < 0 else found


unweighted_miss = Question(
    number="21.E",
    name="unweighted_miss",
    examine=_examine_distance,
    takeaway="The unweighted mean settles half-way between the clients, however unequal they are.",
    hints=(
        "Set the sizes to 45 and 5 and let both servers run for many rounds.",
        "The caption says where each server has arrived. Which of the two is the best place?",
        "You want the distance between the two places, along the w axis.",
    ),
    mistakes={
        "too_few_rounds": Mistake(
            "The servers are still moving.",
            "The distance after the 6 rounds at which the widget opens, not at the end.",
        ),
        "negative": Mistake(
            "A distance is not negative.",
            "The difference taken the other way round.",
        ),
        "where_it_lands": Mistake(
            "That is where the unweighted server arrives; the question is how far off that is.",
            "The half-way point itself instead of its distance from the minimum.",
        ),
        "the_best_place": Mistake(
            "That is the minimum of the joint loss; the question is how far away the other one stops.",
            "The minimum itself instead of the distance to it.",
        ),
        "from_client_one": Mistake(
            "That is the distance from a client's own minimum, not from the minimum of the joint loss.",
            "The joint loss has its minimum nearer to the large client, but not on it.",
        ),
        "from_the_large_one": Mistake(
            "That is how far the weighted server is from client 1; compare the two servers.",
            "The distance of the right average from the large client's own minimum.",
        ),
    },
)
