"""Naming a mistake: by its numbers, by its distribution, or by the smallest case that fails."""

import functools

import numpy as np
import pytest

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import alike, by_numbers, close
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.nearest import Probe, by_law
from lessons.checks.engine.noise import laplace, noise_fault
from lessons.checks.engine.told import shown, told


def rectangle(width, height):
    return width * height


MISTAKES = {
    "added": Mistake("You add.", "", made_by=(lambda width, height: width + height,)),
    "half": Mistake("A triangle.", "", made_by=(lambda width, height: width * height / 2,)),
    "flat": Mistake("No area.", "", made_by=(lambda width, height: 0.0 if height > 50 else width * height,)),
}  # fmt: skip
SIDES = [
    {"width": cases.between(np.random.default_rng(k), 1, 3 + k), "height": 7.123 * (k + 1)}
    for k in range(12)
]


def judge(answer, *, mistakes=MISTAKES, seed=0, **more):
    attempt = Attempt(answer, like=answer)
    rng = np.random.default_rng(seed)
    return by_numbers(attempt, SIDES, right=rectangle, mistakes=mistakes, rng=rng, **more)


def test_right_answer_passes_and_each_mistake_gets_its_name():
    assert judge(lambda width, height: height * width) is None
    for code, mistake in MISTAKES.items():
        assert judge(mistake.made_by[0]) == Found(code)


def test_anything_else_gets_the_smallest_failing_case_with_round_numbers_where_it_still_fails():
    found = judge(lambda width, height: width * height + (height > 30))
    assert found.code == "counterexample"
    # heights above 30 begin with the fifth case, 35.615: rounded to one digit it still fails
    assert "height = 40" in found.details and "too large" in found.details
    own = judge(lambda width, height: -1.0, words=lambda case, got, right: "; areas are positive.")
    assert own.details.endswith("you get -1; areas are positive.")


def test_mistake_beside_another_fault_is_named_only_where_it_shows_every_time():
    def two_faults(width, height):
        return 0.0 if height > 50 else width * height * (1 + 1e-3 * (width > 2))

    assert judge(two_faults).code == "flat"

    def sometimes(width, height):
        return width + height if height > 20 else width * height + 1

    assert judge(sometimes).code == "counterexample"


def test_answer_that_remembers_earlier_calls_is_seen():
    def keeping():
        kept = {}

        def answer(width, height):
            return kept.setdefault(round(width), width * height)

        return answer

    assert judge(keeping()) is not None

    def first_then_wrong():
        calls = []

        def answer(width, height):
            calls.append(0)
            return width * height + (len(calls) > len(SIDES))

        return answer

    assert judge(first_then_wrong()).code == "remembers"


def test_error_tells_the_case_in_which_it_happened():
    def fails(width, height):
        return width * height / (0 if height > 60 else 1)

    found = judge(fails)
    assert found.code == "raised" and "ZeroDivisionError" in found.details
    assert "It happens for width" in found.details


def test_warnings_of_the_wrong_functions_are_not_the_learners(recwarn):
    noisy = {"log": Mistake("", "", made_by=(lambda width, height: np.log(-width),))}
    assert judge(lambda width, height: 1.0, mistakes=noisy).code == "counterexample"
    assert not recwarn.list


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (1.0, 1.0 + 1e-12, True), (1.0, 1.0 + 1e-6, False), (1e-30, 2e-30, False), (0.0, 0.0, True),
        (3, 3, True), (3, 4, False), (2**70, 2**70, True), (2**70, 2**70 + 1, False),
        (np.ones(2), np.ones(2), True), (np.ones(2), np.ones((2, 1)), False),
        (np.array([1.0, 1e-13]), np.array([1.0, 0.0]), True),
        ((1.0, [2, 3]), (1.0, [2, 3]), True), ((1.0, [2, 3]), (1.0, [2, 4]), False),
        (np.inf, np.inf, True), (np.nan, 1.0, False), ("a", 1.0, False), (None, 1.0, False),
    ],
)  # fmt: skip
def test_results_are_equal_but_for_rounding(one, other, same):
    assert close(one, other) is same


