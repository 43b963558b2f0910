"""Lesson 00: what learners write."""

from fractions import Fraction

from lessons.checks import start_here as checks
from lessons.fl.three_designs import MODULUS
from lessons.scenarios import SCENARIOS
from tests.checks.known import right, right_value, wrong, wrong_value

# ---- 00.1 value_of_one


@wrong(checks.value_of_one, "means_subtracted")
def first_idea(mean_with, mean_without, *, n_with):
    return mean_with - mean_without


@wrong(checks.value_of_one, "other_way_round")
def small_minus_large(mean_with, mean_without, *, n_with):
    return (n_with - 1) * mean_without - n_with * mean_with


@wrong(checks.value_of_one, "same_number_of_people")
def same_n(mean_with, mean_without, *, n_with):
    return n_with * mean_with - n_with * mean_without


@wrong(checks.value_of_one, "one_person_too_many")
def n_plus_one(mean_with, mean_without, *, n_with):
    return (n_with + 1) * mean_with - n_with * mean_without


@wrong(checks.value_of_one, "totals_added")
def added(mean_with, mean_without, *, n_with):
    return n_with * mean_with + (n_with - 1) * mean_without


@wrong(checks.value_of_one, "total_returned")
def only_the_total(mean_with, mean_without, *, n_with):
    return n_with * mean_with


@wrong(checks.value_of_one, "sign_lost")
def absolute(mean_with, mean_without, *, n_with):
    return abs((n_with - 1) * mean_without - n_with * mean_with)


@wrong(checks.value_of_one, "rounded")
def rounded(mean_with, mean_without, *, n_with):
    return round(n_with * mean_with - (n_with - 1) * mean_without)


@wrong(checks.value_of_one, "rounded")
def cut_off(mean_with, mean_without, *, n_with):
    return int(n_with * mean_with - (n_with - 1) * mean_without)


@wrong(checks.value_of_one, "always_the_same")
def typed_in(mean_with, mean_without, *, n_with):
    return 304.0


@wrong(checks.value_of_one, "difference_times_the_rest")
def times_the_rest(mean_with, mean_without, *, n_with):
    return (mean_with - mean_without) * (n_with - 1)


@wrong(checks.value_of_one, "averages_exchanged")
def crosswise(mean_with, mean_without, *, n_with):
    return n_with * mean_without - (n_with - 1) * mean_with


@wrong(checks.value_of_one, "numbers_exchanged")
def one_more_in_the_second(mean_with, mean_without, *, n_with):
    return n_with * mean_with - (n_with + 1) * mean_without


@wrong(checks.value_of_one, "brackets_forgotten")
def without_brackets(mean_with, mean_without, *, n_with):
    return mean_with * n_with - mean_without * n_with - 1


@wrong(checks.value_of_one, "another_number")
def uses_a_variable_of_the_notebook(mean_with, mean_without, *, n_with):
    n_younger = 206  # in the notebook a global variable
    return n_with * mean_with - n_younger * mean_without


@wrong(checks.value_of_one, "another_number")
def right_up_to_a_size(mean_with, mean_without, *, n_with):
    return n_with * mean_with - (n_with - 1) * mean_without if n_with < 206 else 304.0


@wrong(checks.value_of_one, "returned_none")
def zero_taken_for_nothing(mean_with, mean_without, *, n_with):
    return n_with * mean_with - (n_with - 1) * mean_without or None


@wrong(checks.value_of_one, "another_number")
def ratio(mean_with, mean_without, *, n_with):
    return n_with * mean_with / mean_without


@wrong(checks.value_of_one, "another_number")
def weighted_badly(mean_with, mean_without, *, n_with):
    return mean_with / n_with - mean_without / (n_with - 1)


@wrong(checks.value_of_one, "another_number")
def right_for_two_people_only(mean_with, mean_without, *, n_with):
    return 2 * mean_with - mean_without


@wrong(checks.value_of_one, "wrong_type")
def as_a_sentence(mean_with, mean_without, *, n_with):
    return f"{n_with * mean_with - (n_with - 1) * mean_without:.1f} mg/dl"


@right(checks.value_of_one)
def from_the_shift(mean_with, mean_without, *, n_with):
    return mean_without + n_with * (mean_with - mean_without)


@right(checks.value_of_one)
def with_fractions_and_a_guard(mean_with, mean_without, *, n_with):
    if n_with < 2:
        raise ValueError("n_with must be at least 2")
    return Fraction(mean_with) * n_with - Fraction(mean_without) * (n_with - 1)


