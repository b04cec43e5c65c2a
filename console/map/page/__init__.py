"""The web page of the map: built by folium in a child process, spoken to by typed JSON messages,
and checked for altered scripts.

Nothing outside this folder knows folium. Start with `process.py`.
"""
