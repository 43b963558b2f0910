"""Checks of lesson 33, multiplication of shared values: one file an exercise."""

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
