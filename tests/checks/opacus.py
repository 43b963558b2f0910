"""Answers to the exercise of lesson 52 with a known verdict, besides those of ``made_by``."""

import numpy as np
import torch

from lessons.checks import opacus as checks
from tests.checks.answers import refused, refused_value, right, right_value

# Exercise 52.1


def outputs(model, images):
    torch.manual_seed(3)
    return model(torch.from_numpy(images)).detach().numpy()


@right(checks.mixes_examples)
def zeros_in_its_place(model, images):
    for i in range(len(images)):
        mask = (np.arange(len(images)) != i)[:, None]
        moved = outputs(model, images * mask) - outputs(model, images)
        if np.abs(moved * mask).max() > 1e-7:
            return True
    return False


@right(checks.mixes_examples)
def exactly_and_as_tensors(model, images):
    x = torch.from_numpy(images)
    for i in range(len(x)):
        torch.manual_seed(0)
        before = model(x)
        other = x.clone()
        other[i] = 3 * other[i] - 2
        torch.manual_seed(0)
        after = model(other)
        keep = [j for j in range(len(x)) if j != i]
        if not torch.allclose(before[keep], after[keep], rtol=1e-9, atol=1e-9):
            return True
    return False


@right(checks.mixes_examples)
def all_others_changed(model, images):
    for j in range(len(images)):
        other = images - 1.3
        other[j] = images[j]
        if not np.allclose(outputs(model, other)[j], outputs(model, images)[j]):
            return True
    return False


@refused(checks.mixes_examples)
def alone(model, images):
    return any(
        not np.allclose(outputs(model, images[i : i + 1])[0], outputs(model, images)[i])
        for i in range(len(images))
    )


@refused(checks.mixes_examples)
def the_next_one_only(model, images):
    for i in range(len(images) - 1):
        other = images.copy()
        other[i] += 1
        if not np.allclose(outputs(model, other)[i + 1], outputs(model, images)[i + 1]):
            return True
    return False


def pairs(model, images, looked_at):
    """Change each example and look at some of the others, of (i, n)."""
    for i in range(len(images)):
        other = images.copy()
        other[i] = -2 * other[i] + 0.3
        moved = np.abs(outputs(model, other) - outputs(model, images)).max(axis=1) > 1e-9
        if any(moved[j] for j in looked_at(i, len(images))):
            return True
    return False


@refused(checks.mixes_examples)
def next_door_only(model, images):
    return pairs(model, images, lambda i, n: [j for j in (i - 1, i + 1) if 0 <= j < n])


@refused(checks.mixes_examples)
def further_down_only(model, images):
    return pairs(model, images, lambda i, n: range(i + 1, n))


@refused(checks.mixes_examples)
def further_up_only(model, images):
    return pairs(model, images, lambda i, n: range(i))


@refused(checks.mixes_examples)
def two_swapped(model, images):
    usual = outputs(model, images)
    for i in range(len(images)):
        for j in range(i):
            other = images.copy()
            other[[i, j]] = other[[j, i]]
            moved = np.delete(outputs(model, other) - usual, [i, j], axis=0)
            if np.abs(moved).max(initial=0) > 1e-9:
                return True
    return False


@refused(checks.mixes_examples)
def two_are_enough(model, images):
    return pairs(model, images[:2], lambda i, n: [j for j in range(n) if j != i])


@refused(checks.mixes_examples)
def what_is_seen_with_the_naked_eye(model, images):
    usual = outputs(model, images)
    for i in range(len(images)):
        other = images.copy()
        other[i] = 1 - other[i]
        if np.delete(np.abs(outputs(model, other) - usual), i, axis=0).max(initial=0) > 0.1:
            return True
    return False


@refused(checks.mixes_examples)
def what_is_read(model, images):
    usual = outputs(model, images).argmax(axis=1)
    for i in range(len(images)):
        other = images.copy()
        other[i] = 10 - 9 * other[i]
        if np.delete(outputs(model, other).argmax(axis=1) != usual, i).any():
            return True
    return False


@right(checks.mixes_examples)
def by_the_digits_of_the_place(model, images):
    """Any two places differ in a binary digit: by each, one group changes, the other is looked at."""
    place, usual = np.arange(len(images)), outputs(model, images)
    for bit in range(len(images).bit_length()):
        for side in (0, 1):
            group = (place >> bit & 1) == side
            other = np.where(group[:, None], 1.5 - 2 * images, images)
            if np.abs(outputs(model, other) - usual)[~group].max(initial=0) > 1e-9:
                return True
    return False


@refused(checks.mixes_examples, "changed_input")
def in_place(model, images):
    before = outputs(model, images)
    images[0] += 1
    return not np.allclose(outputs(model, images)[1:], before[1:])


# Question 52.A

for answer, code in {0.01719: "batch_size", 0.01815: "not_whole", 0.0165: "ten_batches"}.items():
    refused_value(checks.noise_of_the_step, code, answer)
right_value(checks.noise_of_the_step, 0.01833)
right_value(checks.noise_of_the_step, 1.65 / 90)
