"""The machinery of the checks: cards, hints, notes, time limits, and what happens to odd answers."""

import threading
import time

import numpy as np
import pytest

from lessons.checks import fedavg
from lessons.checks.attempt import Attempt, Found, run_with_limit
from lessons.checks.chance import cdf_bound, cdf_distance, frequency_bound
from lessons.checks.exercise import Exercise, Mistake, Question, examine_number


def double(values, *, scale):
    return values * scale


def examine(attempt, rng):
    values = rng.normal(size=3)
    result = attempt.array(values, scale=2.0, shape=(3,))
    return None if np.allclose(result, 2 * values) else Found("not_doubled", "Look again.")


@pytest.fixture
def exercise():
    return Exercise(
        number="0.1",
        name="double",
        reference=double,
        examine=examine,
        takeaway="Twice is twice, whatever the values.",
        hints=("First.", "Second.", "Third."),
        mistakes={"not_doubled": Mistake("Not doubled.", "The scale was not applied at all.")},
        time_limit=0.4,
    )


def test_right_answer_is_returned_and_its_takeaway_shown(exercise, capsys):
    def own(values, *, scale):
        return scale * values

    assert exercise(own) is own
    assert capsys.readouterr().out == (
        "✓ Exercise 0.1 · correct: Twice is twice, whatever the values.\n"
    )


def test_wrong_answer_gets_the_reference_a_diagnosis_and_the_way_to_a_hint(exercise, capsys):
    assert exercise(lambda values, scale: values) is double
    shown = capsys.readouterr().out
    assert "not yet: Not doubled. Look again." in shown
    assert "uses the reference function" in shown and "checks.double.hint()" in shown


def test_error_names_the_line_of_the_learner_and_nothing_of_ours(exercise):
    def broken(values, *, scale):
        return values + undefined_name  # noqa: F821

    verdict = exercise.verdict(broken)
    assert verdict.code == "raised"
    assert "NameError" in verdict.message and "return values + undefined_name" in verdict.message
    assert "attempt.py" not in verdict.message and "Traceback" not in verdict.message


@pytest.mark.parametrize("caught", [Exception, BaseException])
def test_endless_loop_is_ended_even_when_it_catches_everything(exercise, caught):
    def stubborn(values, *, scale):
        while True:
            try:
                sum(range(100))
            except caught:
                pass

    start = time.perf_counter()
    assert exercise.verdict(stubborn).code == "too_slow"
    assert time.perf_counter() - start < 3


def test_loop_that_swallows_a_few_interruptions_is_ended_and_leaves_no_thread(exercise):
    swallowed = []

    def reluctant(values, *, scale):
        while True:
            try:
                sum(range(100))
            except BaseException as error:
                swallowed.append(error)
                if len(swallowed) == 2:
                    raise

    before = threading.active_count()
    assert exercise.verdict(reluctant).code == "too_slow"
    assert len(swallowed) == 2 and threading.active_count() == before


def test_thread_that_does_not_listen_is_left_behind(exercise):
    def sleeping(values, *, scale):
        time.sleep(6)

    start = time.perf_counter()
    assert exercise.verdict(sleeping).code == "too_slow"
    assert time.perf_counter() - start < 4


def test_endless_recursion_is_an_error_like_any_other(exercise):
    def deeper(values, *, scale):
        return deeper(values, scale=scale)

    verdict = exercise.verdict(deeper)
    assert verdict.code == "raised" and "RecursionError" in verdict.message


def test_changed_input_is_noticed_in_arrays_and_lists(exercise):
    def in_place(values, *, scale):
        values *= scale
        return values

    assert exercise.verdict(in_place).code == "changed_input"


def test_repeated_calls_are_guarded_as_one():
    seen = []

    def grows(values):
        seen.append(len(values))
        return sum(values)

    attempt = Attempt(grows, like=grows)
    assert attempt.repeat(5, [1.0, 2.0]) == [3.0] * 5
    assert attempt.number([4.0]) == 4.0, "and the function is itself again afterwards"
    assert seen == [2] * 5 + [1]

    def spoils_the_third(values):
        values[0] += len(seen) == 8
        seen.append(0)
        return 0

    spoiling = Attempt(spoils_the_third, like=spoils_the_third)
    found = run_with_limit(lambda: spoiling.repeat(5, [1.0]), seconds=2)
    assert found == Found("changed_input")


