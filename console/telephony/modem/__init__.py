"""A GSM or analog modem on a serial port: AT commands, its session, its thread and its voice side.
Start with `port_thread.py`.
"""
