"""From pages to the site and the printed books: what Sphinx is told, and what is done to what it writes."""
