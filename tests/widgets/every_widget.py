"""All widgets of the course, found by their annotation: functions without required parameters."""

import importlib
import inspect
import itertools
import pkgutil

import ipywidgets

import lessons.widgets
from lessons.widgets.picture import PictureWidget
from tests.plots.artists import hex_of


def builders():
    """Name -> function that builds a widget with nothing said."""
    found = {}
    for module_info in pkgutil.iter_modules(lessons.widgets.__path__):
        module = importlib.import_module(f"lessons.widgets.{module_info.name}")
        for name, function in vars(module).items():
            if not inspect.isfunction(function) or function.__module__ != module.__name__:
                continue
            signature = inspect.signature(function)
            required = [
                one
                for one in signature.parameters.values()
                if one.default is inspect.Parameter.empty
            ]
            if signature.return_annotation in (PictureWidget, "PictureWidget") and not required:
                found[f"{module_info.name}.{name}"] = function
    return found


def ends(control):
    """The extreme values of one control: both ends of a slider, every entry of a list."""
    if isinstance(control, ipywidgets.FloatLogSlider):
        return [control.base**control.min, control.base**control.max]
    if isinstance(control, ipywidgets.Checkbox):
        return [False, True]
    if hasattr(control, "options"):
        return [option[1] if isinstance(option, tuple) else option for option in control.options]
    return [control.min, control.max]


def corners(widget, *, limit=200):
    """Every combination of the controls' extreme values, as dicts (at most ``limit``, evenly)."""
    names = list(widget.controls)
    every = list(itertools.product(*(ends(widget.controls[name]) for name in names)))
    step = max(1, -(-len(every) // limit))
    return [dict(zip(names, corner, strict=True)) for corner in every[::step]]


def move(widget, **values):
    """The widget with its controls set to ``values``."""
    for name, value in values.items():
        widget.controls[name].value = value
    return widget


def arrows(widget):
    """(sender, receiver) -> (colour, dashed, label, colour of the label), of the arrows that are shown.

    Who they lead from and to is read from the boxes at their two ends.
    """
    stage = widget.figure.axes[0]
    boxes = {
        one.get_position(): one.get_text().replace("\n", " ") for one in widget._artists["boxes"]
    }
    shown = {}
    for arrow, label in zip(widget._artists["arrows"], widget._artists["labels"], strict=True):
        pair = tuple(boxes[place] for place in arrow._posA_posB)
        assert arrow.axes is stage
        if arrow.get_visible():
            start, control, end = arrow.get_path().vertices[:3]  # of the curve, without its head
            bend, beside = control - (start + end) / 2, label.get_position() - (start + end) / 2
            assert bend @ beside > 0, "the label stands where the arrow bends"
            dashed = arrow.get_linestyle() not in ("-", "solid")
            colours = hex_of(arrow.get_edgecolor()), hex_of(label.get_color())
            shown[pair] = (colours[0], dashed, label.get_text(), colours[1])
        else:
            assert label.get_text() == ""
    return shown
