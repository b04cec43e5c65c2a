"""Sound at the seat: ring, recordings, test tone, voice notes, and the choice of devices.

Start with `seat_audio.py`; only `portaudio.py` calls PortAudio.
"""
