"""The map on the screen: the web view with its `app://` scheme, the painted map, their one face."""
