"""One sentence for every bad argument: its name, the rule, the value.

Comparisons are written so that NaN fails them (``not value > 0``). Nothing is clamped.
"""

import math
import operator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Vector = NDArray[np.float64]


def positive(name: str, value: float) -> float:
    """Return ``value`` as a float if it is a finite number greater than 0, else ``ValueError``."""
    number = _number(name, value)
    if not (number > 0 and math.isfinite(number)):
        raise ValueError(f"{name} must be positive and finite, got {name}={value!r}")
    return number


def non_negative(name: str, value: float) -> float:
    """Return ``value`` as a float if it is finite and at least 0, else ``ValueError``."""
    number = _number(name, value)
    if not (number >= 0 and math.isfinite(number)):
        raise ValueError(f"{name} must be at least 0 and finite, got {name}={value!r}")
    return number


def finite(name: str, value: float) -> float:
    """Return ``value`` as a float if it is a finite number, else ``ValueError``."""
    number = _number(name, value)
    if not math.isfinite(number):
        raise ValueError(f"{name} must be a finite number, got {name}={value!r}")
    return number


def between(name: str, value: float, low: float, high: float) -> float:
    """Return ``value`` as a float if low < value < high, both ends excluded, else ``ValueError``."""
    number = _number(name, value)
    if not (low < number < high):
        raise ValueError(
            f"{name} must lie strictly between {low:g} and {high:g}, got {name}={value!r}"
        )
    return number


def probability(name: str, value: float) -> float:
    """Return ``value`` as a float if 0 <= value <= 1, else ``ValueError``."""
    number = _number(name, value)
    if not (0 <= number <= 1):
        raise ValueError(f"{name} must be a probability from 0 to 1, got {name}={value!r}")
    return number


def require_sampling_rate(sampling_rate: float) -> float:
    """Return ``sampling_rate`` as a float if 0 < sampling_rate <= 1, else ``ValueError``."""
    rate = positive("sampling_rate", sampling_rate)
    if not rate <= 1:
        raise ValueError(f"sampling_rate must be at most 1, got sampling_rate={sampling_rate!r}")
    return rate


def require_delta(delta: float) -> float:
    """Return ``delta`` as a float if 0 <= delta < 1, else ``ValueError``; 0 is pure ε-DP."""
    if probability("delta", delta) == 1:
        raise ValueError(f"delta must be below 1, got delta={delta!r}")
    return float(delta)


def integer(name: str, value: int, *, minimum: int | None = None) -> int:
    """Return ``value`` as an int if it is an integer (at least ``minimum``), else ``ValueError``.

    Booleans are refused, and so are floats, even whole ones: 3.0 clients is a slip.
    """
    rule = "an integer" if minimum is None else f"an integer of at least {minimum}"
    if isinstance(value, bool | np.bool_):
        raise ValueError(f"{name} must be {rule}, got {name}={value!r}")
    try:
        number = operator.index(value)
    except TypeError:
        raise ValueError(f"{name} must be {rule}, got {name}={value!r}") from None
    if minimum is not None and number < minimum:
        raise ValueError(f"{name} must be {rule}, got {name}={value!r}")
    return number


def choice(name: str, value: str, options: tuple[str, ...]) -> str:
    """Return ``value`` if it is one of ``options``, else ``ValueError``."""
    if value not in options:
        raise ValueError(f"{name} must be one of {', '.join(options)}, got {name}={value!r}")
    return value


def vector(name: str, values: ArrayLike, *, allow_empty: bool = False) -> Vector:
    """Return a new 1-d float array of finite ``values``; ``ValueError`` for anything else.

    Shape ``(n,)`` with n >= 1 unless ``allow_empty``.
    """
    array = finite_array(name, values)
    if array.ndim != 1:
        raise ValueError(f"{name} must have one axis, got {name} of shape {array.shape}")
    if array.size == 0 and not allow_empty:
        raise ValueError(f"{name} must not be empty, got {name} of shape {array.shape}")
    return array


def finite_array(name: str, values: ArrayLike) -> Vector:
    """Return a new float array, of any shape, of finite ``values``; ``ValueError`` for anything else."""
    try:
        array = np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(
            f"{name} must be an array of numbers, got {name}={_short(values)}"
        ) from None
    bad = ~np.isfinite(array)
    if bad.any():
        raise ValueError(
            f"{name} must hold finite numbers only, got {array[bad].flat[0]!r} in {name}"
        )
    return array


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool | np.bool_ | str):
        raise ValueError(f"{name} must be a number, got {name}={value!r}")
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name} must be a number, got {name}={_short(value)}") from None


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
