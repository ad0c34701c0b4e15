"""The rankers as allocation rules side by side: what each costs, and who pays."""
