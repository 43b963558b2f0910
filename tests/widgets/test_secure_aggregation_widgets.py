"""The widgets of lesson 38 answer."""

CONTROLS = {}
