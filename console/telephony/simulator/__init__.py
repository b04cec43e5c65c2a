"""An exchange without telephones, for the demo and for training. Start with `line.py`."""
