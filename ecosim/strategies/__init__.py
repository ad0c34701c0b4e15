"""Creator strategies: how a creator decides how much to publish and in which mode."""
