"""How brands split their fees over tiers: most to the head, a matrix over all tiers, or as they have learned."""
