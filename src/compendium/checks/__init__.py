"""Every check of a data package; `validation` runs them all."""
