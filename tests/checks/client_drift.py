"""Answers to the exercises of lesson 22 with a known verdict, besides those of ``made_by``."""
