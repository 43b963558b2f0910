"""Uniform integers from bytes."""

import inspect
import secrets
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

import lessons
from lessons.randomness import MANY, secure_bytes, uniform_integer, uniform_integers


def scripted(*numbers):
    """A source of bytes that gives exactly these, and remembers how many were asked for."""
    left = list(numbers)

    def random_bytes(count):
        taken, left[:] = left[:count], left[count:]
        assert len(taken) == count, "more bytes were asked for than expected"
        return bytes(taken)

    return random_bytes


def test_every_value_of_a_small_ring_comes_from_equally_many_bytes():
    for modulus in (2, 3, 5, 7, 12, 100, 255, 256):
        every_byte = bytes(range(256))
        kept = uniform_integers(256, modulus=modulus, random_bytes=_endless(every_byte))[:256]
        first_pass = [b & _mask(modulus) for b in every_byte if b & _mask(modulus) < modulus]
        counts = np.bincount(np.array(first_pass), minlength=modulus)
        assert len(set(counts.tolist())) == 1 and counts.sum() == len(first_pass)
        assert kept[: len(first_pass)].tolist() == first_pass[:256]


def test_too_large_candidates_are_thrown_away_and_drawn_again_not_reduced():
    values = uniform_integers(3, modulus=5, random_bytes=scripted(6, 1, 7, 5, 4, 0))
    assert values.tolist() == [1, 4, 0]
    assert uniform_integer(modulus=5, random_bytes=scripted(5, 6, 7, 3)) == 3


def test_bits_above_the_modulus_are_ignored():
    assert uniform_integers(1, modulus=5, random_bytes=scripted(0b1111_1010)).tolist() == [2]
    assert uniform_integer(modulus=5, random_bytes=scripted(0b1111_1010)) == 2


def test_bytes_are_read_with_the_smallest_first():
    assert uniform_integers(1, modulus=2**16, random_bytes=scripted(1, 2)).tolist() == [513]
    assert uniform_integer(modulus=2**16, random_bytes=scripted(1, 2)) == 513


def test_the_array_and_the_single_integer_agree_byte_for_byte():
    for modulus in (2, 7, 2**32 + 1, 2**61 - 1, 2**64 - 59, 2**64):
        rng = np.random.default_rng(3)
        raw = rng.bytes(8)
        value = uniform_integers(1, modulus=2**64, random_bytes=lambda count, raw=raw: raw)
        assert int(value[0]) == int.from_bytes(raw, "little")
        one = uniform_integers(1, modulus=modulus, random_bytes=np.random.default_rng(3).bytes)
        assert 0 <= int(one[0]) < modulus


@pytest.mark.parametrize("modulus", [2, 3, 2**32, 2**63 + 1, 2**64 - 59, 2**64])
def test_values_stay_below_the_modulus_and_fill_both_halves(modulus):
    values = uniform_integers((50, 8), modulus=modulus, random_bytes=np.random.default_rng(1).bytes)
    assert values.shape == (50, 8) and values.dtype == np.uint64
    as_integers = [int(value) for value in values.flat]
    assert max(as_integers) < modulus
    # each half holds at least a third of the ring: all 400 in the other has probability (2/3)^400
    assert max(as_integers) >= modulus // 2 > min(as_integers)


def test_a_single_integer_may_have_any_number_of_bits():
    modulus = 2**521 - 1
    value = uniform_integer(modulus=modulus, random_bytes=np.random.default_rng(2).bytes)
    assert 2**500 < value < modulus


def test_the_default_source_is_not_repeatable():
    first, second = (uniform_integers(4, modulus=2**64) for _ in range(2))
    assert first.tolist() != second.tolist()  # equal with probability 2^-256


def test_many_bytes_are_a_fresh_key_of_the_systems_expanded_by_aes(monkeypatch):
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    assert [len(secure_bytes(count)) for count in (0, 1, MANY - 1, MANY, 10_001)] == [
        0, 1, MANY - 1, MANY, 10_001,
    ]  # fmt: skip
    assert secure_bytes(MANY) != secure_bytes(MANY)
    asked = []

    def token_bytes(count):
        asked.append(count)
        return bytes(range(count))

    monkeypatch.setattr(secrets, "token_bytes", token_bytes)
    assert secure_bytes(5) == bytes(range(5))
    block = Cipher(algorithms.AES(bytes(range(32))), modes.ECB()).encryptor()
    counters = b"".join(i.to_bytes(16, "big") for i in range(MANY // 16))
    assert secure_bytes(MANY) == block.update(counters)
    assert asked == [5, 32]


def test_every_default_source_of_bytes_begins_with_the_operating_system():
    folder, defaults = Path(lessons.__file__).parent, {}
    for path in folder.rglob("*.py"):
        parts = path.relative_to(folder).with_suffix("").parts
        if parts[0] in ("checks", "plots", "widgets") or "random_bytes" not in path.read_text(
            "utf-8"
        ):
            continue
        module = import_module(".".join(("lessons", *parts)))
        for name, function in inspect.getmembers(module, inspect.isfunction):
            source = inspect.signature(function).parameters.get("random_bytes")
            if source is not None and source.default is not source.empty:
                defaults[name] = source.default
    assert {"uniform_integer", "share", "secure_sum", "private_count", "fair_coin"} <= set(defaults)
    assert all(default is secure_bytes for default in defaults.values()), defaults


def test_no_entries_need_no_bytes():
    assert uniform_integers((3, 0), modulus=5, random_bytes=scripted()).shape == (3, 0)


@pytest.mark.parametrize("modulus", [1, 0, -5, 2.0, True, None, "7", float("nan")])
def test_a_bad_modulus_is_refused(modulus):
    with pytest.raises(ValueError, match="modulus must be an integer of at least 2"):
        uniform_integers(2, modulus=modulus)
    with pytest.raises(ValueError, match="modulus must be an integer of at least 2"):
        uniform_integer(modulus=modulus)


def test_arrays_stop_at_two_to_the_64():
    with pytest.raises(
        ValueError, match=r"modulus must be at most 2\*\*64, got modulus=1844674407"
    ):
        uniform_integers(2, modulus=2**64 + 1)


@pytest.mark.parametrize("given", [b"", b"x", b"xyz"])
def test_a_source_that_gives_too_few_or_too_many_bytes_is_refused(given):
    rule = f"random_bytes must give 2 bytes, got {len(given)} bytes"
    with pytest.raises(ValueError, match=rule):
        uniform_integers(2, modulus=5, random_bytes=lambda count: given)
    with pytest.raises(ValueError, match=rule):
        uniform_integer(modulus=2**16, random_bytes=lambda count: given)


def test_a_negative_length_is_refused():
    with pytest.raises(ValueError, match="shape must be an integer of at least 0, got shape=-1"):
        uniform_integers((2, -1), modulus=5)


def _mask(modulus):
    return 2 ** (modulus - 1).bit_length() - 1


def _endless(data):
    position = 0

    def random_bytes(count):
        nonlocal position
        start, position = position, position + count
        return bytes(data[index % len(data)] for index in range(start, position))

    return random_bytes
