"""Lesson 35: answers besides the named mistakes."""
