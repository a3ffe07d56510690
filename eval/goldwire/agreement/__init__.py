"""Agreement of annotators: F1 between passes, chance-corrected coefficients, and what to decide."""