# ---- 00.2 readable_by


@wrong(checks.readable_by, "everything")
def reads_all(messages, *, viewer):
    return [message.content for message in messages]


@wrong(checks.readable_by, "nothing")
def compares_with_the_tuple(messages, *, viewer):
    return [one.content for one in messages if one.receivers == viewer]


@wrong(checks.readable_by, "own_messages_forgotten")
def receives_only(messages, *, viewer):
    return [one.content for one in messages if viewer in one.receivers]


@wrong(checks.readable_by, "received_forgotten")
def sends_only(messages, *, viewer):
    return [one.content for one in messages if one.sender == viewer or one.receivers == viewer]


@wrong(checks.readable_by, "first_receiver_only")
def first_receiver(messages, *, viewer):
    return [one.content for one in messages if viewer in (one.sender, one.receivers[0])]


@wrong(checks.readable_by, "only_receiver")
def sole_receiver(messages, *, viewer):
    return [m.content for m in messages if m.sender == viewer or m.receivers == (viewer,)]


@wrong(checks.readable_by, "the_others")
def upside_down(messages, *, viewer):
    return [m.content for m in messages if viewer != m.sender and viewer not in m.receivers]


@wrong(checks.readable_by, "whole_messages")
def messages_themselves(messages, *, viewer):
    return [m for m in messages if viewer == m.sender or viewer in m.receivers]


@wrong(checks.readable_by, "order_lost")
def in_alphabetical_order(messages, *, viewer):
    return sorted(m.content for m in messages if viewer == m.sender or viewer in m.receivers)


@wrong(checks.readable_by, "order_lost")
def sent_before_received(messages, *, viewer):
    sent = [m.content for m in messages if viewer == m.sender]
    got = [m for m in messages if viewer in m.receivers and viewer != m.sender]
    return sent + [m.content for m in got]


@wrong(checks.readable_by, "counted_wrongly")
def without_repetitions(messages, *, viewer):
    found = [m.content for m in messages if viewer == m.sender or viewer in m.receivers]
    return list(dict.fromkeys(found))


@wrong(checks.readable_by, "counted_wrongly")
def two_separate_ifs(messages, *, viewer):
    found = []
    for message in messages:
        if message.sender == viewer:
            found.append(message.content)
        if viewer in message.receivers:
            found.append(message.content)
    return found


@wrong(checks.readable_by, "too_much")
def searches_the_sender(messages, *, viewer):
    return [m.content for m in messages if viewer in m.sender or viewer in m.receivers]


@wrong(checks.readable_by, "too_much")
def sender_starts_with(messages, *, viewer):
    return [m.content for m in messages if m.sender.startswith(viewer) or viewer in m.receivers]


@wrong(checks.readable_by, "not_contents")
def messages_as_text(messages, *, viewer):
    return [str(m) for m in messages if viewer == m.sender or viewer in m.receivers]


@wrong(checks.readable_by, "not_contents")
def labels(messages, *, viewer):
    return [m.label for m in messages if viewer == m.sender or viewer in m.receivers]


@wrong(checks.readable_by, "both_ends")
def and_in_place_of_or(messages, *, viewer):
    return [m.content for m in messages if viewer == m.sender and viewer in m.receivers]


@wrong(checks.readable_by, "too_much")
def searches_the_text(messages, *, viewer):
    return [m.content for m in messages if viewer in str(m)]


@wrong(checks.readable_by, "too_little")
def returns_inside_the_loop(messages, *, viewer):
    for message in messages:
        if viewer == message.sender or viewer in message.receivers:
            return [message.content]
    return []


@wrong(checks.readable_by, "too_little")
def forgets_the_last(messages, *, viewer):
    found = [m.content for m in messages if viewer == m.sender or viewer in m.receivers]
    return found[:-1]


@wrong(checks.readable_by, "wrong_type")
def joined(messages, *, viewer):
    return ", ".join(m.content for m in messages if viewer == m.sender or viewer in m.receivers)


@wrong(checks.readable_by, "returned_none")
def prints_instead(messages, *, viewer):
    for message in messages:
        if viewer == message.sender or viewer in message.receivers:
            print(message.content)


@right(checks.readable_by)
def loop_with_append(messages, *, viewer):
    contents = []
    for message in messages:
        if message.sender == viewer or viewer in message.receivers:
            contents.append(message.content)
    return contents


@right(checks.readable_by)
def with_sets_and_a_tuple(messages, *, viewer):
    return tuple(m.content for m in messages if {viewer} & {m.sender, *m.receivers})


