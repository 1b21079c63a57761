"""The data package: its descriptor, its tables as data frames, and the runs that it asks for."""
