"""Each wrong solution gets its own diagnosis, each right one passes: for every exercise of the course."""

import importlib
import io
import time
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np
import pytest

from lessons.checks.attempt import GENERAL
from lessons.checks.exercise import Exercise, Question
from tests.checks.known import KNOWN
from tests.notebooks.course_notebooks import LESSONS

for path in sorted(Path(__file__).parent.glob("known_*.py")):
    importlib.import_module(f"tests.checks.{path.stem}")

MODULES = [importlib.import_module(f"lessons.checks.{path.stem[3:]}") for path in LESSONS]
ALL = {
    f"{module.__name__.rsplit('.', 1)[-1]}.{name}": value
    for module in MODULES
    for name, value in vars(module).items()
    if isinstance(value, Exercise | Question)
}
EXERCISES = {name: one for name, one in ALL.items() if isinstance(one, Exercise)}
QUESTIONS = {name: one for name, one in ALL.items() if isinstance(one, Question)}
SEEDS = 100
SECONDS = 2.0  # of processor time: the promise; the slowest check needs a quarter of a second


def solutions(exercise, *, right):
    return [one for one in KNOWN if one.exercise is exercise and (one.diagnosis == "") == right]


def label(known):
    return f"{known.exercise.name}-{known.name}"


def timed_verdict(exercise, answer, **seed):
    """(verdict, seconds); asked again, twice at most, where a stalled machine made it slow."""
    for _ in range(3):
        start = time.process_time()
        verdict = exercise.verdict(answer, **seed)
        took = time.process_time() - start
        if took < SECONDS:
            break
    return verdict, took


@pytest.mark.parametrize("known", [one for one in KNOWN if one.diagnosis], ids=label)
def test_wrong_solution_gets_its_own_diagnosis(known):
    verdict, took = timed_verdict(known.exercise, known.answer)
    assert (verdict.state, verdict.code) == ("not yet", known.diagnosis), verdict.message
    assert took < SECONDS


@pytest.mark.parametrize("known", [one for one in KNOWN if not one.diagnosis], ids=label)
def test_right_solution_of_another_kind_passes(known):
    if isinstance(known.exercise, Question):
        assert known.exercise.verdict(known.answer).correct
        return
    for seed in range(SEEDS // 20):
        verdict = known.exercise.verdict(known.answer, seed=seed)
        assert verdict.correct, (seed, verdict)


@pytest.mark.parametrize("name", EXERCISES)
def test_reference_passes_a_hundred_seeds_each_within_the_time_limit(name):
    exercise = EXERCISES[name]
    for seed in range(SEEDS):
        verdict, took = timed_verdict(exercise, exercise.reference, seed=seed)
        assert verdict.correct, (seed, verdict)
        assert took < SECONDS


@pytest.mark.parametrize("name", ALL)
def test_every_declared_mistake_is_made_by_a_known_wrong_solution(name):
    one = ALL[name]
    wrong = solutions(one, right=False)
    reached = {known.diagnosis for known in wrong}
    assert set(one.mistakes) <= reached
    assert reached <= set(one.mistakes) | set(GENERAL)
    assert len(reached) >= (5 if isinstance(one, Exercise) else 3)
    if isinstance(one, Exercise):
        assert len(solutions(one, right=True)) >= 2, "a right idea written in another way"


@pytest.mark.parametrize("name", ALL)
def test_words_of_an_exercise_are_distinct_and_complete(name):
    one = ALL[name]
    assert one.name == name.rsplit(".", 1)[-1], "checks.<name>.hint() must work in the notebook"
    says = [mistake.says for mistake in one.mistakes.values()]
    assert len(set(says)) == len(says)
    assert all(len(mistake.why.split()) >= 5 for mistake in one.mistakes.values())
    assert len(one.hints) >= 3 and len(set(one.hints)) == len(one.hints)
    assert len(one.takeaway.split()) >= 5


def test_exercise_numbers_are_unique():
    numbers = [(one.kind, one.number) for one in ALL.values()]
    assert len(set(numbers)) == len(numbers)


def raises(*args, **kwargs):
    raise RuntimeError("on purpose")


def divides_by_zero(*args, **kwargs):
    return 1 / 0


def loops(*args, **kwargs):
    while True:
        try:
            sum(range(100))
        except Exception:
            pass


def returns_nothing(*args, **kwargs):
    return None


def returns_words(*args, **kwargs):
    return "forty-two"


def returns_a_ragged_list(*args, **kwargs):
    return [[1], [2, 3], "x"]


def returns_nan(*args, **kwargs):
    return float("nan")


def returns_itself(*args, **kwargs):
    return returns_itself


def leaves(*args, **kwargs):
    raise SystemExit


def stub(*args, **kwargs):
    raise NotImplementedError("Exercise")


HOSTILE = {
    raises: {"raised"},
    divides_by_zero: {"raised"},
    loops: {"too_slow"},
    returns_nothing: {"returned_none"},
    leaves: {"raised"},
    returns_words: None,
    returns_a_ragged_list: None,
    returns_nan: None,
    returns_itself: None,
}


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda one: one.__name__)
@pytest.mark.parametrize("name", EXERCISES)
def test_check_survives_a_hostile_function_and_says_what_it_did(name, hostile, monkeypatch):
    exercise = EXERCISES[name]
    monkeypatch.setattr(exercise, "time_limit", 0.5)
    verdict = exercise.verdict(hostile)
    assert verdict.state == "not yet", verdict
    expected = HOSTILE[hostile]
    if expected is not None:
        assert verdict.code in expected, verdict