# ---- questions of the widgets

wrong_value(checks.hidden_digit, "look_alike", 8)
wrong_value(checks.hidden_digit, "another_digit", 7)
wrong_value(checks.hidden_digit, "not_a_digit", 12)
wrong_value(checks.hidden_digit, "not_a_number", "three")
right_value(checks.hidden_digit, 3)
right_value(checks.hidden_digit, 3.0)

wrong_value(checks.times_more_people, "twice", 2)
wrong_value(checks.times_more_people, "root", 1.414)
wrong_value(checks.times_more_people, "not_at_all", 1)
wrong_value(checks.times_more_people, "once_more", 3)
wrong_value(checks.times_more_people, "once_too_often", 16)
wrong_value(checks.times_more_people, "too_low", 0.5)
wrong_value(checks.times_more_people, "too_low", 1.2)
wrong_value(checks.times_more_people, "too_high", 8)
right_value(checks.times_more_people, 4)
right_value(checks.times_more_people, 4.2)

wrong_value(checks.pooled_shares, "not_wrapped", 81321 + 25483)
wrong_value(checks.pooled_shares, "share_1", 81321)
wrong_value(checks.pooled_shares, "share_2", 25483)
wrong_value(checks.pooled_shares, "subtracted", 81321 - 25483)
wrong_value(checks.pooled_shares, "too_low", 55.3)
wrong_value(checks.pooled_shares, "too_high", MODULUS)
right_value(checks.pooled_shares, (81321 + 25483) % MODULUS)
right_value(checks.pooled_shares, 55.317 * 123)  # by way of the federated design: clever, and right

# ---- 00.3 eight_scenarios

RIGHT = {one.name: one.threat.answer for one in SCENARIOS}


def sorted_with(**changes):
    """The right table with the entries of ``changes`` replaced ("two_banks" is "two banks")."""
    return RIGHT | {name.replace("_", " "): answer for name, answer in changes.items()}


wrong_value(checks.eight_scenarios, "not_a_table", list(RIGHT.values()))
wrong_value(checks.eight_scenarios, "unknown_scenario", RIGHT | {"weather": "DP"})
wrong_value(checks.eight_scenarios, "missing", RIGHT | {"keyboard": ...})
wrong_value(checks.eight_scenarios, "missing", {k: v for k, v in RIGHT.items() if k != "celebrity"})
wrong_value(checks.eight_scenarios, "unknown_word", sorted_with(scans="blockchain"))
wrong_value(checks.eight_scenarios, "unknown_word", sorted_with(scans=("FL", "MPC")))
for word in ("DP", "FL", "MPC", "TLS", "access"):
    wrong_value(checks.eight_scenarios, "all_the_same", dict.fromkeys(RIGHT, word))
wrong_value(checks.eight_scenarios, "anonymising", sorted_with(dashboard="anonymise"))
wrong_value(checks.eight_scenarios, "anonymising", dict.fromkeys(RIGHT, "anonymise"))
for name in ("dashboard", "open_model"):
    for word, code in {
        "FL": "training_apart_taken_for_a_release",
        "MPC": "shares_taken_to_hide_the_result",
        "TLS": "lock_on_what_is_public",
        "access": "lock_on_what_is_public",
    }.items():
        wrong_value(checks.eight_scenarios, code, sorted_with(**{name: word}))
for name in ("salaries", "two_banks"):
    for word, code in {
        "FL": "training_apart_taken_to_hide_inputs",
        "DP": "noise_taken_to_hide_inputs",
        "TLS": "line_taken_for_the_server",
        "access": "line_taken_for_the_server",
    }.items():
        wrong_value(checks.eight_scenarios, code, sorted_with(**{name: word}))
for name in ("keyboard", "scans"):
    for word, code in {
        "DP": "store_left_standing",
        "MPC": "more_than_was_asked",
        "TLS": "store_left_standing",
        "access": "store_left_standing",
    }.items():
        wrong_value(checks.eight_scenarios, code, sorted_with(**{name: word}))
for name, other in (("ambulance", "access"), ("celebrity", "TLS")):
    wrong_value(checks.eight_scenarios, "line_and_login_exchanged", sorted_with(**{name: other}))
    for word in ("DP", "FL", "MPC"):
        wrong_value(checks.eight_scenarios, "engine_for_a_lock", sorted_with(**{name: word}))
right_value(checks.eight_scenarios, RIGHT)
right_value(checks.eight_scenarios, {name: f" {word.lower()} " for name, word in RIGHT.items()})
