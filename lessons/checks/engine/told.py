"""A case and a value in words, as a learner would write them."""

from collections.abc import Mapping
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
