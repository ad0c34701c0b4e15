"""Who works with whom among creators on the first day."""
