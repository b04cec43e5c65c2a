"""1022 Console: the desktop program of a city's incident hotline."""

__version__ = "0.2.0"
