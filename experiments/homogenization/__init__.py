"""Homogenization: what copying costs, on whose side it shows, and the wave of look-alikes after one hit."""
