"""The figures of lesson 32 show what they say."""
