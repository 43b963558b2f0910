"""Check of Exercise 00.2: the contents of exactly the messages that the viewer sent or received."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lessons.checks.engine import cases, kinds
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case, shown
from lessons.fl.three_designs import readable_by as reference
from lessons.transcript import Message

NAMES = ("Server", "Server 2", "Ann", "ANN", "Annabel", "Bob", "Eve", "Helper")


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Ask for talks of every length, over the shoulder of each party and of somebody who is not there."""
    return by_numbers(
        attempt, _ask(rng), right=reference, mistakes=MISTAKES, rng=rng, ask=_contents, words=_words
    )


def _ask(rng: np.random.Generator) -> list[Case]:
    asked: list[Case] = [{"messages": [], "viewer": "Ann"}]
    for k, size in enumerate((1, 2, 3, 8, 8, 20)):  # one length twice, and other messages
        talk = _talk(rng, size)
        viewers = [*NAMES, "Carl"] if k == 3 else [talk[0].sender, talk[0].receivers[-1], "Ann"]
        asked += [{"messages": talk, "viewer": viewer} for viewer in viewers]
    long = _talk(rng, cases.one_of(rng, (130, 257)))
    asked += [{"messages": long, "viewer": viewer} for viewer in ("Server", "Ann")]
    return asked


def _talk(rng: np.random.Generator, size: int) -> list[Message]:
    """Messages to one or several, also to oneself; contents repeat, hold names, numbers or nothing."""
    found = []
    for k in range(size):
        sender = str(rng.choice(NAMES))
        n_receivers = cases.one_of(rng, (1, 1, 2, 3, len(NAMES) - 1))
        receivers = tuple(str(one) for one in rng.choice(NAMES, n_receivers, replace=False))
        content = str(
            rng.choice(["41.5", "62.0", f"to {rng.choice(NAMES)}", f"{rng.random():.4f}", ""])
        )
        found.append(Message(1 + k // 3, sender, receivers, f"note {k}", content))
    return found


def _contents(attempt: Attempt, case: Case) -> Any:
    return attempt.value(kinds.list_of(_entry), **case)


def _entry(value: Any) -> Any:
    if not isinstance(value, str | Message):
        raise kinds.WrongKind(f"Wanted a list of contents, got an entry {kinds.described(value)}.")
    return value


def _words(case: Case, got: list[str], right: list[str]) -> str:
    for message in case["messages"]:
        wanted, found = right.count(message.content), got.count(message.content)
        if wanted != found:
            how = "too seldom" if found < wanted else "too often"
            ends = f"from {message.sender} to {', '.join(message.receivers)}"
            return f": {shown(message.content)}, which goes {ends}, comes {how}."
    strange = [one for one in got if one not in right]
    return f": {shown(strange[0])} is no content." if strange else ": the order is another one."


def _at_an_end(message: Message, viewer: str) -> bool:
    return viewer in (message.sender, *message.receivers)


def _reading(
    rule: Callable[[Message, str], bool], part: Callable[[Message], Any] = lambda m: m.content
) -> Callable[..., Any]:
    """Make a wrong function: a ``part`` of each message for which ``rule(message, viewer)`` holds."""
    return lambda messages, *, viewer: [part(one) for one in messages if rule(one, viewer)]


def _sent_first(messages: Any, *, viewer: str) -> list[str]:
    mine = [one for one in messages if _at_an_end(one, viewer)]
    return [one.content for one in sorted(mine, key=lambda one: one.sender != viewer)]


def _two_ifs(messages: Any, *, viewer: str) -> list[str]:
    ends = [(one, end) for one in messages for end in ([one.sender], one.receivers)]
    return [one.content for one, end in ends if viewer in end]


MISTAKES = {
    "everything": Mistake(
        "Your viewer reads every message, also those between two others.",
        "The viewer was not looked at. This is what a listener on an unencrypted line would read.",
        made_by=(_reading(lambda m, viewer: True),),
    ),
    "nothing": Mistake(
        "Your viewer reads nothing at all. Is a name compared with a whole tuple of names?",
        "`message.receivers == viewer` compares a tuple with a string: never equal. "
        "Or nothing was put into the list.",
        made_by=(_reading(lambda m, viewer: viewer == str(m.receivers)),),
    ),
    "own_messages_forgotten": Mistake(
        "Your viewer forgets what it sent itself.",
        "A sender knows its own message. This matters when parties put together what they know.",
        made_by=(_reading(lambda m, viewer: viewer in m.receivers),),
    ),
    "received_forgotten": Mistake(
        "Your viewer knows what it said, but hears nothing.",
        "Only the sender was compared, or the viewer with the whole tuple of receivers: never equal. A "
        "curious server lives on what it receives.",
        made_by=(
            _reading(lambda m, viewer: viewer == m.sender),
            _reading(lambda m, viewer: viewer in (m.sender, m.receivers)),
        ),
    ),
    "first_receiver_only": Mistake(
        "A message can have several receivers; your viewer sees only those where it is the first.",
        "`receivers[0]` overlooks the others: a broadcast would seem private.",
        made_by=(_reading(lambda m, viewer: viewer in (m.sender, m.receivers[0])),),
    ),
    "only_receiver": Mistake(
        "Your viewer reads a message only if nobody else receives it.",
        "`(viewer,) == receivers` overlooks every message to several parties.",
        made_by=(_reading(lambda m, viewer: viewer == m.sender or (viewer,) == m.receivers),),
    ),
    "the_others": Mistake(
        "This is the list of what your viewer can NOT read.",
        "The condition is upside down.",
        made_by=(_reading(lambda m, viewer: viewer not in (m.sender, *m.receivers)),),
    ),
    "whole_messages": Mistake(
        "Your list holds whole messages; the exercise asks for the content of each.",
        "The letter was returned in its envelope: each entry should be message.content.",
        made_by=(_reading(_at_an_end, lambda m: m),),
    ),
    "not_contents": Mistake(
        "Some entries are not the content of any message.",
        "Another part of the message, such as its label, or the message as text, stands in the list.",
        made_by=(
            _reading(_at_an_end, str),
            _reading(_at_an_end, lambda m: m.label),
        ),
    ),
    "both_ends": Mistake(
        "Your viewer reads only what it sends to itself. Must two things be true at once?",
        "`and` where `or` belongs: the sender and a receiver are seldom the same party.",
        made_by=(_reading(lambda m, viewer: viewer == m.sender and viewer in m.receivers),),
    ),
    "order_lost": Mistake(
        "The right contents, but not in the order in which they were sent.",
        "A set or a sort lost the order, which tells who answered what.",
        made_by=(
            lambda messages, *, viewer: sorted(reference(messages, viewer=viewer)),
            _sent_first,
        ),
    ),
    "counted_wrongly": Mistake(
        "The right contents, but some of them appear too often or too rarely.",
        "A set drops equal contents; two loops list a message once for each end.",
        made_by=(
            lambda messages, *, viewer: list(dict.fromkeys(reference(messages, viewer=viewer))),
            _two_ifs,
        ),
    ),
    "too_much": Mistake(
        "Your viewer reads a message that it neither sent nor received.",
        "A text search (`viewer in str(message)`, startswith) or lower() takes one name for another: "
        "compare whole names as they are.",
        made_by=(
            _reading(lambda m, viewer: viewer in m.sender or viewer in m.receivers),
            _reading(lambda m, viewer: m.sender.startswith(viewer) or viewer in m.receivers),
            _reading(lambda m, viewer: viewer in str(m)),
            _reading(
                lambda m, viewer: (
                    viewer.lower() in [one.lower() for one in (m.sender, *m.receivers)]
                )
            ),
        ),
    ),
    "too_little": Mistake(
        "Your viewer misses a message that it sent or received.",
        "Some messages were skipped, for example by a return inside the loop.",
        made_by=(
            lambda messages, *, viewer: reference(messages, viewer=viewer)[:1],
            lambda messages, *, viewer: reference(messages, viewer=viewer)[:-1],
        ),
    ),
}

readable_by = Exercise(
    number="00.2",
    name="readable_by",
    reference=reference,
    examine=examine,
    takeaway="A party can read what it sends and what it receives: this list is all that it learns.",
    hints=(
        "Go through the messages one at a time. Did the viewer send it, or receive it?",
        "A message has one sender and a tuple of receivers. Which Python word asks whether a tuple holds "
        "something?",
        "Two conditions joined by `or`, and a list of the content of each message that passes.",
    ),
    mistakes=MISTAKES,
)