def test_warning_and_printing_are_notes_beside_a_right_answer(exercise):
    def chatty(values, *, scale):
        print("a")
        print("b")
        np.log(np.array([-1.0]))
        return values * scale

    verdict = exercise.verdict(chatty)
    assert verdict.correct
    assert "printed 2 line(s)" in verdict.notes[0] and "RuntimeWarning" in verdict.notes[1]


def test_check_that_fails_itself_says_so_and_does_not_raise(exercise, monkeypatch, capsys):
    def faulty(attempt, rng):
        raise KeyError("a fault of the check")

    monkeypatch.setattr(exercise, "examine", faulty)
    assert exercise.verdict(double).state == "check failed"
    assert exercise(lambda values, scale: values) is double
    assert "could not cope" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (None, "returned_none"),
        ("words", "wrong_type"),
        ([1.0, 2.0], "wrong_shape"),
        ([1.0, np.nan, 2.0], "not_finite"),
        ([[1], [2, 3]], "wrong_type"),
    ],
)
def test_wrong_kinds_of_array_are_told_apart(exercise, result, code):
    assert exercise.verdict(lambda values, scale: result).code == code


def test_card_escapes_what_the_learner_returned(exercise):
    def tagged(values, *, scale):
        raise RuntimeError("<script>alert(1)</script>")

    from lessons.checks.card import Card

    words = exercise.verdict(tagged).message
    assert "<script>" not in Card("not yet", "title", words)._repr_html_()


def test_gallery_lists_every_mistake(exercise):
    assert "Not doubled." in repr(exercise.gallery())
    assert "The scale was not applied" in exercise.gallery()._repr_html_()


def test_question_tells_apart_blank_right_known_slip_and_off(capsys):
    question = Question(
        number="0.A",
        name="answer",
        takeaway="Six times seven is what it is.",
        hints=("First.", "Second.", "Third."),
        mistakes={"added": Mistake("You added.", "Six plus seven is thirteen.")},
        examine=examine_number(lambda: 42, tolerance=0.5, wrong={"added": lambda: 13}),
    )
    codes = {
        value: question.verdict(value).code
        for value in (..., 42, 42.4, 13, 40, 50, "42", float("nan"), True, np.float64(42))
    }
    assert list(codes.values()) == [
        "", "", "", "added", "too_low", "too_high", "not_a_number", "not_a_number", "not_a_number",
    ]  # fmt: skip
    assert question.verdict(...).state == "not attempted"
    assert question.verdict({"a": ..., "b": None}).state == "not attempted"
    assert question.verdict([]).state == "not yet"
    question(42)
    assert "Question 0.A · correct" in capsys.readouterr().out


def test_bounds_hold_for_right_samples_and_catch_wrong_ones():
    rng = np.random.default_rng(1)
    n = 4000
    gaps = [cdf_distance(rng.random(n), lambda x: np.clip(x, 0, 1)) for _ in range(200)]
    assert max(gaps) < cdf_bound(n)  # 200 trials at 1e-6: one failure in 5000 runs
    assert cdf_distance(rng.random(n) ** 1.3, lambda x: np.clip(x, 0, 1)) > cdf_bound(n)
    # the bound solves 2·exp(−2nt²) = false_alarm
    assert 2 * np.exp(-2 * n * cdf_bound(n) ** 2) == pytest.approx(1e-6)
    assert frequency_bound(100, false_alarm=0.05) == pytest.approx(0.1358, abs=1e-4)


def test_cdf_distance_looks_on_both_sides_of_each_step():
    # one sample at 0.3: the empirical law jumps from 0 to 1 there, the uniform law says 0.3
    assert cdf_distance(np.array([0.3]), lambda x: x) == pytest.approx(0.7)
    assert cdf_distance(np.array([0.8]), lambda x: x) == pytest.approx(0.8)


def test_error_inside_a_library_is_told_with_the_learners_line():
    def no_axis(updates, *, n_examples):
        return np.average(updates, weights=n_examples)

    verdict = fedavg.weighted_average.verdict(no_axis)
    assert verdict.code == "raised" and "np.average(updates, weights=n_examples)" in verdict.message
