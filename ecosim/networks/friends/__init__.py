"""Who knows whom among consumers on the first day."""
