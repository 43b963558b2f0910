"""Figures of lesson 32."""
