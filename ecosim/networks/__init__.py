"""Network generators: who follows whom on the first day, who are friends, and who works with whom."""
