"""The widgets of lesson 33 answer."""

CONTROLS = {}
