"""What goes wrong by somebody's input and not by a mistake of ours."""


class DataError(Exception):
    """Something that was given cannot be used; the message says where it is and what to do."""
