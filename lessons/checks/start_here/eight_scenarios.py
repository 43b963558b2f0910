"""Which idea about the technologies stands behind a wrong sorting of the scenarios (question 00.3).

A diagnosis speaks of an idea, never of an entry; with it the card says how many of the eight are right.
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
        return Found("all_the_same")  # without a count, which would say how often the word is right
    pairs = {(needs, str(words[name])) for name, needs in _TRUTH.items()}
    right = sum(words[name] == needs for name, needs in _TRUTH.items())
    count = f"({right} of your 8 are right.)"
    return next((Found(code, count) for code, idea in _CONFUSIONS.items() if pairs & idea), None)


def _tables(code: str) -> Iterator[dict[str, str]]:
    """Give every right table but for one entry, which shows the idea ``code``."""
    for needs, word in sorted(_CONFUSIONS[code]):
        yield from (_TRUTH | {name: word} for name in _TRUTH if _TRUTH[name] == needs)


MISTAKES = {
    "not_the_table": Mistake(
        "The answer is the dictionary of the cell: its eight names on the left, a word on the right of each.",
        "Something other than a dictionary was handed in, or a name on the left is none of the eight.",
        made_by=(list(_TRUTH.values()), _TRUTH | {"weather": "DP"}),
    ),
    "missing": Mistake(
        "Some story has no answer yet, or a word that is not one of the five in the table above.",
        'An entry is missing, still holds the dots, or is none of "DP", "FL", "MPC", "TLS" and "access".',
        made_by=(
            _TRUTH | {"keyboard": ...},
            {name: word for name, word in _TRUTH.items() if name != "celebrity"},
            _TRUTH | {"scans": "blockchain"},
            _TRUTH | {"scans": ("FL", "MPC")},
        ),
    ),
    "all_the_same": Mistake(
        "One technology for everything? Then nobody would need the other four. Start with the adversary of "
        "each story.",
        "The same word eight times: the adversaries of the stories were not told apart.",
        made_by=(*(dict.fromkeys(_TRUTH, word) for word in ANSWERS),),
    ),
    "anonymising": Mistake(
        "Taking the names out is not one of the five answers. Did the attack on the dashboard use a name?",
        "Anonymising is a hope about what others do not know. Differential privacy is a bound that holds "
        "whatever they know.",
        made_by=(
            _TRUTH | {"dashboard": "anonymise"},
            dict.fromkeys(_TRUTH, "anonymise"),
        ),
    ),
    "training_apart_taken_for_a_release": Mistake(
        "Somewhere you keep the records at home, but the adversary reads only the finished result. Does it "
        "matter to that reader where the records were?",
        "Federated learning alone promises nothing about the result: a model trained apart can remember "
        "its examples like any other.",
        made_by=(*_tables("training_apart_taken_for_a_release"),),
    ),
    "shares_taken_to_hide_the_result": Mistake(
        "Somewhere you hide how a result is computed, and then you publish that same result. Who is the "
        "adversary there?",
        "MPC hides inputs from those who compute. The output is exact, and says what it says.",
        made_by=(*_tables("shares_taken_to_hide_the_result"),),
    ),
    "lock_on_what_is_public": Mistake(
        "Somewhere you put a lock on something that everybody is meant to read.",
        "Encryption and logins keep readers out; a release invites them all in.",
        made_by=(*_tables("lock_on_what_is_public"),),
    ),
    "line_taken_for_the_server": Mistake(
        "Somewhere you protect the line or the login, but the worry is the one who receives the data by "
        "right. What does that one get to see?",
        "Encryption in transit ends at the server, which decrypts; a login lets its owner in. Neither lock "
        "stops those who compute.",
        made_by=(*_tables("line_taken_for_the_server"),),
    ),
    "training_apart_taken_to_hide_inputs": Mistake(
        "Somewhere each party computes at home and sends what it found, but that is already the secret.",
        "What a firm would send is its number, and what a bank would send is its list: what travels in "
        "federated learning can be read.",
        made_by=(*_tables("training_apart_taken_to_hide_inputs"),),
    ),
    "noise_taken_to_hide_inputs": Mistake(
        "Somewhere you blur a result that the parties want exactly, and are allowed to know. What should be "
        "hidden there, and from whom?",
        "Differential privacy protects the people behind a release from its readers. Here the readers may "
        "have the result, and the inputs must stay hidden.",
        made_by=(*_tables("noise_taken_to_hide_inputs"),),
    ),
    "store_left_standing": Mistake(
        "Somewhere the worry is the store of raw records itself, and with your answer it would still be "
        "built.",
        "Noise on results and better locks leave the store where it is; federated learning never builds it.",
        made_by=(*_tables("store_left_standing"),),
    ),
    "more_than_was_asked": Mistake(
        "Somewhere you hide from the server what the story lets it see. That is possible, but it costs far "
        "more than the story asks for.",
        "The server may see the updates here. If it may not, secure aggregation comes on top.",
        made_by=(*_tables("more_than_was_asked"),),
    ),
    "line_and_login_exchanged": Mistake(
        "A listener on the line and a person with a password get at the data in different places. Where "
        "does each of them stand?",
        "Encryption in transit does not stop a valid login; access control does not stop a listener.",
        made_by=(*_tables("line_and_login_exchanged"),),
    ),
    "engine_for_a_lock": Mistake(
        "Somewhere you start a large machine, but an ordinary lock is enough.",
        "There are no statistics here and no joint computation, only a line or a login to secure.",
        made_by=(*_tables("engine_for_a_lock"),),
    ),
}

eight_scenarios = Question(
    number="00.3",
    name="eight_scenarios",
    examine=examine,
    takeaway="First the adversary, then the technology: each one answers one question and no other.",
    hints=(
        "For each story, finish this sentence: it would be bad if ... could read ...",
        "Where does the adversary stand: beside the stored records, on the line, among those who compute, or "
        "in front of the finished result?",
        "Does the story say that somebody may see something? Then they are not the adversary.",
        "Suppose that nothing is ever published. Is the worry gone? Then the result is the worry. Suppose "
        "that only the owners compute. Is it gone now? Then the worry is those who compute.",
    ),
    mistakes=MISTAKES,
)
