"""The widgets of lesson 25 answer."""

CONTROLS = {}
