"""Widgets of lesson 33."""
