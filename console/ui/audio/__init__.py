"""Sound at this seat: devices, ring tones, the microphone, playing a recording, spoken notes. A
seat without any device still works. Start with `seat_audio.py`.
"""
