"""What an answer may return: the one place that converts a value, or refuses it with a word about types.

A kind takes the raw result and gives it as the lesson's later cells need it. What comes back as the
same object needed no conversion; a list where an array is wanted, a ``Fraction`` or a zero-dimensional
array where a number is wanted are converted, and then the lesson goes on with the converted value.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Kind = Callable[[Any], Any]


class WrongKind(Exception):
    """The value is refused; the message says what was wanted and what came."""


def number(value: Any) -> Any:
    """One finite real number: ``float`` and ``int`` (NumPy's too) as they are, others as ``float``."""
    if isinstance(value, bool | np.bool_ | str | bytes | complex | np.complexfloating):
        raise WrongKind(f"Wanted one number, got {described(value)}.")
    if isinstance(value, float | int | np.integer):  # np.float64 is a float
        return value
    if getattr(value, "shape", ()) != () or not hasattr(value, "__float__"):
        raise WrongKind(f"Wanted one number, got {described(value)}.")
    if getattr(getattr(value, "dtype", None), "kind", "f") not in "fiu":
        raise WrongKind(f"Wanted one number, got {described(value)}.")
    try:
        return float(value)
    except Exception:
        raise WrongKind(f"Wanted one number, got {described(value)}.") from None


def integer(value: Any) -> Any:
    """One integer: Python's and NumPy's as they are, a zero-dimensional integer array as ``int``."""
    if isinstance(value, int | np.integer) and not isinstance(value, bool):
        return value
    if isinstance(value, np.ndarray) and value.shape == () and value.dtype.kind in "iu":
        return int(value)
    whole = isinstance(value, float) and value.is_integer()
    hint = " (a whole number, but a float)" if whole else ""
    raise WrongKind(f"Wanted an integer, got {described(value)}{hint}.")


def plain_integer(value: Any) -> Any:
    """One integer as Python's own ``int``, which has no largest value; NumPy's are converted."""
    whole = integer(value)
    return whole if type(whole) is int else int(whole)


def flag(value: Any) -> Any:
    """True or false: Python's and NumPy's as they are."""
    if isinstance(value, bool | np.bool_):
        return value
    if isinstance(value, np.ndarray) and value.shape == () and value.dtype.kind == "b":
        return bool(value)
    raise WrongKind(f"Wanted True or False, got {described(value)}.")


def array(value: Any) -> Any:
    """An array of numbers; a list or tuple of numbers is made one. Flags and words are refused."""
    return _array(value, "iuf", "an array of numbers")


def integers(value: Any) -> Any:
    """An array of integers; a list or tuple of them is made one."""
    if isinstance(value, list | tuple) and not len(value):
        return np.zeros(0, dtype=np.int64)
    return _array(value, "iu", "an array of integers")


def flags(value: Any) -> Any:
    """An array of True and False; a list or tuple of them is made one."""
    if isinstance(value, list | tuple) and not len(value):
        return np.zeros(0, dtype=bool)
    return _array(value, "b", "an array of True and False")


def pair_of(first: Kind, second: Kind) -> Kind:
    """Two values, each of its kind; a list or a vector of two is made a tuple."""

    def pair(value: Any) -> Any:
        vector = isinstance(value, np.ndarray) and value.ndim == 1
        if not (isinstance(value, tuple | list) or vector) or len(value) != 2:
            raise WrongKind(f"Wanted two values, got {described(value)}.")
        both = first(value[0]), second(value[1])
        same = isinstance(value, tuple) and both[0] is value[0] and both[1] is value[1]
        return value if same else both

    return pair


def list_of(kind: Kind) -> Kind:
    """A list of values of one kind; a tuple or a vector is made a list."""

    def values(value: Any) -> Any:
        vector = isinstance(value, np.ndarray) and value.ndim == 1
        if not isinstance(value, list | tuple) and not vector:
            raise WrongKind(f"Wanted a list, got {described(value)}.")
        each = [kind(one) for one in value]
        same = isinstance(value, list) and all(map(_is, each, value))
        return value if same else each

    return values


def described(value: Any) -> str:
    """Say what a value is, without its contents."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape} and type {value.dtype}"
    if isinstance(value, list | tuple):
        return f"a {type(value).__name__} of length {len(value)}"
    return "float" if isinstance(value, float) else type(value).__name__


def is_single(value: Any) -> bool:
    """Whether a value (or an entry of it) has fewer digits than Python's own ``float``."""
    if isinstance(value, list | tuple):
        plain = set(map(type, value)) <= {float, int, bool, str}  # a long list is mostly that
        return not plain and any(map(is_single, value))
    if isinstance(value, float | int | str):
        return False
    if isinstance(value, np.ndarray | np.generic):
        return value.dtype.kind == "f" and value.dtype.itemsize < 8
    dtype = str(getattr(value, "dtype", "")).removeprefix("torch.")
    return dtype in ("float16", "bfloat16", "float32")


def _array(value: Any, letters: str, wanted: str) -> Any:
    given = isinstance(value, np.ndarray | np.generic) and type(value) is not np.matrix
    if not given and isinstance(value, str | bytes | dict | set):
        raise WrongKind(f"Wanted {wanted}, got {described(value)}.")
    try:
        values: NDArray[Any] = np.asarray(value)
    except Exception:
        raise WrongKind(f"Wanted {wanted}, got {described(value)}.") from None
    whole = values.dtype == object and all(type(one) is int for one in values.flat)
    if values.dtype.kind not in letters and not whole:
        raise WrongKind(f"Wanted {wanted}, got {described(value if given else values)}.")
    return value if given else values


def _is(one: Any, other: Any) -> bool:
    return one is other
