"""From a package to pages: plan, run, assemble, and what is out of date."""
