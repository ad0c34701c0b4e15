"""The stages of a day, one module each."""
