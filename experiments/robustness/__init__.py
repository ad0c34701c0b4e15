"""Whether the main findings hold under other models of how creators decide."""
