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
