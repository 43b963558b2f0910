"""Which idea about the technologies stands behind a wrong sorting of the scenarios (question 00.3).

A diagnosis speaks of an idea, never of an entry, and how many entries are right is not said: eight
entries could be guessed one after the other.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from lessons.checks.engine.exercise import Question
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.scenarios import ANSWERS, SCENARIOS

_TRUTH = {one.name: one.threat.answer for one in SCENARIOS}
_ANONYMISING = ("anonymise", "anonymize", "anonymisation", "anonymization", "pseudonymise")
_WORDS = {word.lower(): word for word in (*ANSWERS, *_ANONYMISING)}

# (what the story needs, what was answered) -> the idea behind it; the first that occurs is named
_CONFUSIONS: dict[str, set[tuple[str, str]]] = {
    "anonymising": {(needs, word) for needs in ANSWERS for word in _ANONYMISING},
    "training_apart_taken_for_a_release": {("DP", "FL")},
    "shares_taken_to_hide_the_result": {("DP", "MPC")},
    "lock_on_what_is_public": {("DP", "TLS"), ("DP", "access")},
    "line_taken_for_the_server": {("MPC", "TLS"), ("MPC", "access")},
    "training_apart_taken_to_hide_inputs": {("MPC", "FL")},
    "noise_taken_to_hide_inputs": {("MPC", "DP")},
    "store_left_standing": {("FL", "DP"), ("FL", "TLS"), ("FL", "access")},
    "more_than_was_asked": {("FL", "MPC")},
    "line_and_login_exchanged": {("TLS", "access"), ("access", "TLS")},
    "engine_for_a_lock": {
        (lock, heavy) for lock in ("TLS", "access") for heavy in ("DP", "FL", "MPC")
    },
}


def examine(value: Any) -> Found | None:
    """The first mistake in ``value``, a dict scenario -> answer; ``None`` when all eight are right."""
    if not isinstance(value, Mapping):
        return Found("not_the_table", f"Got {type(value).__name__}.")
    unknown = [str(name) for name in value if name not in _TRUTH]
    if unknown:
        return Found("not_the_table", f"Not known: {', '.join(unknown[:3])}.")
    missing = [name for name in _TRUTH if value.get(name, ...) in (..., None, "")]
    if missing:
        return Found("missing", f"Open: {', '.join(missing)}.")
    words = {name: _WORDS.get(str(value[name]).strip().lower()) for name in _TRUTH}
    strange = [str(value[name]) for name, word in words.items() if word is None]
    if strange:
        return Found("missing", f"Not known: {strange[0][:30]}.")
    if len(set(words.values())) == 1 and not set(words.values()) & set(_ANONYMISING):
        return Found("all_the_same")
    pairs = {(needs, str(words[name])) for name, needs in _TRUTH.items()}
    return next((Found(code) for code, idea in _CONFUSIONS.items() if pairs & idea), None)


def _tables(code: str) -> Iterator[dict[str, str]]:
    """Give every right table but for one entry, which shows the idea ``code``."""
    for needs, word in sorted(_CONFUSIONS[code]):
        yield from (_TRUTH | {name: word} for name in _TRUTH if _TRUTH[name] == needs)


MISTAKES = {
    "not_the_table": Mistake(
        "The answer is the dictionary of the cell: its eight names on the left, a word on the right of each.",
        "Something else than a dictionary was handed in, or a name on the left is none of the eight.",
        made_by=(list(_TRUTH.values()), _TRUTH | {"weather": "DP"}),
    ),
    "missing": Mistake(
        "Some scenario has no answer yet, or a word that is none of the five of the table above.",
        'An entry is missing, holds the dots, or another word than "DP", "FL", "MPC", "TLS" and "access".',
        made_by=(
            _TRUTH | {"keyboard": ...},
            {name: word for name, word in _TRUTH.items() if name != "celebrity"},
            _TRUTH | {"scans": "blockchain"},
            _TRUTH | {"scans": ("FL", "MPC")},
        ),
    ),
    "all_the_same": Mistake(
        "One technology for everything: then there would be no need for the other four. Begin with the "
        "adversary of each story.",
        "The same word eight times, perhaps to see how many are right; the check does not count.",
        made_by=(*(dict.fromkeys(_TRUTH, word) for word in ANSWERS),),
    ),
    "anonymising": Mistake(
        "Taking the names out is none of the five answers. Did the attack on the dashboard use a name?",
        "Anonymising is a hope about what others do not know. Differential privacy is a bound that holds "
        "whatever they know.",
        made_by=(
            _TRUTH | {"dashboard": "anonymise"},
            dict.fromkeys(_TRUTH, "anonymise"),
        ),
    ),
    "training_apart_taken_for_a_release": Mistake(
        "Somewhere you rely on records staying at home, where the adversary reads only the finished result. "
        "Does it matter to that reader where the records were?",
        "Federated learning alone promises nothing about the result: the model that comes out is the one "
        "that the pooled records would have given.",
        made_by=(*_tables("training_apart_taken_for_a_release"),),
    ),
    "shares_taken_to_hide_the_result": Mistake(
        "Somewhere you hide how a result is computed, and then publish the very same result. Who is the "
        "adversary there?",
        "MPC hides inputs from those who compute. The output is exact, and says what it says.",
        made_by=(*_tables("shares_taken_to_hide_the_result"),),
    ),
    "lock_on_what_is_public": Mistake(
        "Somewhere you put a lock on a thing that everybody is meant to read.",
        "Encryption and logins keep readers out; a release invites them all in.",
        made_by=(*_tables("lock_on_what_is_public"),),
    ),
    "line_taken_for_the_server": Mistake(
        "Somewhere you protect the way or the door, where the worry is the one who receives the data by "
        "right. What does the one who is let in get to see?",
        "Encryption in transit ends at the server, which decrypts; a login lets its owner in. Against "
        "either of them the lock does nothing.",
        made_by=(*_tables("line_taken_for_the_server"),),
    ),
    "training_apart_taken_to_hide_inputs": Mistake(
        "Somewhere you let each party compute at home and send the outcome, where that outcome is already "
        "the secret.",
        "A local result over one number is that number: what travels in federated learning can be read.",
        made_by=(*_tables("training_apart_taken_to_hide_inputs"),),
    ),
    "noise_taken_to_hide_inputs": Mistake(
        "Somewhere you blur a result which those concerned want exactly, and may know. From whom should what "
        "be hidden there?",
        "Differential privacy protects those behind a release from its readers; here the readers may have "
        "the result and the inputs are to be hidden.",
        made_by=(*_tables("noise_taken_to_hide_inputs"),),
    ),
    "store_left_standing": Mistake(
        "Somewhere the store of raw records, which is the worry, would come into being all the same.",
        "Noise on results and better locks leave the store where it is; federated learning never builds it.",
        made_by=(*_tables("store_left_standing"),),
    ),
    "more_than_was_asked": Mistake(
        "Somewhere you hide from the server what the story lets it see. It can be done, and costs far more "
        "than the story asks for.",
        "The server may see the updates here. Secure aggregation would come on top, when it may not.",
        made_by=(*_tables("more_than_was_asked"),),
    ),
    "line_and_login_exchanged": Mistake(
        "A listener on the line and a person with a password stand in different places. Where does each of "
        "them get at the data?",
        "Encryption in transit does not stop a valid login; access control does not stop a listener.",
        made_by=(*_tables("line_and_login_exchanged"),),
    ),
    "engine_for_a_lock": Mistake(
        "Somewhere you start a large machine where an ordinary lock would do.",
        "No statistics and no joint computation are involved: a channel or a door has to be closed.",
        made_by=(*_tables("engine_for_a_lock"),),
    ),
}

eight_scenarios = Question(
    number="00.3",
    name="eight_scenarios",
    examine=examine,
    takeaway="First the adversary, then the technology: each of them answers one question and no other.",
    hints=(
        "For each story, finish the sentence: it would be bad if ... could read ...",
        "Three places where an adversary can stand: before the result (on the way to it, or among those who "
        "compute it), beside the records, and behind the result.",
        "Does the story already say that somebody may see something? Then this is not the adversary.",
        "Would the worry be gone if nothing were ever published? Then the release is the worry. Would it be "
        "gone if nobody but the owners computed? Then those who compute are.",
    ),
    mistakes=MISTAKES,
)
