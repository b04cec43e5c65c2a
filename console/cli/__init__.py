"""The verbs of the command line: parse, call the same services as the window, print."""
