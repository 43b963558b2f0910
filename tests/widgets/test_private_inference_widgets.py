"""The widgets of lesson 36 answer."""

CONTROLS = {}
