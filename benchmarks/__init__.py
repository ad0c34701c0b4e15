"""Speed and memory of ecosim, measured end to end and against a Mesa model written by hand."""
