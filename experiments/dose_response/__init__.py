"""Dose-response: what every policy does at a quarter, half, all and twice of its default, and what it costs."""
