"""What the documents claim, recomputed: formulas, evaluation, verdicts."""
