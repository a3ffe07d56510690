"""Comparing systems on the same gold: differences, items lost and gained, rankings, seeds."""
