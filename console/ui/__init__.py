"""The window: everything that Qt draws. It knows the services' desk and ports, the map room and
the domain; never the store, the wire to the centre, channels or telephony. Start with
`shell/main_window.py`; each page of the rail has its own folder in `pages/`.
"""
