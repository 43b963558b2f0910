"""Each control says what it moves, starts where the lesson starts, and reaches as far as it is asked."""

import ipywidgets
import pytest

from tests.widgets.every_widget import builders, ends

BUILDERS = builders()

# argument -> (label, start, lowest, highest, step); where each step multiplies, their number;
# of a list or a box: (label, start)
CONTROLS = {
    "accounting.best_order": {
        "noise_multiplier": ("noise multiplier σ/C", 2.0, 0.5, 8.0, 0.1),
        "sampling_rate": ("sampling rate q", 0.01, 0.001, 1.0, 30),
        "steps": ("steps T", 1000.0, 1.0, 100000.0, 50),
    },
    "accounting.against_steps": {
        "steps": ("steps T", 100.0, 1.0, 100000.0, 100),
        "noise_multiplier": ("noise multiplier σ/C", 2.0, 0.6, 8.0, 0.1),
        "sampling_rate": ("sampling rate q", 0.01, 0.001, 0.1, 20),
    },
    "additive_sharing.shares_on_a_clock": {
        "secret": ("secret x", 4, 0, 11, 1),
        "run": ("run (how the two dice fell)", 90, 0, 143, 1),
        "viewer": ("look over the shoulder of", "party 3"),
        "reduced": ("last share reduced (% Q)", False),
    },
    "additive_sharing.three_hospitals": {
        "step": ("step", 1, 0, 4, 1),
        "viewer": ("look over the shoulder of", "Cleveland"),
    },
    "auditing.roc_and_wall": {
        "epsilon": ("ε of the wall", 1.0, 0.0, 6.0, 0.05),
        "delta": ("δ of the wall", 0.01, 1e-06, 0.1, 20),
        "separation": ("separation μ of the scores", 1.0, 0.1, 3.0, 0.1),
    },
    "auditing.how_many_canaries": {
        "canaries": ("canaries", 1000.0, 100.0, 100000.0, 30),
        "noise_multiplier": ("claimed noise multiplier", 1.0, 0.8, 2.0, 0.1),
        "share": ("share of the noise added", 1.0, 0.5, 1.0, 0.05),
    },
    "breaking_anonymity.who_is_alone": {
        "age": ("age is known", "in years"),
        "hospital": ("hospital", True),
        "sex": ("sex", True),
        "pressure": ("blood pressure in mmHg", False),
        "cholesterol": ("cholesterol in mg/dl", False),
    },
    "breaking_anonymity.noise_and_questions": {
        "noise": ("noise on every answer, ±", 10.0, 0.0, 50.0, 1.0),
        "n_queries": ("number of questions", 400, 150, 3000, 50),
    },
    "composition.three_bounds": {
        "n_releases": ("number of releases k", 100, 1, 300, 1),
        "epsilon": ("ε of one release", 0.1, 0.01, 1.0, 20),
        "digits": ("δ = 10 to the power of minus", 6, 2, 12, 1),
    },
    "composition.loss_walk": {
        "n_releases": ("number of releases k", 100, 10, 400, 10),
        "epsilon": ("ε of one release", 0.1, 0.02, 0.2, 0.02),
    },
    "dp_sgd.where_to_clip": {
        "stage": ("when", "before the first step"),
        "clip_norm": ("clip norm C", 10.0, 0.01, 100.0, 32),
        "noise_multiplier": ("noise multiplier", 2.0, 0.5, 8.0, 8),
        "sampling_rate": ("sampling rate q", 0.1, 0.01, 1.0, 20),
    },
    "dp_sgd.whole_runs": {
        "noise_multiplier": ("noise multiplier", 2.0, 0.5, 8.0, 4),
        "clip_norm": ("clip norm C", 1.0, 10**-1.5, 10**1.5, 6),
        "learning_rate": ("learning rate η", 0.1, 10**-1.5, 10**1.5, 6),
    },
    "fedavg.send_us_the_data": {
        "step": ("step", 1, 0, 4, 1),
        "viewer": ("look over the shoulder of", "server"),
    },
    "fedavg.fedavg_messages": {
        "step": ("step", 1, 0, 8, 1),
        "viewer": ("look over the shoulder of", "client 2"),
    },
    "fedavg.where_the_average_lands": {
        "n_1": ("examples of client 1", 30, 1, 50, 1),
        "n_2": ("examples of client 2", 10, 1, 50, 1),
        "local_epochs": ("local epochs E", 5, 1, 20, 1),
        "rounds": ("rounds", 6, 0, 60, 1),
    },
    "gaussian_mechanism.where_delta_is": {
        "sigma": ("σ", 1.0, 0.5, 4.0, 0.02),
        "epsilon": ("ε", 1.0, 0.0, 4.0, 0.1),
    },
    "gaussian_mechanism.how_many_statistics": {
        "d": ("number of statistics d", 3, 1, 60, 1),
        "epsilon": ("ε", 1.0, 0.1, 10.0, 20),
        "delta": ("δ", 1e-05, 1e-10, 0.01, 16),
        "measure": ("error", "standard deviation"),
    },
    "laplace_mechanism.which_table": {
        "epsilon": ("ε", 0.5, 0.1, 3.0, 0.05),
        "release": ("released count", 48.0, 38.0, 55.0, 0.1),
    },
    "laplace_mechanism.where_to_clip": {
        "upper": ("upper bound, mg/dl", 400.0, 150.0, 600.0, 10.0),
        "epsilon": ("ε", 1.0, 0.1, 10.0, 20),
        "n": ("number of patients", 304, 16, 304, 16),
    },
    "mathematics_meets_machine.which_floats": {
        "count": ("smaller count", "0"),
        "epsilon": ("ε", 0.5, 0.5, 10.0, 0.5),
    },
    "mathematics_meets_machine.shuffled_or_poisson": {
        "steps": ("T, batches in the epoch", "1000"),
        "sigma": ("noise multiplier σ/C", 1.0, 0.5, 3.0, 0.05),
    },
    "randomized_response.odds_and_beliefs": {
        "probability": ("p, probability of the truth", 0.75, 0.51, 0.99, 0.01),
        "prior": ("prior belief that the student cheated", 0.3, 0.01, 0.99, 0.01),
    },
    "randomized_response.people_and_error": {
        "people": ("number of people", 1000.0, 100.0, 125892.54, 310),
        "epsilon": ("ε of each answer", 0.6, 0.2, 4.0, 0.1),
    },
    "start_here.person_and_crowd": {
        "noise": ("noise on every pixel", 1.5, 0.0, 3.0, 0.1),
        "n_people": ("number of people", 5, 5, 180, 5),
    },
    "start_here.three_designs_viewer": {
        "design": ("design", "central: records travel"),
        "step": ("step", 2, 0, 4, 1),
        "viewer": ("look over the shoulder of", "Server"),
    },
}


def test_every_widget_is_in_the_table():
    assert set(CONTROLS) == set(BUILDERS)


@pytest.mark.parametrize("name", CONTROLS)
def test_controls_are_those_of_the_table(name):
    widget = BUILDERS[name]()
    assert list(widget.controls) == list(CONTROLS[name])
    for argument, (label, start, *limits) in CONTROLS[name].items():
        control = widget.controls[argument]
        assert control.description == label
        assert control.value == (pytest.approx(start) if limits else start)
        if limits:
            *limits, step = limits
            assert ends(control) == pytest.approx(limits)
            steps = (control.max - control.min) / control.step
            multiplies = isinstance(control, ipywidgets.FloatLogSlider)
            assert (steps if multiplies else control.step) == pytest.approx(step)
        else:
            assert isinstance(control, ipywidgets.Checkbox) or start in control.options
    assert list(widget.box.children[:-2]) == list(widget.controls.values()), "above the picture"
