"""Eight stories, five adversaries, five answers."""

from collections import Counter
from itertools import pairwise

from lessons.checks.start_here import eight_scenarios
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


def test_card_of_the_sorting_says_how_many_are_right_but_not_for_one_word_eight_times():
    right = {one.name: one.threat.answer for one in SCENARIOS}
    for wrong, left in (({"dashboard": "FL"}, 7), ({"salaries": "DP", "ambulance": "access"}, 6)):
        message = eight_scenarios.verdict(right | wrong).message
        assert message.endswith(f"({left} of your 8 are right.)")
    assert "are right" not in eight_scenarios.verdict(dict.fromkeys(right, "DP")).message
