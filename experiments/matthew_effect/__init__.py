"""The Matthew effect: what makes attention concentrate, how much of it is luck, and whether it goes back."""
