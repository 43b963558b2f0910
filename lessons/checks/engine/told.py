"""A case, a value and an error in words, as a learner would write them; who raised the error."""

import dis
import sysconfig
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

Case = Mapping[str, Any]  # the arguments of one call, by name


def told(case: Case) -> str:
    """The arguments of a case in words: "sigma = 2 and epsilon = 0.5"."""
    parts = [f"{name} = {shown(value)}" for name, value in case.items() if not _is_source(value)]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def shown(value: Any) -> str:
    """A value as a learner would write it, shortened when it is long."""
    if isinstance(value, float | np.floating):
        return f"{value:.6g}"
    if isinstance(value, np.ndarray) and value.size > 12:
        return f"an array of shape {value.shape}"
    if isinstance(value, np.ndarray):
        return np.array2string(value, precision=4, separator=", ").replace("\n", "")
    if isinstance(value, list | tuple) and len(value) > 12:
        return f"a {type(value).__name__} of length {len(value)}"
    if isinstance(value, list | tuple):
        inner = ", ".join(shown(one) for one in value)
        return f"[{inner}]" if isinstance(value, list) else f"({inner})"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _is_source(value: Any) -> bool:
    return isinstance(value, np.random.Generator) or callable(value)


def raised_by_hand(error: BaseException) -> bool:
    """Whether a ``raise`` in code that is neither Python's nor a library's gave this error."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    if last is None or _is_library(last.tb_frame.f_code.co_filename):
        return False
    return last.tb_frame.f_code.co_code[last.tb_lasti] == dis.opmap["RAISE_VARARGS"]


def _is_library(filename: str) -> bool:
    standard = sysconfig.get_paths()["stdlib"]
    return filename.startswith(standard) or "site-packages" in Path(filename).parts


def told_error(error: BaseException) -> str:
    """The error and the line of the learner's cell, without a traceback that shows ours."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = {"lessons", "site-packages"}  # the course's frames and those of libraries
    own = [one for one in frames if one.line and not ours & set(Path(one.filename).parts)]
    place = f" (in the line: {own[-1].line})" if own else ""
    text = str(error)
    text = text if len(text) <= 200 else text[:197] + "..."
    return f"{type(error).__name__}: {text}{place}"
