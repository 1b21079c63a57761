"""What only these documents need: their comparisons, and the ladder of formality.

The engine in `compendium` knows none of it.
"""
