"""Between the desk and the screens: bus and questions in, signals out; no widget, no SQL."""