def test_endings_are_alike_when_they_are_of_the_same_kind():
    raised = Found("raised", "ValueError: x (in the line: a)")
    assert alike(raised, Found("raised", "ValueError: y"))
    assert not alike(raised, Found("raised", "KeyError: y"))
    assert not alike(raised, 3.0)
    assert not alike(Found("wrong_shape", "Wanted (1,)."), Found("wrong_shape", "Wanted (2,)."))


def test_cases_are_told_as_a_learner_writes_them():
    assert told({"a": 0.5, "b": 2, "rng": np.random.default_rng()}) == "a = 0.5 and b = 2"
    assert told({"a": np.arange(3), "b": [1, 2.5], "c": "x"}) == (
        "a = [0, 1, 2], b = [1, 2.5] and c = 'x'"
    )
    assert shown(np.ones((4, 5))) == "an array of shape (4, 5)"


def released(scale=lambda epsilon: 1 / epsilon, place=0.0, noise="laplace"):
    return lambda value, epsilon, rng: (
        value + place + getattr(rng, noise)(scale=scale(epsilon), size=value.shape)
    )


NOISY = {
    "no_epsilon": Mistake("", "", made_by=(released(lambda epsilon: 1.0),)),
    "upside_down": Mistake("", "", made_by=(released(lambda epsilon: epsilon),)),
    "moved": Mistake("", "", made_by=(released(place=3.0),)),
    "only_of_few": Mistake(
        "",
        "",
        made_by=(
            lambda value, epsilon, rng: released(lambda e: 5 / e if value.size < 50 else 1 / e)(
                value, epsilon, rng
            ),
        ),
    ),
}


def judge_noise(answer, *, seed=0):
    value = np.arange(400.0)

    def probe(epsilon, size=400):
        return Probe(
            lambda attempt, rng, times: (
                attempt.arrays(times, value[:size], epsilon=epsilon, rng=rng, shape=(size,))
                - value[:size]
            ),
            lambda noise: noise_fault(noise, laplace(1 / epsilon)),
            10 if size > 50 else 100,
            said=f"(At ε = {epsilon}.)",
        )

    attempt = Attempt(answer, like=released())
    probes = [probe(0.31), probe(2.7), probe(0.47, 40)]
    return by_law(attempt, probes, mistakes=NOISY, rng=np.random.default_rng(seed))


def test_noisy_mistakes_are_named_by_the_nearest_distribution_for_every_seed():
    for seed in range(20):
        assert judge_noise(released(), seed=seed) is None
        for code, mistake in NOISY.items():
            assert judge_noise(mistake.made_by[0], seed=seed) == Found(code), (seed, code)


def test_distribution_that_no_mistake_has_gets_a_true_word_and_the_setting():
    found = judge_noise(released(lambda epsilon: 1.3 / epsilon))
    assert found.code == "wrong_scale" and "(At ε = 0.31.)" in found.details
    assert judge_noise(released(noise="normal")).code == "wrong_law"


def test_mistake_that_is_right_where_the_fault_shows_is_not_named():
    # Gaussian noise is near to Laplace noise; "only_of_few" is right for 400 entries
    for seed in range(20):
        found = judge_noise(released(lambda epsilon: 1.2 / epsilon, noise="normal"), seed=seed)
        assert found.code not in NOISY, found


def test_noise_from_elsewhere_and_noise_that_remembers_are_seen():
    own = np.random.default_rng(3)
    elsewhere = judge_noise(lambda value, epsilon, rng: released()(value, epsilon, own))
    assert elsewhere.code == "global_random"
    calls = []

    def after_a_while(value, epsilon, rng):
        calls.append(epsilon)
        noise = rng.laplace(scale=1 / epsilon, size=value.shape)
        return value + (noise[::-1] if calls.count(2.7) > 40 else noise)

    assert judge_noise(after_a_while).code in ("remembers", "global_random")


def test_answer_that_fails_in_a_draw_is_named_or_told():
    @functools.wraps(released())
    def fails(value, epsilon, rng):
        if epsilon > 1:
            raise OverflowError("too much")
        return released()(value, epsilon, rng)

    found = judge_noise(fails)
    assert found.code == "raised" and "OverflowError" in found.details
