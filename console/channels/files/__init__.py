"""What is done to files of others before anyone sees them: virus scan, metadata taken off, media
fetched from public hosts only.

Knows no channel. Start with `virus_scan.py`.
"""
