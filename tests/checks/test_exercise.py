"""The machinery of the checks: cards, hints, notes, time limits, and what happens to odd answers."""

from fractions import Fraction

import numpy as np
import pytest

from lessons.checks.engine import kinds
from lessons.checks.engine.attempt import Attempt, Ended, NotAttempted, outcome_of
from lessons.checks.engine.chance import cdf_bound, cdf_distance, frequency_bound
from lessons.checks.engine.exercise import Exercise, Question, examine_number
from lessons.checks.engine.mistakes import Found, Mistake


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
    assert attempt.numbers(5, [1.0, 2.0]).tolist() == [3.0] * 5
    assert attempt.number([4.0]) == 4.0, "and the function is itself again afterwards"
    assert seen == [2] * 5 + [1]

    def spoils_the_third(values):
        values[0] += len(seen) == 8
        seen.append(0)
        return 0

    spoiling = Attempt(spoils_the_third, like=spoils_the_third)
    assert spoiling.ending(lambda: spoiling.numbers(5, [1.0])) == Found("changed_input")


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
    assert exercise.verdict(lambda values, scale: values).state == "check failed"
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

    from lessons.checks.engine.card import Card

    words = exercise.verdict(tagged).message
    assert "<script>" not in Card("not yet", "title", words)._repr_html_()


def test_gallery_lists_every_mistake(exercise):
    assert "Not doubled." in repr(exercise.gallery())
    assert "The scale was not applied" in exercise.gallery()._repr_html_()


def test_question_tells_apart_blank_right_known_slip_and_off(capsys):
    slips = {
        "added": Mistake("You added.", "Six plus seven is thirteen.", made_by=(13,)),
        "late": Mistake(
            "One too far.", "It was seven, not eight.", made_by=(lambda: 48,), within=2
        ),
    }
    question = Question(
        number="0.A",
        name="answer",
        takeaway="Six times seven is what it is.",
        hints=("First.", "Second.", "Third."),
        mistakes=slips,
        examine=examine_number(lambda: 42, tolerance=0.5, mistakes=slips),
    )
    codes = {
        value: question.verdict(value).code
        for value in (..., 42, 42.4, 13, 40, 46.5, 51, "42", float("nan"), True, np.float64(42))
    }
    assert list(codes.values()) == [
        "", "", "", "added", "too_low", "late", "too_high", "not_a_number", "not_a_number", "not_a_number",
    ]  # fmt: skip
    assert question.verdict(...).state == "not attempted"
    assert question.verdict({"a": ..., "b": None}).state == "not attempted"
    assert question.verdict([]).state == "not yet"
    question(42)
    assert "Question 0.A · correct" in capsys.readouterr().out
    said = []
    for value in (40, 40, 51, 45, 44, 43, 41):  # the same value twice is one miss
        question(value)
        said.append(capsys.readouterr().out)
    assert all("larger" in one for one in said[:2]) and "smaller" in said[2]
    assert not any("larger" in one or "smaller" in one for one in said[3:])
    for hint, one in zip(("First.", "Second.", "Third.", "Third."), said[3:], strict=True):
        assert hint in one


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


def test_error_inside_a_library_is_told_with_the_learners_line(exercise):
    def no_axis(values, *, scale):
        return np.average(values, weights=[1, 2])

    verdict = exercise.verdict(no_axis)
    assert verdict.code == "raised" and "np.average(values, weights=[1, 2])" in verdict.message


def test_undeclared_code_is_a_failure_of_the_check_and_names_itself(exercise, monkeypatch):
    monkeypatch.setattr(exercise, "examine", lambda attempt, rng: Found("no_such_code"))
    verdict = exercise.verdict(lambda values, scale: values)
    assert verdict.state == "check failed" and "no_such_code" in verdict.message


def test_asking_twice_shows_the_same_card_and_where_the_name_points(exercise, capsys):
    def stub(values, *, scale):
        raise NotImplementedError("Exercise 0.1")

    def wrong(values, *, scale):
        return values

    for answer in (stub, wrong):
        first = exercise(answer)
        once = capsys.readouterr().out
        assert exercise(first) is double
        twice = capsys.readouterr().out
        assert twice.startswith(once.split(".")[0])
        assert "✓" not in twice and "the course's own function" in twice
    own = exercise(lambda values, scale: scale * values)
    assert exercise(own) is own and capsys.readouterr().out.count("✓") == 2


def test_reference_is_not_praised_after_a_right_answer_or_in_a_fresh_kernel(exercise):
    assert exercise.verdict(double).state == "not attempted"
    exercise(lambda values, scale: scale * values)
    assert exercise.verdict(double).state == "not attempted"


def test_answer_gets_copies_at_every_depth_and_the_same_generator():
    given = {"a": [np.ones(3), (np.zeros(2), {"b": np.ones(1)})]}
    rng = np.random.default_rng(1)

    def meddles(data, source):
        data["a"][0] += 1
        data["a"][1][1]["b"][0] = 7
        source.random()

    attempt = Attempt(meddles, like=meddles)
    assert attempt.ending(lambda: attempt.anything(given, rng)) == Found("changed_input")
    assert given["a"][0].tolist() == [1, 1, 1] and given["a"][1][1]["b"].tolist() == [1]
    assert rng.random() != np.random.default_rng(1).random(), "the generator went on"


def test_network_is_copied_and_a_changed_one_is_noticed():
    import torch

    network = torch.nn.Linear(2, 1)
    before = network.weight.detach().clone()

    def trains(model):
        with torch.no_grad():
            model.weight += 1
        return 0.0

    attempt = Attempt(trains, like=trains)
    assert attempt.ending(lambda: attempt.number(network)) == Found("changed_input")
    assert torch.equal(network.weight, before)


