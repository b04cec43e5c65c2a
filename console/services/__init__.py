"""A function per command, by subject; the ports that adapters fill; no Qt, no SQL, no sockets."""
