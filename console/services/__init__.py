"""What people and channels do at 1022, in one folder for each subject.

Services know the rules (`domain`), the settings and the ports; never SQL, sockets or Qt. Start
with `desk.py`, then read `dispatch.py`, which names the handler of every command.
"""
