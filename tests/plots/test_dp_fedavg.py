"""The figures of lesson 25 show what they say."""
