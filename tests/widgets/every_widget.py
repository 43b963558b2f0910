"""All widgets of the course, found by their annotation: functions without required parameters."""

import importlib
import inspect
import itertools
import pkgutil

import ipywidgets

import lessons.widgets
from lessons.widgets.picture import PictureWidget


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
