"""The comparative methods, each with the figures of its page (`*_figures`).

The modules of methods are pure: they take and return data frames and know nothing of pages.
"""
