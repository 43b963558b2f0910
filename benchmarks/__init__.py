"""Side by side with the libraries people would use instead; see README.md in this folder."""
