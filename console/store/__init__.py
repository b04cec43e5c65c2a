"""The local SQLite store: tables, one writer, readers, search, blobs."""
