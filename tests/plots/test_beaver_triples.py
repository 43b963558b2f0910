"""The figures of lesson 33 show what they say."""
