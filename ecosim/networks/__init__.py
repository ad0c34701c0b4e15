"""Network generators: who follows whom on the first day, who are friends, and who works with whom."""

from ecosim.networks.population import populated

__all__ = ["populated"]
