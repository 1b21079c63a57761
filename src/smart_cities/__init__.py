"""What only these documents need: their comparisons, ladder of formality, property spaces and meta-cluster.

The engine in `compendium` knows none of it.
"""