@pytest.mark.parametrize("name", EXERCISES)
def test_stub_is_not_attempted_and_a_value_is_no_function(name):
    exercise = EXERCISES[name]
    assert exercise.verdict(stub).state == "not attempted"
    assert exercise.verdict(42).code == "not_a_function"
    assert exercise.verdict(lambda: 0).code == "parameters"


@pytest.mark.parametrize("name", EXERCISES)
def test_printing_is_noted_and_kept_off_the_page(name):
    exercise = EXERCISES[name]

    def chatty(*args, **kwargs):
        print("debugging")
        return exercise.reference(*args, **kwargs)

    page = io.StringIO()
    with redirect_stdout(page):
        verdict = exercise.verdict(chatty)
    assert verdict.correct and page.getvalue() == ""
    assert any("printed" in note for note in verdict.notes)


def overwrite(values):
    """Change whatever can be changed in place; say whether anything was."""
    changed = False
    for value in values:
        if isinstance(value, np.ndarray) and value.size and value.flags.writeable:
            value.flat[0] = value.flat[0] + 1
            changed = True
        elif isinstance(value, list) and value:
            changed |= overwrite(value)
            if not changed and isinstance(value[0], int | float):
                value[0] = value[0] + 1
                changed = True
    return changed


@pytest.mark.parametrize("name", EXERCISES)
def test_changing_the_input_is_noticed(name):
    exercise = EXERCISES[name]
    touched = []

    def meddling(*args, **kwargs):
        result = exercise.reference(*args, **kwargs)
        touched.append(overwrite([*args, *kwargs.values()]))
        return result

    verdict = exercise.verdict(meddling)
    if any(touched):
        assert verdict.code == "changed_input", verdict
    else:
        assert verdict.correct, verdict


@pytest.mark.parametrize("name", EXERCISES)
def test_check_returns_the_learners_own_function_only_when_right(name, capsys):
    exercise = EXERCISES[name]

    def own(*args, **kwargs):
        return exercise.reference(*args, **kwargs)

    assert exercise(own) is own
    assert exercise(stub) is exercise.reference
    assert exercise(raises) is exercise.reference
    shown = capsys.readouterr().out
    assert "correct" in shown and "not attempted" in shown and "not yet" in shown
    assert exercise.takeaway in shown


@pytest.mark.parametrize("name", ALL)
def test_hints_escalate_and_the_last_one_repeats(name, capsys, monkeypatch):
    one = ALL[name]
    monkeypatch.setattr(one, "_hints_shown", 0)
    for _ in range(len(one.hints) + 1):
        one.hint()
    shown = capsys.readouterr().out.splitlines()
    for line, hint in zip(shown, [*one.hints, one.hints[-1]], strict=True):
        assert hint in line
    assert "last hint" in shown[-1] and "last hint" not in shown[0]


@pytest.mark.parametrize("name", QUESTIONS)
def test_question_survives_any_value(name):
    question = QUESTIONS[name]
    assert question.verdict(...).state == "not attempted"
    for value in ("a word", [1, "x"], {"a": 1}, float("nan"), float("inf"), True, object(), 1j):
        assert question.verdict(value).state == "not yet"
