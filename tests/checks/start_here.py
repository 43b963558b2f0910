"""Lesson 00: answers besides the named mistakes."""

from fractions import Fraction

import numpy as np

from lessons.checks import start_here as checks
from lessons.scenarios import SCENARIOS
from tests.checks.answers import refused, refused_value, right, right_value

# Exercise 00.1


def value(mean_with, mean_without, n_with):
    return n_with * mean_with - (n_with - 1) * mean_without


for wrong in (
    lambda one, other, n: 304.0,
    lambda one, other, n: n * one - 206 * other,  # a variable of the notebook
    lambda one, other, n: value(one, other, n) if n < 206 else 304.0,
    lambda one, other, n: value(one, other, n) if n < 1000 else one,
    lambda one, other, n: value(one, other, n) if n > 2 else one,
    lambda one, other, n: n * one / other if other else 0.0,
    lambda one, other, n: one / n - other / (n - 1),
    lambda one, other, n: 2 * one - other,
    lambda one, other, n: value(one, other, n) if one != other else 0.0,
    lambda one, other, n: max(value(one, other, n), 0.0),
    lambda one, other, n: min(value(one, other, n), 1.0) if 0 <= one <= 1 else value(one, other, n),
    lambda one, other, n: max(value(one, other, n), 0.0) if 0 <= one <= 1 else value(one, other, n),
    lambda one, other, n: round(value(one, other, n), 10),
    lambda one, other, n: value(round(one, 4), round(other, 4), n),
):
    refused(checks.value_of_one, "counterexample")(
        lambda mean_with, mean_without, *, n_with, wrong=wrong: wrong(
            mean_with, mean_without, n_with
        )
    )


def kept_by_the_first_average():
    kept = {}
    return lambda mean_with, mean_without, *, n_with: kept.setdefault(
        mean_with, value(mean_with, mean_without, n_with)
    )


refused(checks.value_of_one, "counterexample")(kept_by_the_first_average())


@refused(checks.value_of_one, "returned_none")
def zero_taken_for_nothing(mean_with, mean_without, *, n_with):
    return value(mean_with, mean_without, n_with) or None


@refused(checks.value_of_one, "wrong_type")
def as_a_sentence(mean_with, mean_without, *, n_with):
    return f"{value(mean_with, mean_without, n_with):.1f} mg/dl"


@right(checks.value_of_one)
def from_the_shift(mean_with, mean_without, *, n_with):
    return mean_without + n_with * (mean_with - mean_without)


@right(checks.value_of_one)
def with_fractions_and_a_guard(mean_with, mean_without, *, n_with):
    if n_with < 2:
        raise ValueError("n_with must be at least 2")
    return Fraction(mean_with) * n_with - Fraction(mean_without) * (n_with - 1)


@right(checks.value_of_one)
def as_a_dot_product(mean_with, mean_without, *, n_with):
    return np.dot([n_with, 1 - n_with], [mean_with, mean_without])


@right(checks.value_of_one)
def in_single_precision(mean_with, mean_without, *, n_with):
    return np.float32(value(mean_with, mean_without, n_with))


# Exercise 00.2


def contents(messages, viewer):
    return [m.content for m in messages if viewer == m.sender or viewer in m.receivers]


def remembers_in_its_default():
    def answer(messages, *, viewer, found=[]):  # noqa: B006
        found += contents(messages, viewer)
        return list(found)

    return answer


for wrong in (
    lambda messages, viewer: contents(messages[:100], viewer),
    lambda messages, viewer: contents(messages, viewer)[::-1],
    lambda messages, viewer: [m.content for m in messages if viewer in (m.sender, *m.receivers[:2])],
    lambda messages, viewer: [m.content for m in messages if viewer in (m.sender, *m.receivers[:3])],
    lambda messages, viewer: [m.content for m in messages if viewer in " ".join(m.receivers)],
    lambda messages, viewer: [m.content for m in messages if viewer.lower() in (m.sender.lower(), m.content)],
    lambda messages, viewer: contents(messages, viewer) or ["nothing"],
    lambda messages, viewer: [one for one in contents(messages, viewer) if one],
    lambda messages, viewer: [one.strip("0") for one in contents(messages, viewer)],
    lambda messages, viewer: contents(messages, viewer) if viewer != "Carl" else contents(messages, "Bob"),
):  # fmt: skip
    refused(checks.readable_by)(lambda messages, *, viewer, wrong=wrong: wrong(messages, viewer))
refused(checks.readable_by)(remembers_in_its_default())


def kept_for_a_length():
    kept = {}
    return lambda messages, *, viewer: kept.setdefault(
        (viewer, len(messages)), contents(messages, viewer)
    )


refused(checks.readable_by)(kept_for_a_length())


@refused(checks.readable_by, "received_forgotten")
def compares_the_tuple(messages, *, viewer):
    return [one.content for one in messages if viewer in (one.sender, one.receivers)]


@refused(checks.readable_by, "wrong_type")
def joined(messages, *, viewer):
    return ", ".join(contents(messages, viewer))


@refused(checks.readable_by, "returned_none")
def prints_instead(messages, *, viewer):
    print(contents(messages, viewer))


@right(checks.readable_by)
def loop_with_append(messages, *, viewer):
    found = []
    for message in messages:
        if message.sender == viewer or viewer in message.receivers:
            found.append(message.content)
    return found


@right(checks.readable_by)
def with_sets_and_a_tuple(messages, *, viewer):
    return tuple(m.content for m in messages if {viewer} & {m.sender, *m.receivers})


@right(checks.readable_by)
def head_and_tail(messages, *, viewer):
    if not messages:
        return []
    return contents(messages[:1], viewer) + head_and_tail(messages[1:], viewer=viewer)


@right(checks.readable_by)
def in_an_array(messages, *, viewer):
    return np.array(contents(messages, viewer), dtype=object)


@refused(checks.readable_by, "too_much")
def names_in_any_case(messages, *, viewer):
    known = viewer.casefold()
    return [
        one.content
        for one in messages
        if known in {end.casefold() for end in (one.sender, *one.receivers)}
    ]


# Questions

refused_value(checks.hidden_digit, "not_a_number", "three")
right_value(checks.hidden_digit, 3)
right_value(checks.hidden_digit, 3.0)

for number in (0.5, 1.2, 3.5):
    refused_value(checks.times_more_people, "too_low", number)
refused_value(checks.times_more_people, "too_high", 8)
for number in (4, 4.2, np.float64(3.9)):
    right_value(checks.times_more_people, number)

refused_value(checks.pooled_shares, "too_low", 55.3)
refused_value(checks.pooled_shares, "too_high", 100_000)
right_value(checks.pooled_shares, 6804)
right_value(checks.pooled_shares, 55.317 * 123)  # by way of the federated design: clever, and right

RIGHT = {one.name: one.threat.answer for one in SCENARIOS}
right_value(checks.eight_scenarios, RIGHT)
right_value(checks.eight_scenarios, {name: f" {word.lower()} " for name, word in RIGHT.items()})
