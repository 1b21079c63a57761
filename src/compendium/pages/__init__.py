"""What notebooks show: tables, figures, profiles, register, explorer; as HTML that keeps its data beside it."""
