"""Qualitative documents as coded, evidence-anchored data, and what can be recomputed from them.

A room for each link of the chain, from document to page: passages, codings, readings, claims, checks,
methods, pages, workflow, publishing, cli. A room knows those before it and none after it.
"""

__version__ = "0.1.0"