def test_error_settings_of_numpy_end_with_the_call():
    def strict(x):
        np.seterr(all="raise")
        return x

    before = np.geterr()
    attempt = Attempt(strict, like=strict)
    attempt.number(1.0)
    assert np.geterr() == before


class Abstract:
    def value(self):
        raise NotImplementedError


def asks(x):
    return input("x? ")


def of_a_library(x):
    return memoryview(b"ab").cast("B", (1, 2))[0]


def by_hand(x):
    raise NotImplementedError("Exercise 1.1")


def in_a_helper_of_its_own(x):
    return Abstract().value()


@pytest.mark.parametrize(
    ("answer", "attempted"),
    [(asks, True), (of_a_library, True), (by_hand, False), (in_a_helper_of_its_own, False)],
)
def test_not_attempted_is_what_the_learner_raises_by_hand(answer, attempted):
    attempt = Attempt(answer, like=answer)

    def work():
        return attempt.ending(lambda: attempt.number(1))

    outcome = outcome_of(attempt, work, seconds=2)
    if attempted:
        assert outcome.code == "raised", outcome
    else:
        assert isinstance(outcome, NotAttempted)


def test_built_in_without_a_signature_is_refused_with_a_word_about_parameters(exercise):
    for one in (max, dict, zip):
        assert exercise.verdict(one).code == "parameters"


class WithFloat:
    def __float__(self):
        return 2.5


@pytest.mark.parametrize(
    ("kind", "value", "wanted"),
    [
        (kinds.number, Fraction(5, 2), 2.5),
        (kinds.number, WithFloat(), 2.5),
        (kinds.number, np.array(2.5), 2.5),
        (kinds.number, np.float32(2.5), 2.5),
        (kinds.integer, np.array(7), 7),
        (kinds.flag, np.array(True), True),
        (kinds.list_of(kinds.integer), (1, 2), [1, 2]),
        (kinds.list_of(kinds.integer), np.array([1, 2]), [1, 2]),
        (kinds.pair_of(kinds.number, kinds.integer), [Fraction(1, 2), 3], (0.5, 3)),
    ],
)
def test_value_that_serves_after_conversion_is_converted(kind, value, wanted):
    assert kind(value) == wanted and type(kind(value)) is type(wanted)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (kinds.number, 2.5), (kinds.number, 3), (kinds.number, np.float64(1)),
        (kinds.integer, np.int64(3)), (kinds.flag, np.bool_(True)), (kinds.array, np.ones(2)),
        (kinds.integers, np.arange(3)), (kinds.flags, np.array([True])),
        (kinds.pair_of(kinds.number, kinds.number), (1.0, 2.0)),
    ],
)  # fmt: skip
def test_value_that_serves_as_it_is_comes_back_itself(kind, value):
    assert kind(value) is value


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *((kinds.number, one) for one in (True, "2", 1j, [1.0], np.ones(1), object(), None)),
        *((kinds.integer, one) for one in (2.0, True, "2", np.array([2]), np.array(2.0))),
        *((kinds.flag, one) for one in (1, 0.0, "True", np.array([True]))),
        *((kinds.array, one) for one in ("ab", {1: 2}, [[1], [2, 3]], [True], ["a"], [1j], None)),
        *((kinds.integers, one) for one in ([1.0], [True], "12")),
        *((kinds.flags, one) for one in ([1, 0], "tf")),
        *((kinds.pair_of(kinds.number, kinds.number), one) for one in ((1,), 3, (1, "x"), "ab")),
        *((kinds.list_of(kinds.integer), one) for one in (3, "12", [1.5], np.eye(2))),
    ],
)
def test_value_of_another_kind_is_refused_with_a_word_about_types(kind, value):
    with pytest.raises(kinds.WrongKind, match=r"^Wanted .* got "):
        kind(value)


def test_accepted_list_reaches_the_lesson_as_an_array(exercise, capsys):
    def with_a_list(values, *, scale):
        return [scale * one for one in values]

    serving = exercise(with_a_list)
    assert isinstance(serving(np.ones(2), scale=3.0), np.ndarray)
    assert "✓" in capsys.readouterr().out
    assert exercise(serving) is serving


def test_single_precision_is_right_and_the_lesson_goes_on_with_the_reference(exercise, capsys):
    assert exercise(lambda values, scale: np.float32(scale * values)) is double
    shown = capsys.readouterr().out
    assert "✓" in shown and "seven digits" in shown


def test_public_way_to_ask_what_a_call_would_end_with():
    def picky(x):
        if x < 0:
            raise ValueError("x must not be negative")
        return None if x == 0 else 1 / x

    attempt = Attempt(picky, like=picky)
    assert attempt.ending(lambda: attempt.number(2)) is None
    assert attempt.ending(lambda: attempt.number(0)).code == "returned_none"
    assert attempt.refuses(-1) and not attempt.refuses(1)
    with pytest.raises(Ended):
        Attempt(lambda x: 1 / 0, like=picky).refuses(1)


def test_single_precision_widens_the_tolerance_and_double_does_not():
    attempt = Attempt(lambda x: np.float64(x), like=double)
    attempt.number(0.1)
    assert attempt.tolerance == 1e-9
    attempt = Attempt(lambda x: [np.float32(x)], like=double)
    attempt.array(0.1, shape=(1,))
    assert attempt.tolerance == 1e-5


def test_the_quickest_of_a_few_calls_tells_what_a_call_costs():
    calls = []

    def slow_at_first():
        calls.append(0)
        sum(range(300_000 if len(calls) <= 2 else 10))

    attempt = Attempt(slow_at_first, like=slow_at_first)
    once = attempt.quickest(attempt.anything, tries=1)
    assert attempt.quickest(attempt.anything) < once / 2 and len(calls) == 4
