"""What a reading of a transcript can get wrong (exercise 00.2)."""

from typing import Any

import numpy as np

from lessons.checks.attempt import Attempt, Found
from lessons.checks.exercise import Mistake
from lessons.fl.three_designs import readable_by
from lessons.messages import Message

_TALK = (
    Message(1, "Server", ("Ann", "Bob", "Eve"), "task", "start"),
    Message(1, "Eve", ("Ann",), "note", "are you there, Server?"),
    Message(2, "Ann", ("Server",), "mean", "41.5"),
    Message(2, "Bob", ("Server", "Ann"), "mean", "62.0"),
    Message(2, "Bob", ("Eve",), "share", "90210"),
    Message(3, "Eve", ("Bob", "Server"), "sum", "17"),
    Message(3, "Eve", ("Server 2",), "sum", "18"),
    Message(3, "Ann", ("Bob",), "mean", "41.5"),
    Message(4, "Server 2", ("Eve",), "sum", "35"),
    Message(4, "Bob", ("Bob", "Ann"), "note", "62.0 was mine"),
)
_PEOPLE = ("Server", "Ann", "Bob", "Eve", "Server 2")


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """A short talk among five, read over each shoulder in turn."""
    messages = list(_TALK)
    answers: dict[str, list[Any]] = {}
    for viewer in _PEOPLE:
        answer = attempt(messages, viewer=viewer)
        if answer is None:
            return Found("returned_none")
        if not isinstance(answer, list | tuple):
            return Found("wrong_type", f"Wanted a list of contents, got {type(answer).__name__}.")
        answers[viewer] = list(answer)
    if any(isinstance(one, Message) for answer in answers.values() for one in answer):
        return Found("whole_messages")
    if any(not isinstance(one, str) for answer in answers.values() for one in answer):
        return Found("wrong_type", "Wanted a list of contents, each a string.")
    contents = {message.content for message in messages}
    if any(one not in contents for answer in answers.values() for one in answer):
        return Found("not_contents")
    truth = {one: readable_by(messages, viewer=one) for one in _PEOPLE}
    if answers == truth:
        return None
    for code, slip in _readings(messages).items():
        if answers == slip:
            return Found(code)
    if all(sorted(answers[one]) == sorted(truth[one]) for one in _PEOPLE):
        return Found("order_lost")
    if all(set(answers[one]) == set(truth[one]) for one in _PEOPLE):
        return Found("counted_wrongly")
    return Found("too_much" if _reads_too_much(answers, truth) else "too_little")


def _readings(messages: list[Message]) -> dict[str, dict[str, list[str]]]:
    """What the usual slips read: viewer -> contents."""
    rules: dict[str, Any] = {
        "everything": lambda one, viewer: True,
        "nothing": lambda one, viewer: False,
        "own_messages_forgotten": lambda one, viewer: viewer in one.receivers,
        "received_forgotten": lambda one, viewer: viewer == one.sender,
        "first_receiver_only": lambda one, viewer: viewer in (one.sender, one.receivers[0]),
        "only_receiver": lambda one, viewer: viewer == one.sender or (viewer,) == one.receivers,
        "the_others": lambda one, viewer: viewer not in (one.sender, *one.receivers),
        "both_ends": lambda one, viewer: viewer == one.sender and viewer in one.receivers,
    }
    return {
        code: {v: [one.content for one in messages if rule(one, v)] for v in _PEOPLE}
        for code, rule in rules.items()
    }


def _reads_too_much(answers: dict[str, list[str]], truth: dict[str, list[str]]) -> bool:
    return any(set(answers[one]) - set(truth[one]) for one in _PEOPLE)


MISTAKES = {
    "everything": Mistake(
        "Your viewer reads every message, also those between two others.",
        "The viewer was not looked at. This is what a listener on an unencrypted line would read.",
    ),
    "nothing": Mistake(
        "Your viewer reads nothing at all. Is a name compared with a whole tuple of names?",
        "`message.receivers == viewer` compares a tuple with a string: never equal.",
    ),
    "own_messages_forgotten": Mistake(
        "Your viewer has forgotten what it sent itself.",
        "A sender knows its own message. When parties pool what they know, that matters.",
    ),
    "received_forgotten": Mistake(
        "Your viewer knows what it said, but hears nothing.",
        "Only the sender was compared; a curious server lives on what it receives.",
    ),
    "first_receiver_only": Mistake(
        "A message can have several receivers; your viewer notices only if it is the first of them.",
        "`receivers[0]` overlooks the others: a broadcast would seem private.",
    ),
    "only_receiver": Mistake(
        "Your viewer reads a message only if nobody else gets it too.",
        "`(viewer,) == receivers` overlooks every message to several parties.",
    ),
    "the_others": Mistake(
        "This is the list of what your viewer can NOT read.",
        "The condition is upside down.",
    ),
    "whole_messages": Mistake(
        "Your list holds whole messages; the exercise asks for the content of each.",
        "The envelope was returned with the letter: each entry should be message.content.",
    ),
    "not_contents": Mistake(
        "Some entries are not the content of any message.",
        "Another part of the message, such as its label, or the message as text, stands in the list.",
    ),
    "both_ends": Mistake(
        "Your viewer reads only what it sends to itself. Must two things be true at once?",
        "`and` where `or` belongs: the sender and a receiver are seldom the same party.",
    ),
    "order_lost": Mistake(
        "The right contents, in another order than they were sent.",
        "A set or a sort lost the order, which tells who answered what.",
    ),
    "counted_wrongly": Mistake(
        "Nothing is missing and nothing is too much, but some contents come too often or too rarely.",
        "A set drops equal contents; two loops list a message once for each end.",
    ),
    "too_much": Mistake(
        "Your viewer reads some message at neither end of which it stands.",
        "A text search such as `viewer in str(message)` also finds names inside other words.",
    ),
    "too_little": Mistake(
        "Your viewer misses some message at one end of which it stands.",
        "Some messages were skipped, for example by a return inside the loop.",
    ),
}
