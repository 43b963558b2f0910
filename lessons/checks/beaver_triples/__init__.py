"""Checks of lesson 33, multiplication of shared values: one file an exercise.

33.1 multiply, 33.2 other_secret, 33.3 matmul, 33.4 product_of_all.
Questions: 33.A laboratory_secret, 33.C second_secret.
"""

from lessons.checks.beaver_triples.matmul import matmul
from lessons.checks.beaver_triples.multiply import multiply
from lessons.checks.beaver_triples.other_secret import other_secret
from lessons.checks.beaver_triples.product_of_all import product_of_all
from lessons.checks.beaver_triples.questions import laboratory_secret, second_secret

__all__ = [
    "laboratory_secret",
    "matmul",
    "multiply",
    "other_secret",
    "product_of_all",
    "second_secret",
]
