"""Each control says what it moves, starts where the lesson starts, and reaches as far as it is asked."""

import importlib
from pathlib import Path

import ipywidgets
import pytest

from tests.widgets.every_widget import builders, ends

BUILDERS = builders()

# {widget: {argument: (label, start, lowest, highest, step)}}, in each lesson's own test module; where
# each step multiplies, their number instead; of a list or a box (label, start)
CONTROLS = {
    f"{path.stem[5:-8]}.{name}": controls
    for path in sorted(Path(__file__).parent.glob("test_*_widgets.py"))
    for name, controls in importlib.import_module(f"tests.widgets.{path.stem}").CONTROLS.items()
}


def test_every_widget_is_in_a_table():
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
