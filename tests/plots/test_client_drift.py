"""The figures of lesson 22 show what they say."""
