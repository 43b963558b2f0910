"""Eight stories, five adversaries, five answers."""

from collections import Counter
from itertools import pairwise

from lessons.scenarios import ANSWERS, SCENARIOS, THREAT_MODELS


def test_there_are_eight_with_distinct_names_and_stories():
    assert len(SCENARIOS) == 8
    assert len({one.name for one in SCENARIOS}) == len({one.story for one in SCENARIOS}) == 8


def test_each_answer_belongs_to_one_threat_model_and_occurs():
    assert sorted(one.answer for one in THREAT_MODELS) == sorted(ANSWERS)
    counts = Counter(one.threat.answer for one in SCENARIOS)
    assert counts == {"DP": 2, "MPC": 2, "FL": 2, "TLS": 1, "access": 1}
    assert all(one.threat in THREAT_MODELS for one in SCENARIOS)


def test_no_two_neighbours_in_the_list_have_the_same_answer():
    answers = [one.threat.answer for one in SCENARIOS]
    assert all(one != after for one, after in pairwise(answers))


def test_stories_do_not_name_their_answer():
    words = ("privacy", "federated", "secure", "encrypt", "tls", "access control", "mpc", "noise")
    for one in SCENARIOS:
        assert not [word for word in words if word in one.story.lower()], one.name


def test_stories_are_short_and_reasons_are_there():
    for one in SCENARIOS:
        assert 20 <= len(one.story.split()) <= 60, one.name
        assert len(one.why.split()) >= 15, one.name
