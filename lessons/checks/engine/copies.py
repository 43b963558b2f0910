"""Copies of the data that a check hands out, and whether they came back unchanged."""

import copy
import inspect
from typing import Any

import numpy as np

PLAIN = (int, float, str, bytes, type(None))  # never change
SHARED = (*PLAIN, np.random.Generator)


def copied(value: Any) -> Any:
    """Copy arrays and containers at every depth; share generators, functions and what can't change."""
    if isinstance(value, SHARED) or _is_fixed(value):
        return value
    if isinstance(value, np.ndarray):
        return copy.deepcopy(value) if value.dtype == object else value.copy(order="K")
    if isinstance(value, dict):
        return {key: copied(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [copied(entry) for entry in value]
    if type(value) is tuple:
        return tuple(copied(entry) for entry in value)
    return value if inspect.isroutine(value) else copy.deepcopy(value)


def _is_fixed(value: Any) -> bool:
    """Whether a value can never change: a number, a word, or a tuple or frozen record of such."""
    if isinstance(value, PLAIN):
        return True
    if type(value) is tuple:
        return all(map(_is_fixed, value))
    frozen = getattr(getattr(value, "__dataclass_params__", None), "frozen", False)
    return frozen and all(map(_is_fixed, vars(value).values()))


def same_data(one: Any, other: Any) -> bool:
    """Whether two values hold the same data; generators and functions are allowed to change."""
    if one is other or isinstance(one, np.random.Generator):
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        floats = one.dtype.kind in "fc"
        return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=floats)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same_data(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same_data, one, other))
    if isinstance(one, set | frozenset):
        return bool(one == other)
    if hasattr(one, "state_dict"):  # a network
        return same_data(dict(one.state_dict()), dict(other.state_dict()))
    if hasattr(one, "detach"):  # a tensor
        return same_data(one.detach().numpy(), other.detach().numpy())
    return inspect.isroutine(one) or not isinstance(one, PLAIN) or one == other or one != one
