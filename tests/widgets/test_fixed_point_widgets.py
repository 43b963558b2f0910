"""The widgets of lesson 34 answer."""

CONTROLS = {}
