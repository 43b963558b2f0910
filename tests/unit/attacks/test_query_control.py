"""The gatekeeper refuses what it should, and three allowed questions go around it."""

import numpy as np
import pytest

from lessons.attacks.query_control import ask_around, gatekeeper


def group(*people, n=60):
    return np.isin(np.arange(n), people)


SECRET = np.arange(60) % 3 == 0


def test_counts_are_exact_and_python_integers():
    ask = gatekeeper(SECRET, least=5)
    assert ask(group(*range(10))) == 4 and isinstance(ask(group(*range(20, 40))), int)


def test_small_groups_are_refused_with_size_and_limit():
    ask = gatekeeper(SECRET, least=5)
    with pytest.raises(ValueError, match="group must hold at least 5 people, got 4"):
        ask(group(1, 2, 3, 4))
    assert ask(group(1, 2, 3, 4, 5)) == 1


def test_similar_groups_are_refused_and_a_refusal_is_no_answer():
    ask = gatekeeper(SECRET, least=5)
    ask(group(*range(20)))
    for similar in (range(20), range(21), range(2, 20), range(1, 22)):
        with pytest.raises(ValueError, match=r"differ from every answered group .* at least 5"):
            ask(group(*similar))
    assert ask(group(*range(25))) == 9
    assert ask(group(*range(15))) == 5, "neither is near an answered group: refusals left no trace"


def test_every_earlier_answer_is_remembered_not_the_last_one_only():
    ask = gatekeeper(SECRET, least=5)
    ask(group(*range(20)))
    ask(group(*range(30, 50)))
    ask(group(*range(0, 60, 2)))
    for similar in (range(21), range(30, 51), range(58), range(2, 60, 2)):
        with pytest.raises(ValueError, match="differ from every answered group"):
            ask(group(*similar))


def test_everybody_counts_as_answered_so_all_but_a_few_is_refused():
    ask = gatekeeper(SECRET, least=5)
    for missing in (0, 1, 4):
        with pytest.raises(ValueError, match="differs in"):
            ask(group(*range(60 - missing)))
    assert ask(group(*range(55))) == 19


def test_changing_an_array_after_the_question_does_not_fool_the_memory():
    ask = gatekeeper(SECRET, least=5)
    asked = group(*range(20))
    ask(asked)
    asked[:] = False
    with pytest.raises(ValueError, match="differs in 1"):
        ask(group(*range(21)))


@pytest.mark.parametrize("n_people", [31, 40, 101])
def test_going_around_finds_everybody_and_asks_only_what_is_allowed(n_people):
    rng = np.random.default_rng(n_people)
    secret = rng.integers(0, 2, size=n_people)
    found = [
        ask_around(gatekeeper(secret, least=10), person=person, n_people=n_people)
        for person in range(n_people)
    ]
    assert found == secret.tolist()


def test_three_groups_of_the_attack_are_those_of_the_equation():
    asked = []
    ask_around(lambda one: asked.append(one.copy()) or 0, person=4, n_people=31)
    first, second, both = asked
    assert len(asked) == 3 and first[4] and second[4] and not both[4]
    assert (first ^ second == both).all() and (first & second).sum() == 1
    assert (~(first | second)).sum() == 10, "a third stays out, else the total gives it away"


@pytest.mark.parametrize("person", [-1, 31, 1.5, True])
def test_person_must_be_among_the_people(person):
    with pytest.raises(ValueError, match="person must be"):
        ask_around(lambda one: 0, person=person, n_people=31)


@pytest.mark.parametrize("n_people", [3, 0, 31.0])
def test_too_few_people_are_refused(n_people):
    with pytest.raises(ValueError, match="n_people must be"):
        ask_around(lambda one: 0, person=0, n_people=n_people)


@pytest.mark.parametrize("secret", [[0, 2], [], [[0, 1]], [float("nan")]])
def test_secret_is_bits(secret):
    with pytest.raises(ValueError, match="secret must"):
        gatekeeper(secret, least=1)


@pytest.mark.parametrize("least", [0, -1, 2.0])
def test_least_is_a_whole_number_of_people(least):
    with pytest.raises(ValueError, match="least must be"):
        gatekeeper([0, 1], least=least)


@pytest.mark.parametrize("bad", [[0, 1], np.ones(59, dtype=bool), np.ones(60), np.arange(60)])
def test_group_is_a_boolean_mask_over_all_people(bad):
    with pytest.raises(ValueError, match="group must be a boolean array"):
        gatekeeper(SECRET, least=5)(bad)
