"""Lesson 21: what the check of exercise 21.2 says changed, and what the widget of 21.E opens with."""

import pytest

from lessons.checks import fedavg as checks
from lessons.widgets import fedavg as widgets
from tests.checks import fedavg as answers


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (answers.second_name_for_w, "It was w."),
        (answers.trains_the_servers_vector, "It was w."),
        (answers.shuffles_the_inputs_alone, "It was the inputs or the targets"),
        (answers.shuffles_the_targets_and_changes_w, "It was the inputs or the targets"),
    ],
)
def test_the_check_of_the_update_says_what_changed(answer, what):
    for seed in range(3):
        assert what in checks.client_update.verdict(answer, seed=seed).message


def test_the_distance_with_which_the_widget_opens_is_named():
    shown = widgets.landing(n_1=30, n_2=10, local_epochs=5, rounds=6)
    for place in (shown.minimum, shown.weighted[-1]):
        found = checks.unweighted_miss.verdict(shown.unweighted[-1] - place)
        assert found.code == "as_it_opens", found
