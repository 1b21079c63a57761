"""From documents to passages: fingerprints, and the reader's own copies that they are held against."""
