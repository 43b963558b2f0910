"""Widgets of lesson 32."""
