"""The figures of lesson 34 show what they say."""
