"""What a check finds, and the mistakes of an exercise, each stated once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

GENERAL = {
    "not_a_function": "The check wants your function itself, not the result of calling it.",
    "parameters": "Your function does not take the parameters of the exercise; keep its first line.",
    "raised": "Your function stopped with an error.",
    "too_slow": "Your function had not finished when the time was up: does a loop never end, or go too far?",
    "returned_none": "Your function returned None: is the return missing?",
    "wrong_type": "Your function returned the wrong kind of value.",
    "wrong_shape": "Your function returned an array of the wrong shape.",
    "not_finite": "Your function returned a value that is not a finite number.",
    "too_coarse": "Your numbers have about seven digits (float32); this lesson needs float64.",
    "changed_input": "Your function changed the data that it was given; work on a copy instead.",
    "remembers": "Asked the same thing again, your function answers differently: it remembers earlier calls.",
    "counterexample": "One case is enough to see that something is wrong.",
    "global_random": "Draw from the generator that you are given: from rng itself, not from a copy.",
    "no_noise": "There is no noise in what your function returns.",
    "partly_no_noise": "Some of the values that your function returns have no noise at all.",
    "one_noise_for_all": "Every entry gets the same noise: differences between entries are exact.",
    "repeated_noise": "Some draws repeat others (up to their sign): subtract or add, and the noise is gone.",
    "rounded": "What your function returns has been rounded.",
    "cut_off": "Your noise never goes beyond a limit; the distribution of the exercise has no limit.",
    "tails": "Far from the middle, your noise is too rare or too frequent.",
    "one_sided": "All your noise points the same way.",
    "not_centred": "Your noise is not centred: on average it moves the value.",
    "wrong_law": "Your noise has another distribution than the one of the exercise.",
    "wrong_scale": "Your noise has the right shape and the wrong size.",
    "linked": "Your draws are not independent: knowing some of them tells about others.",
    "wrong_frequencies": "The results do not come with the probabilities of the exercise.",
    "not_a_number": "The answer is a single number.",
    "too_low": "Not that number: the right one is larger.",
    "too_high": "Not that number: the right one is smaller.",
    "unreadable": "The check could not make sense of this value.",
}


@dataclass(frozen=True)
class Found:
    """A mistake, by its code, with details of this attempt (never the right answer)."""

    code: str
    details: str = ""


@dataclass(frozen=True)
class Mistake:
    """One way to be wrong, stated once.

    ``says`` is what the learner reads, ``why`` what the worked solutions say about it. ``made_by``
    holds the wrong functions that make it (for a question: the wrong values, or functions without
    arguments that give them); ``within`` is how near a question's wrong value must be.
    """

    says: str
    why: str
    made_by: tuple[Any, ...] = ()
    within: float | None = None


Mistakes = Mapping[str, Mistake]
