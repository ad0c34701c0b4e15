"""Network generators: who follows whom on the first day."""
