"""Specifications, and what the codings say under each of them."""
