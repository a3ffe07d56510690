"""The gate: whether a candidate may replace the baseline, and what is kept to decide that."""
